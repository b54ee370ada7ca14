import TandemExperiments
import TandemTensors
import Testing

@Suite struct VanishingTests {
  private let overrides = [
    "deep={layers: 6, width: 8}", "recurrent={size: 6, steps: 12}",
    "training={steps: 3, batchSize: 16}",
  ]

  private func experiment() throws -> Experiment {
    try Experiment(
      directory: "\(repositoryFolder)/experiments/vanishing-gradients", overrides: overrides)
  }

  @Test func gradientsAreRight() throws {
    #expect(try GradientReport(of: experiment()).isPassed)
  }

  @Test func aStepMeasuresAllFour() throws {
    let configuration = try #require(
      experiment().configuration as? VanishingConfiguration)
    var training = try configuration.training()
    let metrics = try training.takeStep().metrics
    #expect(
      metrics.map(\.name) == ["loss/sigmoid", "loss/relu", "loss/rnn", "loss/lstm"])
    #expect(metrics.allSatisfy { $0.value.isFinite && $0.value > 0 })
    // A checkpoint holds all four and their optimizers.
    let contents = try training.checkpoint()
    #expect(
      Set(contents.files.keys)
        == Set(
          ["sigmoid", "relu", "rnn", "lstm"].flatMap {
            ["\($0).safetensors", "\($0)-optimizer.safetensors"]
          }))
  }
}
