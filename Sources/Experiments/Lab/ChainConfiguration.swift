import TandemLayers
import TandemRuns
import TandemTensors

/// A chain of single weights, `e = w_n … w_2 w_1 x`, that learns given samples by gradient descent
/// on the squared error `½ (e - t)^2`: the smallest network with more than one layer.
public struct ChainConfiguration: ExperimentConfiguration {
  /// When the weights change.
  public enum Update: String, CaseIterable, Sendable {
    /// After each sample, in their order.
    case sample
    /// Once an epoch, by the sum over the samples.
    case batch
  }

  public var settings: RunSettings
  /// The weights before the first step, the one next to the input first.
  public var weights: [Double]
  public var inputs: [Double]
  public var targets: [Double]
  public var epochs: Int
  public var learningRate: Double
  public var update: Update
  /// The longest chain whose gradients' cost is counted.
  public var costDepth: Int

  init(_ reader: inout ConfigurationReader, _ heading: ExperimentHeading) {
    weights = reader.section("network") { $0.numbers("weights", count: 1...64) }
    (inputs, targets) = reader.section("data") { section in
      let inputs = section.numbers("inputs", count: 1...1000)
      return (inputs, section.numbers("targets", count: inputs.count...inputs.count))
    }
    (epochs, learningRate, update) = reader.section("training") { section in
      (
        section.integer("epochs", in: 1...1_000_000),
        section.number("learningRate", default: 0.05, in: .above(0)),
        section.choice("update", from: Update.self, default: .sample)
      )
    }
    let metricsEvery = reader.metricsEvery()
    let samplesEvery: Int
    (samplesEvery, costDepth) = reader.samples {
      $0.integer("costDepth", default: 24, in: 2...64)
    }
    settings = RunSettings(
      heading, metricsEvery: metricsEvery, samplesEvery: samplesEvery,
      checkpoints: reader.checkpoints(),
      tensorBoard: reader.tensorBoard())
  }

  public var batchSize: Int { inputs.count }
  public var memory: MemoryEstimate { MemoryEstimate(lasting: [], passing: []) }
  public func located(in directory: String) -> ChainConfiguration { self }
  public func training() -> ChainTraining { ChainTraining(self) }

  /// The chain: a layer of one weight and no bias for each.
  func network() -> Sequential {
    Sequential(weights.map { Linear(weight: Tensor([$0], [1, 1], .float64), bias: nil) })
  }

  /// `Σ ½ (e - t)^2` over some of the samples.
  func loss(_ network: Sequential, _ samples: Range<Int>) -> Tensor {
    func column(_ values: [Double]) -> Tensor {
      Tensor(Array(values[samples]), [samples.count, 1], .float64)
    }
    var pass = Pass.inference
    return ((network(column(inputs), &pass) - column(targets)).squared() * 0.5).sum()
  }

  public func networks() -> [NetworkSummary] {
    [NetworkSummary("chain", network().summary(input: [batchSize, 1]))]
  }

  public func gradientCases() -> [GradientCase] {
    [GradientCase("model's loss", network()) { loss($0, inputs.indices) }]
  }
}
