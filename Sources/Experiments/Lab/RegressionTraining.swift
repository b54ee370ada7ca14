import Foundation
import TandemCharts
import TandemLayers
import TandemRuns
import TandemTensors
import TandemTraining

/// Gradient descent on all examples at once, and the normal equation's solution beside it.
public struct RegressionTraining: ExperimentTraining {
  let configuration: RegressionConfiguration
  private let examples: RegressionExamples
  /// What the normal equation gives.
  private let optimum: (theta: [Double], loss: Double, condition: Double)
  private var network: Linear
  public private(set) var step = 0
  /// theta after each step, thinned as it grows: the path on the picture.
  private var path: [[Double]] = []
  private static let longestPath = 2048

  init(_ configuration: RegressionConfiguration) throws {
    self.configuration = configuration
    examples = try RegressionExamples(configuration)
    let solved: NormalEquation
    do {
      solved = try NormalEquation(examples.x, examples.y, names: examples.names)
    } catch {
      throw ExperimentError(key: "data", reason: error.reason)
    }
    let theta = solved.solution.values
    optimum = (theta, examples.loss(theta: theta), solved.condition)
    network = configuration.network(examples)
    path = [self.theta]
  }

  public var totalSteps: Int { configuration.steps }
  public var epoch: Double { Double(step) }
  public var exampleUnit: String { "examples" }
  public var progressMetrics: [String] { ["loss"] }
  public var reading: String {
    """
    The loss is half the mean squared error; the normal equation's is the least there is, and \
    loss/gap what gradient descent still has above it.
    """
  }

  /// The intercept and the weights.
  var theta: [Double] { network.weight.values }

  public mutating func takeStep() throws -> TrainingStep {
    let (loss, gradients) = valueAndGradients(of: network) { examples.loss($0) }
    // Where the loss was measured: before the update.
    let distance = zip(theta, optimum.theta).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    step += 1
    do {
      try NonFiniteError.check(.loss, "loss", loss.scalar)
    } catch {
      throw error.at(step: step)
    }
    network.weight = network.weight - gradients[0] * configuration.learningRate
    if path.count >= Self.longestPath {
      // The first steps are the largest; of the others every second will do.
      let kept = Self.longestPath / 4
      path = path.enumerated().filter { $0.offset < kept || $0.offset.isMultiple(of: 2) }
        .map(\.element)
    }
    path.append(theta)
    return TrainingStep(
      metrics: [
        ("loss", loss.scalar), ("loss/gap", loss.scalar - optimum.loss),
        ("theta/distance", distance.squareRoot()),
      ], examples: examples.x.shape[0])
  }

  public mutating func sample(in run: RunDirectory) throws -> [(name: String, value: Double)] {
    let seed = configuration.settings.seed
    try run.save(try chart(), tag: "path", step: step, seed: seed)
    try run.saveSample(tag: "theta", step: step, seed: seed, text: table)
    return []
  }

  /// Both solutions side by side.
  var table: String {
    var table = TextTable([
      ("WEIGHT", .left), ("GRADIENT DESCENT", .right), ("NORMAL EQUATION", .right),
      ("DIFFERENCE", .right),
    ])
    for (name, pair) in zip(examples.names, zip(theta, optimum.theta)) {
      table.add([
        name, String(format: "%.10f", pair.0), String(format: "%.10f", pair.1),
        String(format: "%.1e", pair.0 - pair.1),
      ])
    }
    let loss = examples.loss(theta: theta)
    table.add([
      "loss", String(format: "%.10f", loss), String(format: "%.10f", optimum.loss),
      String(format: "%.1e", loss - optimum.loss),
    ])
    return """
      step \(step): theta by gradient descent on E = 1/2m |X theta - y|^2, and by X^T X theta = X^T y
      \(table.text)
      \(examples.line(theta)) by gradient descent
      condition of X^T X in the 1-norm, about as many digits are lost as it has: \
      \(String(format: "%.3g", optimum.condition))

      """
  }

  /// The loss over intercept and first weight, the others where the normal equation has them, with
  /// the path so far.
  func chart() throws -> SurfaceChart {
    let ends = path + [optimum.theta]
    func range(_ axis: Int) -> ClosedRange<Double> {
      let values = ends.map { $0[axis] }
      let (low, high) = (values.min()!, values.max()!)
      // As far beyond the solution as the way to it was long.
      let reach = max(high - optimum.theta[axis], optimum.theta[axis] - low, 1e-3) * 1.25
      return (optimum.theta[axis] - reach)...(optimum.theta[axis] + reach)
    }
    return try SurfaceChart(
      title: "Gradient descent over the loss surface",
      subtitle: "step \(step), from \(Self.place(path[0])) to the normal equation's solution",
      x: Axis(examples.names[0], range: range(0)), y: Axis(examples.names[1], range: range(1)),
      value: Axis("loss", scale: .logarithmic), columns: 120, rows: 90,
      path: path.map { Position($0[0], $0[1]) },
      mark: Position(optimum.theta[0], optimum.theta[1])
    ) { x, y in
      examples.loss(theta: [x, y] + optimum.theta.dropFirst(2))
    }
  }

  private static func place(_ theta: [Double]) -> String {
    "(\(theta.prefix(2).map { String(format: "%.3g", $0) }.joined(separator: ", ")))"
  }

  /// What a checkpoint holds beside theta.
  private struct State: Codable {
    let path: [[Double]]
  }

  public func checkpoint() throws -> CheckpointContents {
    CheckpointContents(
      files: ["regression.safetensors": SafetensorsContents(network)], state: State(path: path))
  }

  public mutating func restore(_ checkpoint: Checkpoint) throws {
    let state = try checkpoint.state(State.self)
    var restored = network
    try restored.load(checkpoint.tensors("regression.safetensors").tensorsByName())
    (network, path, step) = (restored, state.path, checkpoint.step)
  }
}
