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
  let optimizer: OptimizerConfiguration
  /// What each validation finds in turn.
  var validations: [Double] = []
  /// Whether the training counts on something that its checkpoints lack.
  var hidesState = false
  var memory: MemoryEstimate { MemoryEstimate(lasting: [], passing: []) }

  init(_ reader: inout ConfigurationReader) {
    length = reader.section("training") { $0.trainingLength() }
    optimizer = reader.section("optimizer") {
      OptimizerConfiguration(&$0, learningRate: 1, beta1: 0.9, validation: .lower)
    }
    let metricsEvery = reader.metricsEvery()
    let samplesEvery: Int
    (samplesEvery, tag) = reader.samples { $0.text("tag", default: "words") }
    let (validationEvery, _) = reader.validation(default: 4) { _ in }
    settings = RunSettings(
      ExperimentHeading(title: "counting", seed: 1), metricsEvery: metricsEvery,
      samplesEvery: samplesEvery, validationEvery: validationEvery,
      checkpoints: reader.checkpoints(), tensorBoard: reader.tensorBoard())
  }

  func located(in directory: String) -> CountingConfiguration { self }
  func training() -> CountingTraining { CountingTraining(self) }
  func networks() -> [NetworkSummary] { [] }
  func gradientCases() -> [GradientCase] {
    []
  }
}

struct CountingTraining: ExperimentTraining {
  let configuration: CountingConfiguration
  var step = 0
  var validations = 0
  var schedule: RateSchedule
  /// Steps taken by this very value.
  var hidden = 0

  init(_ configuration: CountingConfiguration) {
    self.configuration = configuration
    schedule = configuration.optimizer.schedule
  }

  /// What a checkpoint holds beside tensors.
  struct State: Codable {
    let validations: Int
    let schedule: PlateauSchedule?
  }

  /// The data are 35 examples: three batches and a remainder.
  let stepsPerEpoch = 3
  var totalSteps: Int { configuration.length.steps(stepsPerEpoch: stepsPerEpoch) }
  var epoch: Double { Double(step) / Double(stepsPerEpoch) }
  let exampleUnit = "tokens"
  let progressMetrics = ["loss"]
  let reading = "The loss is what the test says."

  mutating func takeStep() -> TrainingStep {
    let rate = schedule.rate(at: step)
    step += 1
    if configuration.hidesState { hidden += 1 }
    return TrainingStep(
      metrics: [("loss", Double(step * step + hidden)), ("rate", rate)], examples: 10)
  }

  mutating func evaluate() -> Evaluation {
    defer { validations += 1 }
    let value = configuration.validations[validations]
    schedule.observe(value)
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
    let all = Tensor([Float(step), Float(hidden)], [2])
    return CheckpointContents(
      files: ["counts.safetensors": SafetensorsContents([("all", all), ("step", counts)])],
      state: State(validations: validations, schedule: schedule.state))
  }

  mutating func restore(_ checkpoint: Checkpoint) throws {
    let state = try checkpoint.state(State.self)
    (step, validations) = (checkpoint.step, state.validations)
    schedule.state = state.schedule
  }
}

extension Scratch {
  /// An experiment of the counting kind with what its validations find.
  func counting(
    _ yaml: String, validations: [Double] = [], hidesState: Bool = false
  ) throws -> Experiment {
    var reader = ConfigurationReader(yaml: yaml, file: "counting.yaml")
    var configuration = CountingConfiguration(&reader)
    configuration.validations = validations
    configuration.hidesState = hidesState
    return Experiment(
      directory: path, name: "counting", configuration: configuration,
      resolved: try reader.finish(), source: yaml)
  }
}
