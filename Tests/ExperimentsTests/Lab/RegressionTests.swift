import Foundation
import TandemExperiments
import TandemTensors
import Testing

/// The repository's folder.
let repositoryFolder = URL(filePath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  .path(percentEncoded: false)

@Suite struct RegressionTests {
  private func training(_ overrides: [String]) throws -> RegressionTraining {
    let experiment = try Experiment(
      directory: "\(repositoryFolder)/experiments/linear-regression", overrides: overrides)
    return try #require(experiment.configuration as? RegressionConfiguration).training()
  }

  /// The line of the cars data as statistics programs print it: R's lm gives -17.5791, 3.9324.
  @Test func normalEquationOfTheCars() throws {
    let text = try String(
      contentsOfFile: "\(repositoryFolder)/experiments/linear-regression/cars.csv",
      encoding: .utf8)
    let rows = text.split(separator: "\n").dropFirst(3)
      .map { $0.split(separator: ",").compactMap { Double($0) } }
    #expect(rows.count == 50)
    let x = Tensor(rows.flatMap { [1, $0[0]] }, [50, 2], .float64)
    let y = Tensor(rows.map { $0[1] }, [50, 1], .float64)
    let solved = try NormalEquation(x, y)
    #expect(abs(solved.solution.values[0] + 17.5791) < 5e-5)
    #expect(abs(solved.solution.values[1] - 3.9324) < 5e-5)
    // At the solution the residuals are orthogonal to the columns.
    let residual = x.matmul(solved.solution) - y
    #expect(x.matmul(residual, transposed: true, false).values.allSatisfy { abs($0) < 1e-8 })
  }

  /// Gradient descent comes to the normal equation's solution.
  @Test func bothAgree() throws {
    for overrides in [
      ["data.standardize=true", "training={steps: 300, learningRate: 0.1}"],
      [
        "data={kind: generated, count: 40, weights: [2, -1, 0.5], intercept: 3}",
        "training={steps: 600, learningRate: 0.2}",
      ],
    ] {
      var training = try training(overrides)
      var last: [(name: String, value: Double)] = []
      var losses: [Double] = []
      for _ in 0..<training.totalSteps {
        last = try training.takeStep().metrics
        losses.append(last[0].value)
      }
      #expect(try abs(#require(last.first { $0.name == "loss/gap" }).value) < 1e-10)
      #expect(try #require(last.first { $0.name == "theta/distance" }).value < 1e-5)
      #expect(zip(losses, losses.dropFirst()).allSatisfy { $1 <= $0 * (1 + 1e-15) })
    }
  }

  @Test func singularSystemsAreNamed() throws {
    let two = Tensor([1, 2, 1, 2, 1, 2], [3, 2], .float64)
    let y = Tensor([1, 2, 3], [3, 1], .float64)
    #expect {
      try NormalEquation(two, y)
    } throws: { "\($0)".contains("column 2 of the inputs is a sum of multiples") }
    #expect {
      try NormalEquation(two, y, names: ["intercept", "b"])
    } throws: { "\($0)".contains("singular: input 'b' is a sum of multiples") }
    #expect {
      try NormalEquation(two.slice(axis: 0, 0..<1), y.slice(axis: 0, 0..<1))
    } throws: { "\($0)".contains("1 examples cannot decide 2 weights") }
    // Dependent but for the last digits.
    let near = Tensor([1, 1, 1, 1 + 1e-9, 1, 1 - 1e-9], [3, 2], .float64)
    #expect {
      try NormalEquation(near, y)
    } throws: { "\($0)".contains("singular") }
    let constant = try Scratch()
    try "a,b,y\n1,2,3\n2,4,5\n3,6,8\n4,8,9\n".write(
      toFile: "\(constant.path)/data.csv", atomically: false, encoding: .utf8)
    #expect {
      _ = try training([
        "data={kind: table, path: \(constant.path)/data.csv, inputs: [a, b], target: y}"
      ])
    } throws: { "\($0)".hasPrefix("data: the normal equation is singular") }
  }
}
