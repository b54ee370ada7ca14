import TandemExperiments
import TandemRuns
import TandemTensors
import TandemTraining

/// A kind of experiment that has all that a kind can have and learns nothing: its losses are what
/// the test says.
struct CountingConfiguration: ExperimentConfiguration {
  let settings: RunSettings
  let batchSize = 10
  let length: TrainingLength
  let tag: String
  /// What each validation finds in turn.
  var validations: [Double] = []
  var memory: MemoryEstimate { MemoryEstimate(lasting: [], passing: []) }

  init(_ reader: inout ConfigurationReader) {
    length = reader.section("training") { $0.trainingLength() }
    let metricsEvery = reader.metricsEvery()
    let samplesEvery: Int
    (samplesEvery, tag) = reader.samples { $0.text("tag", default: "words") }
    let (validationEvery, _) = reader.validation(default: 4) { _ in }
    settings = RunSettings(
      ExperimentHeading(title: "counting", seed: 1), metricsEvery: metricsEvery,
      samplesEvery: samplesEvery, validationEvery: validationEvery,
      checkpoints: reader.checkpoints())
  }

  func located(in directory: String) -> CountingConfiguration { self }
  func training() -> CountingTraining { CountingTraining(configuration: self) }
  func networks() -> [NetworkSummary] { [] }
  func gradientCases() -> [GradientCase] {
    []
  }
}

struct CountingTraining: ExperimentTraining {
  let configuration: CountingConfiguration
  var step = 0
  var validations = 0

  /// The data are 35 examples: three batches and a remainder.
  let stepsPerEpoch = 3
  var totalSteps: Int { configuration.length.steps(stepsPerEpoch: stepsPerEpoch) }
  var epoch: Double { Double(step) / Double(stepsPerEpoch) }
  let exampleUnit = "tokens"
  let progressMetrics = ["loss"]
  let reading = "The loss is what the test says."

  mutating func takeStep() -> TrainingStep {
    step += 1
    return TrainingStep(metrics: [("loss", Double(step * step))], examples: 10)
  }

  mutating func evaluate() -> Evaluation {
    defer { validations += 1 }
    let value = configuration.validations[validations]
    return Evaluation(
      metrics: [("validation/loss", value), ("validation/accuracy", 0.5)],
      decisive: .init("validation/loss"))
  }

  mutating func sample(in run: RunDirectory) throws -> [(name: String, value: Double)] {
    try run.saveSample(tag: configuration.tag, step: step, seed: 1, text: "step \(step)\n")
    return [("samples/length", 6)]
  }

  func checkpoint() -> CheckpointContents {
    let counts = Tensor([Float(step)], [1])
    return CheckpointContents(
      files: ["counts.safetensors": SafetensorsContents([("step", counts)])],
      state: ["step": step, "validations": validations])
  }

  mutating func restore(_ checkpoint: Checkpoint) throws {
    let state = try checkpoint.state([String: Int].self)
    (step, validations) = (state["step"] ?? 0, state["validations"] ?? 0)
  }
}
