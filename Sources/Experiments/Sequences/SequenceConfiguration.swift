import TandemHealth
import TandemImages
import TandemLayers
import TandemRuns
import TandemSequences
import TandemTensors
import TandemTraining

/// What the `experiment.yaml` of a sequence task says.
public struct SequenceConfiguration<Task: SequenceTask>: ExperimentConfiguration {
  public var settings: RunSettings
  public var task: Task
  public var network: RecurrentConfiguration
  public var optimizer: OptimizerConfiguration
  /// The whole training's length.
  public var length: TrainingLength
  public var batchSize: Int
  /// Validations without improvement after which the weights are averaged (NT-ASGD); nil for
  /// never.
  public var averagingPatience: Int?
  /// Whether each sample looks at how far gradients reach back in time.
  public var followsFlow: Bool

  /// Reads the configuration strictly; problems stay with the reader, for its `finish`.
  init(_ reader: inout ConfigurationReader, _ heading: ExperimentHeading) {
    let traits = Task.traits
    var task = reader.section("data") { Task(&$0) }
    network = reader.section("network") { RecurrentConfiguration(&$0, traits) }
    optimizer = reader.section("optimizer") {
      OptimizerConfiguration(
        &$0, learningRate: 1e-3, beta1: 0.9, validation: traits.watch.direction,
        hasEpochs: !traits.isEndless)
    }
    (length, batchSize, averagingPatience) = reader.section("training") { section in
      let length =
        traits.isEndless ? .steps(section.steps()) : section.trainingLength()
      let batchSize = section.integer("batchSize", default: 64, in: 1...65536)
      task.readTraining(&section)
      let patience = section.optionalSection("averaging") {
        $0.integer("patience", default: 5, in: 0...)
      }
      return (length, batchSize, patience)
    }
    let metricsEvery = reader.metricsEvery()
    let (samplesEvery, followsFlow) = reader.samples { section in
      task.readSamples(&section)
      return section.flag("gradientFlow", default: true)
    }
    let (validationEvery, _) = reader.validation(default: 500) { _ in }
    self.task = task
    self.followsFlow = followsFlow
    settings = RunSettings(
      heading, metricsEvery: metricsEvery, samplesEvery: samplesEvery,
      validationEvery: validationEvery, checkpoints: reader.checkpoints(),
      health: reader.health(of: traits.healthSubject), tensorBoard: reader.tensorBoard())
  }

  public func located(in directory: String) -> SequenceConfiguration {
    var copy = self
    copy.task = task.located { path($0, in: directory) }
    return copy
  }

  public func training() throws -> SequenceTraining<Task> { try SequenceTraining(self) }

  public var memory: MemoryEstimate {
    let float = 4.0
    let inputs = Task.traits.readsTokens ? network.embedding : 1
    return MemoryEstimate(
      lasting: [
        .init(
          key: "network.size", name: "the recurrent layers",
          bytes: 2 * float * network.weightCount(inputs: inputs))
      ],
      passing: [
        .init(
          key: "training.batchSize", name: "a batch",
          bytes: float * network.valuesPerStep * Double(batchSize) * Double(task.knownSteps))
      ])
  }

  public func sampler(of run: StoredRun) throws -> RunSampler? {
    try task.sampler(of: run, emptyModel)
  }

  public func sample(_ tag: String, of run: StoredRun) throws -> [UInt8]? {
    if tag == GradientFlowHistory.tag {
      let flow = try run.checkpoint.state(GradientFlowHistory.Held.self).flow
      return try flow.chart().map {
        try PNG($0.picture(), of: run.record, step: run.checkpoint.step, seed: settings.seed)
          .encoded()
      }
    }
    return try task.sample(tag, of: run, emptyModel).map { Array($0.utf8) }
  }

  /// A model whose weights are to be read: what they are before does not matter.
  private func emptyModel(_ facts: Task.Source.Facts) -> Task.Model {
    var random = RandomStream(seed: settings.seed, name: "init")
    return task.model(network, facts, &random)
  }

  public func networks() throws -> [NetworkSummary] {
    var source = try task.source(batchSize: batchSize, seed: settings.seed)
    var random = RandomStream(seed: settings.seed, name: "init")
    let model = task.model(network, source.facts, &random)
    return [NetworkSummary("model", model.summary(try source.next().batch.inputs))]
  }

  public func gradientCases() -> [GradientCase] {
    var random = RandomStream(seed: settings.seed, name: "gradient check")
    let (facts, batch) = task.example(&random)
    let model = task.model(network.reduced(), facts, &random).movedFromStart(&random)
    let settings = settings
    return [
      GradientCase("model's loss", model) { model in
        // The same masks at every call.
        var pass = Pass.training(RandomStream(seed: settings.seed, name: "dropout"))
        let cost = model.cost(of: batch, state: nil, countsHits: false, &pass)
        return cost.total / cost.count
      }
    ]
  }
}

extension SequenceTraits {
  /// What the health rules know of a training of the task.
  fileprivate var healthSubject: HealthSubject {
    .sequences(
      .init(watch.metricName, better: watch.direction), repeatsExamples: !isEndless)
  }
}

extension SequenceTrainerSettings.Watch {
  /// Which of its values are better.
  var direction: MetricDirection { mode == .minimum ? .lower : .higher }
}
