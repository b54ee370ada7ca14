import TandemDatasets
import TandemLayers
import TandemRuns
import TandemSequences
import TandemTensors

/// How gradients shrink on their way back, side by side: a deep network of logistic units beside
/// one of ReLUs, and a plain recurrent network beside an LSTM, each pair on the same data.
public struct VanishingConfiguration: ExperimentConfiguration {
  public var settings: RunSettings
  /// Hidden layers of the deep networks.
  public var depth: Int
  /// Units of each hidden layer.
  public var width: Int
  /// Size of the recurrent networks.
  public var size: Int
  /// Steps of the adding problem that the recurrent networks learn.
  public var sequenceSteps: Int
  public var batchSize: Int
  public var steps: Int
  var optimizer: OptimizerConfiguration

  init(_ reader: inout ConfigurationReader, _ heading: ExperimentHeading) {
    (depth, width) = reader.section("deep") { section in
      (
        section.integer("layers", default: 12, in: 2...64),
        section.integer("width", default: 32, in: 1...1024)
      )
    }
    (size, sequenceSteps) = reader.section("recurrent") { section in
      (
        section.integer("size", default: 32, in: 1...1024),
        section.integer("steps", default: 30, in: 2...1000)
      )
    }
    optimizer = reader.section("optimizer") {
      OptimizerConfiguration(&$0, learningRate: 1e-3, beta1: 0.9, validation: nil)
    }
    (steps, batchSize) = reader.section("training") { section in
      (section.steps(), section.integer("batchSize", default: 64, in: 1...100_000))
    }
    let metricsEvery = reader.metricsEvery()
    let (samplesEvery, _) = reader.samples { _ in }
    settings = RunSettings(
      heading, metricsEvery: metricsEvery, samplesEvery: samplesEvery,
      checkpoints: reader.checkpoints(),
      tensorBoard: reader.tensorBoard())
  }

  public var memory: MemoryEstimate { MemoryEstimate(lasting: [], passing: []) }
  public func located(in directory: String) -> VanishingConfiguration { self }
  public func training() throws -> VanishingTraining { try VanishingTraining(self) }

  /// The deep networks, the plain one first: logistic units as they were begun for long (Glorot and
  /// Bengio 2010), and ReLUs begun so that signals keep their size (He et al. 2015).
  func deepNetworks() -> [(name: String, network: Sequential)] {
    let kinds: [(String, Activation, Initializer)] = [
      ("sigmoid", .sigmoid, .xavier()), ("relu", .relu, .kaiming()),
    ]
    return kinds.map { name, activation, weights in
      var random = RandomStream(seed: settings.seed, name: "init/\(name)")
      var layers: [any Layer] = []
      for index in 0..<depth {
        layers.append(
          Linear(
            index == 0 ? 2 : width, width, weights: weights, biases: .zeros, random: &random))
        layers.append(activation)
      }
      layers.append(Linear(width, 1, weights: weights, biases: .zeros, random: &random))
      return (name, Sequential(layers))
    }
  }

  /// The recurrent networks, the plain one first.
  func recurrentNetworks() -> [(name: String, model: SequenceRegressor)] {
    let cells: [(String, RecurrentCell)] = [("rnn", .tanh), ("lstm", .lstm)]
    return cells.map { name, cell in
      var random = RandomStream(seed: settings.seed, name: "init/\(name)")
      let stack = RecurrentStack(cell, 2, size, random: &random)
      return (
        name,
        SequenceRegressor(
          SequenceNetwork(features: 2, recurrent: stack, outputs: 1, random: &random))
      )
    }
  }

  /// Points of the plane, and whether they lie within a circle that holds half of them.
  func points(step: Int) -> (x: Tensor, isInside: Tensor) {
    var random = RandomStream(seed: settings.seed, name: "data/\(step)")
    let x = random.normal([batchSize, 2])
    // Half of a normal distribution's points in the plane are within sqrt(2 log 2) of the middle.
    let distance = x.squared().sum(1)
    return (x, 1 - distance.greaterOrEqual(1.386_294_361))
  }

  public func networks() throws -> [NetworkSummary] {
    deepNetworks().map { NetworkSummary($0.name, $0.network.summary(input: [batchSize, 2])) }
      + recurrentNetworks().map {
        NetworkSummary($0.name, $0.model.network.summary(input: [sequenceSteps, batchSize, 2]))
      }
  }

  public func gradientCases() throws -> [GradientCase] {
    var reduced = self
    (reduced.depth, reduced.width, reduced.size) = (3, 4, 3)
    (reduced.sequenceSteps, reduced.batchSize) = (4, 3)
    var random = RandomStream(seed: settings.seed, name: "gradcheck")
    let (x, isInside) = reduced.points(step: 0)
    let batch = SequenceBatch(
      inputs: random.normal([4, 3, 2], .float64), targets: random.normal([3, 1], .float64))
    let deep = reduced.deepNetworks().map { name, network in
      GradientCase("\(name) network's loss", network.movedFromStart(&random)) { network in
        VanishingTraining.loss(
          network, x.converted(to: .float64), isInside.converted(to: .float64))
      }
    }
    let recurrent = reduced.recurrentNetworks().map { name, model in
      GradientCase("\(name)'s loss", model.movedFromStart(&random)) {
        VanishingTraining.loss($0, batch)
      }
    }
    return deep + recurrent
  }
}
