import Foundation
import TandemCharts
import TandemLayers
import TandemRuns
import TandemTensors
import TandemTraining

/// The training of a chain of single weights; a step is an epoch.
public struct ChainTraining: ExperimentTraining {
  let configuration: ChainConfiguration
  private(set) var network: Sequential
  public private(set) var step = 0
  /// The loss and the weights after each epoch, for the chart.
  private var history: [[Double]] = []

  init(_ configuration: ChainConfiguration) {
    self.configuration = configuration
    network = configuration.network()
    history = [[loss] + weights]
  }

  public var totalSteps: Int { configuration.epochs }
  public var epoch: Double { Double(step) }
  public var exampleUnit: String { "samples" }
  public var progressMetrics: [String] { ["loss"] }
  public var reading: String {
    """
    The loss is the squared error ½ (e - t)^2, summed over the samples; it falls to zero as the \
    product of the weights becomes the factor that the samples ask for.
    """
  }

  /// The weights, the one next to the input first.
  var weights: [Double] { network.parameters.map(\.scalar) }
  /// The error of all samples.
  private var loss: Double { configuration.loss(network, configuration.inputs.indices).scalar }

  public mutating func takeStep() throws -> TrainingStep {
    let all = configuration.inputs.indices
    let turns = configuration.update == .batch ? [all] : all.map { $0..<($0 + 1) }
    for samples in turns {
      let (_, gradients) = valueAndGradients(of: network) { configuration.loss($0, samples) }
      network = network.with(
        parameters: zip(network.parameters, gradients).map {
          $0 - $1 * configuration.learningRate
        })
    }
    step += 1
    do {
      try NonFiniteError.check(.loss, "loss", loss)
    } catch {
      throw error.at(step: step)
    }
    history.append([loss] + weights)
    var metrics = [("loss", loss), ("product", weights.reduce(1, *))]
    metrics += weights.enumerated().map { ("w\($0 + 1)", $1) }
    return TrainingStep(metrics: metrics.map { (name: $0.0, value: $0.1) }, examples: all.count)
  }

  public mutating func sample(in run: RunDirectory) throws -> [(name: String, value: Double)] {
    let seed = configuration.settings.seed
    let (text, worst) = gradientTable()
    try run.saveSample(tag: "gradients", step: step, seed: seed, text: text)
    try run.save(try learningChart(), tag: "learning", step: step, seed: seed)
    if step == 0 {
      let cost = ChainCost(depths: 1...configuration.costDepth)
      try run.save(try cost.chart(), tag: "cost", step: step, seed: seed)
      try run.saveSample(tag: "cost", step: step, seed: seed, text: cost.text)
    }
    return [("gradients/error", worst)]
  }

  /// Backprop beside the central difference `(L(w + h) - L(w - h)) / 2h` at h = 1e-4, weight by
  /// weight.
  func gradientTable() -> (text: String, worstError: Double) {
    let all = configuration.inputs.indices
    let (_, gradients) = valueAndGradients(of: network) { configuration.loss($0, all) }
    let results = GradientCheck(step: 1e-4).compare(
      gradients, at: network.parameters, names: weights.indices.map { "w\($0 + 1)" }
    ) { configuration.loss(network.with(parameters: $0), all).scalar }
    var table = TextTable([
      ("WEIGHT", .left), ("VALUE", .right), ("BACKPROP", .right), ("DIFFERENCE", .right),
      ("ERROR", .right),
    ])
    for (result, weight) in zip(results, weights) {
      table.add([
        result.name, String(format: "%.9g", weight), String(format: "%.12g", result.backpropagated),
        String(format: "%.12g", result.difference), String(format: "%.1e", result.worstError),
      ])
    }
    let worst = results.map(\.worstError).max() ?? 0
    let text = """
      step \(step): dE/dw by backpropagation, and by the difference (E(w + h) - E(w - h)) / 2h of h = 1e-4
      \(table.text)
      ERROR is that of the two beside the greater, or beside 0.001 where both are smaller

      """
    return (text, worst)
  }

  private func learningChart() throws -> LineChart {
    let epochs = history.indices.map(Double.init)
    let names = ["loss"] + weights.indices.map { "w\($0 + 1)" }
    var series = try names.enumerated().map { index, name in
      try LineChart.Series(name, x: epochs, y: history.map { $0[index] })
    }
    series.append(
      try LineChart.Series(
        "product", x: epochs, y: history.map { $0.dropFirst().reduce(1, *) }))
    return LineChart(
      title: "A chain of \(weights.count) weights", subtitle: "after each epoch",
      x: Axis("epoch"), y: Axis("value"), series: series)
  }

  /// What a checkpoint holds beside the weights.
  private struct State: Codable {
    let history: [[Double]]
  }

  public func checkpoint() throws -> CheckpointContents {
    CheckpointContents(
      files: ["chain.safetensors": SafetensorsContents(network)], state: State(history: history))
  }

  public mutating func restore(_ checkpoint: Checkpoint) throws {
    let state = try checkpoint.state(State.self)
    var restored = network
    try restored.load(checkpoint.tensors("chain.safetensors").tensorsByName())
    (network, history, step) = (restored, state.history, checkpoint.step)
  }
}
