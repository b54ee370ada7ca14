import Foundation
import TandemDatasets
import TandemLayers
import TandemRuns
import TandemTensors

/// Linear regression `y = theta_0 + theta_1 x_1 + …` by batch gradient descent on
/// `E = 1/2m Σ (X theta - y)^2`, beside the solution of the normal equation.
public struct RegressionConfiguration: ExperimentConfiguration {
  /// Where the examples are from.
  public enum Data: Sendable, Equatable {
    /// Columns of a CSV file.
    case table(path: String, inputs: [String], target: String)
    /// Inputs from a normal distribution, the target a sum of multiples of them with noise.
    case generated(count: Int, weights: [Double], intercept: Double, noise: Double)
  }

  private enum DataKind: String, CaseIterable {
    case table, generated
  }

  public var settings: RunSettings
  public var data: Data
  /// Whether inputs are moved and scaled to mean 0 and deviation 1, without which the surface is a
  /// long valley.
  public var isStandardized: Bool
  /// theta before the first step; its first two elements, intercept first, of the picture.
  public var initial: Double
  public var steps: Int
  public var learningRate: Double

  init(_ reader: inout ConfigurationReader, _ heading: ExperimentHeading) {
    (data, isStandardized) = reader.section("data") { section in
      let data: Data
      switch section.kind(from: DataKind.self) {
      case .table:
        data = .table(
          path: section.text("path"), inputs: section.texts("inputs", count: 1...64),
          target: section.text("target"))
      case .generated:
        data = .generated(
          count: section.integer("count", default: 100, in: 2...100_000),
          weights: section.numbers("weights", count: 1...64),
          intercept: section.number("intercept", default: 0),
          noise: section.number("noise", default: 0.5, in: 0...))
      }
      return (data, section.flag("standardize", default: true))
    }
    (steps, learningRate, initial) = reader.section("training") { section in
      (
        section.integer("steps", in: 1...10_000_000),
        section.number("learningRate", default: 0.1, in: .above(0)),
        section.number("initial", default: 0)
      )
    }
    let metricsEvery = reader.metricsEvery()
    let (samplesEvery, _) = reader.samples { _ in }
    settings = RunSettings(
      heading, metricsEvery: metricsEvery, samplesEvery: samplesEvery,
      checkpoints: reader.checkpoints(),
      tensorBoard: reader.tensorBoard())
  }

  public var batchSize: Int {
    if case .generated(let count, _, _, _) = data { count } else { 1 }
  }
  public var memory: MemoryEstimate { MemoryEstimate(lasting: [], passing: []) }

  public func located(in directory: String) -> RegressionConfiguration {
    guard case .table(let path, let inputs, let target) = data else { return self }
    var copy = self
    copy.data = .table(path: self.path(path, in: directory), inputs: inputs, target: target)
    return copy
  }

  public func training() throws -> RegressionTraining { try RegressionTraining(self) }

  public func networks() throws -> [NetworkSummary] {
    let examples = try RegressionExamples(self)
    return [
      NetworkSummary("regression", network(examples).summary(input: examples.x.shape))
    ]
  }

  public func gradientCases() throws -> [GradientCase] {
    let examples = try RegressionExamples(self)
    return [GradientCase("model's loss", network(examples)) { examples.loss($0) }]
  }

  /// One layer without a bias: the inputs have a column of ones, whose weight is the intercept.
  func network(_ examples: RegressionExamples) -> Linear {
    Linear(
      weight: Tensor(repeating: initial, [1, examples.x.shape[1]], .float64), bias: nil)
  }
}

/// The examples of a regression, float64.
struct RegressionExamples: Sendable {
  /// The inputs with a column of ones in front, `[m, n + 1]`.
  let x: Tensor
  /// The targets, `[m, 1]`.
  let y: Tensor
  /// What each weight belongs to: `intercept` and the inputs' names.
  let names: [String]
  /// What the targets are called.
  private let target: String
  /// How each input was moved and scaled; none where they are as they were.
  private let scales: [Standardisation]

  init(_ configuration: RegressionConfiguration) throws {
    var columns: [[Double]]
    let targets: [Double]
    var names = ["intercept"]
    var scales: [Standardisation] = []
    switch configuration.data {
    case .table(let path, let inputs, let column):
      target = column
      let table = try TimeSeriesTable(
        contentsOf: path, columns: (inputs + [column]).map { .named($0) })
      columns = Array(table.values.dropLast())
      targets = table.values[inputs.count]
      names += inputs
    case .generated(let count, let weights, let intercept, let noise):
      target = "y"
      var random = RandomStream(seed: configuration.settings.seed, name: "data")
      columns = weights.map { _ in random.normal([count], .float64).values }
      let disturbance = random.normal([count], .float64).values
      targets = (0..<count).map { row in
        let sum = zip(weights, columns).reduce(intercept) { $0 + $1.0 * $1.1[row] }
        return sum + noise * disturbance[row]
      }
      names += weights.indices.map { "x\($0 + 1)" }
    }
    if configuration.isStandardized {
      columns = try zip(columns, names.dropFirst()).map { column, name in
        let scale = Standardisation(of: column)
        guard scale.deviation > 0 else {
          throw ExperimentError(
            key: "data", reason: "input '\(name)' is the same in every example: it decides nothing")
        }
        scales.append(scale)
        return column.map(scale.standard)
      }
    }
    let rows = targets.indices.flatMap { row -> [Double] in [1.0] + columns.map { $0[row] } }
    x = Tensor(rows, [targets.count, columns.count + 1], .float64)
    y = Tensor(targets, [targets.count, 1], .float64)
    self.names = names
    self.scales = scales
  }

  /// The line that a theta stands for, in the units of the data.
  func line(_ theta: [Double]) -> String {
    var (intercept, slopes) = (theta[0], Array(theta.dropFirst()))
    for (index, scale) in scales.enumerated() {
      slopes[index] /= scale.deviation
      intercept -= slopes[index] * scale.mean
    }
    return "\(target) = \(String(format: "%.6g", intercept))"
      + zip(slopes, names.dropFirst()).map { " + \(String(format: "%.6g", $0)) \($1)" }.joined()
  }

  /// `E = 1/2m Σ (X theta - y)^2`.
  func loss(_ network: Linear) -> Tensor {
    var pass = Pass.inference
    return (network(x, &pass) - y).squared().mean() * 0.5
  }

  /// The loss at a theta.
  func loss(theta: [Double]) -> Double {
    loss(Linear(weight: Tensor(theta, [1, theta.count], .float64), bias: nil)).scalar
  }
}
