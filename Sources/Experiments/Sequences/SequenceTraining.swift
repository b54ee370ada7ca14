import TandemLayers
import TandemRuns
import TandemSequences
import TandemTensors
import TandemTraining

/// A training of sequences as a run needs it: the trainer, its data and what is stored.
public struct SequenceTraining<Task: SequenceTask>: ExperimentTraining {
  let configuration: SequenceConfiguration<Task>
  package internal(set) var trainer: SequenceTrainer<Task.Model>
  var source: Task.Source
  /// How far gradients reached back, at each sample so far.
  var flow: GradientFlowHistory
  public let totalSteps: Int

  /// The training at its start.
  ///
  /// - Throws: What is wrong with the data; see `DatasetError`.
  package init(_ configuration: SequenceConfiguration<Task>) throws {
    self.configuration = configuration
    let seed = configuration.settings.seed
    source = try configuration.task.source(batchSize: configuration.batchSize, seed: seed)
    var random = RandomStream(seed: seed, name: "init")
    trainer = SequenceTrainer(
      model: configuration.task.model(configuration.network, source.facts, &random),
      optimizer: configuration.optimizer.optimizer, rate: configuration.optimizer.schedule,
      averaging: try configuration.averagingPatience.map { try NonMonotonicTrigger(patience: $0) },
      settings: configuration.task.trainerSettings, seed: seed)
    switch configuration.length {
    case .steps(let steps): totalSteps = steps
    case .epochs(let epochs): totalSteps = source.batchCount(epochs: epochs) ?? 0
    }
    flow = GradientFlowHistory()
  }

  public var step: Int { trainer.step }

  public var epoch: Double { source.epoch }

  public var exampleUnit: String { Task.traits.exampleUnit.rawValue }

  public var progressMetrics: [String] { ["loss/train"] }

  public var reading: String { configuration.task.reading }

  public var readings: [String: String] {
    Self.readings(loss: reading, of: trainer.model.quantity)
      .merging(configuration.task.readings) { $1 }
  }

  public mutating func takeStep() throws -> TrainingStep {
    let (batch, endsEpoch) = try source.next()
    do {
      let metrics = try trainer.takeStep(batch)
      if endsEpoch { trainer.endEpoch() }
      return TrainingStep(
        metrics: configuration.task.inUnits(metrics.means, source.facts),
        examples: Task.traits.exampleUnit == .tokens ? metrics.tokens : batch.size)
    } catch {
      // The trainer counts steps from 0; metrics, samples and checkpoints name a step by how many
      // have been taken with it.
      throw error.at(step: trainer.step + 1)
    }
  }

  public func derived(_ means: [(name: String, value: Double)]) -> [(name: String, value: Double)] {
    guard let loss = means.first(where: { $0.name == "loss/train" })?.value else { return [] }
    return configuration.task.inUnits(
      trainer.model.quantity.metrics(ofLoss: loss, "train"), source.facts)
  }

  public mutating func evaluate() throws -> Evaluation {
    let measures = try trainer.evaluate(source.validation())
    trainer.observe(measures)
    var metrics = measures.metrics("valid")
    if step == totalSteps, let test = try source.test() {
      metrics += try trainer.evaluate(test).metrics("test")
    }
    let watch = trainer.settings.watch
    return Evaluation(
      metrics: configuration.task.inUnits(metrics, source.facts),
      decisive: .init("\(watch.metricName)/valid", watch.direction))
  }

  public mutating func sample(in run: RunDirectory) throws -> [(name: String, value: Double)] {
    if step == 0 { for note in source.notes { try run.log(note) } }
    let seed = configuration.settings.seed
    let metrics = try configuration.task.sample(
      trainer.sampler, source, step: step, seed: seed, in: run)
    return try metrics + (configuration.followsFlow ? sampleFlow(seed: seed, in: run) : [])
  }
}
