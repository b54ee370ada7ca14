import TandemExperiments
import TandemRuns
import TandemTensors
import Testing

@Suite struct ChainTests {
  private func training(_ overrides: String...) throws -> ChainTraining {
    let experiment = try Experiment(
      directory: "\(repositoryFolder)/experiments/three-weights", overrides: overrides)
    let configuration = try #require(experiment.configuration as? ChainConfiguration)
    return configuration.training()
  }

  /// e = -x in 160 epochs.
  @Test func learnsTheNegative() throws {
    var training = try training()
    #expect(training.totalSteps == 160)
    var losses: [Double] = []
    for _ in 0..<160 {
      let step = try training.takeStep()
      losses.append(try #require(step.metrics.first { $0.name == "loss" }).value)
      #expect(step.examples == 2)
    }
    let product = try #require(
      try training.takeStep().metrics.first { $0.name == "product" }?.value)
    #expect(abs(product + 1) < 1e-3)
    #expect(losses[159] < 1e-6)
    // Down to where nothing is left but rounding.
    #expect(zip(losses, losses.dropFirst()).allSatisfy { $1 < $0 || $1 < 1e-28 })
  }

  @Test func batchesLearnToo() throws {
    var training = try training("training.update=batch", "training.epochs=160")
    for _ in 0..<160 { _ = try training.takeStep() }
    #expect(try #require(try training.takeStep().metrics.first).value < 1e-6)
  }

  /// n weights alone take the way from the error anew each, which grows with the square of n; one
  /// pass takes two products a weight.
  @Test func costsAreCounted() {
    let rows = ChainCost(depths: 1...12).rows
    #expect(rows.map(\.depth) == Array(1...12))
    for row in rows {
      // dE/dw of each layer but no way on from the first: 2n - 1 products.
      #expect(row.together == 2 * row.depth - 1)
      #expect(row.alone == row.depth * (row.depth + 1) / 2)
    }
  }

  @Test func gradientsOfTheExperimentAreRight() throws {
    let experiment = try Experiment(
      directory: "\(repositoryFolder)/experiments/three-weights")
    #expect(try GradientReport(of: experiment).isPassed)
  }
}
