import Foundation
import TandemClassification
import TandemDatasets
import TandemLayers
import TandemRuns
import TandemTensors
import TandemTraining

/// Classifiers that start from the same weights and see the same batches, each changed by a rule of
/// its own.
///
/// The trainers take their steps in turns, so that whatever else the machine does weighs on all of
/// them alike when their times are compared.
public struct RuleComparisonTraining: ExperimentTraining {
  /// A rule and the network that it trains.
  struct Contestant: Sendable {
    let name: String
    var trainer: ClassifierTrainer
  }

  let configuration: RuleComparisonConfiguration
  private(set) var contestants: [Contestant]
  let images: ClassifierData.Parts
  var sampler: BatchSampler
  /// What the rules were found to do at each validation.
  var history: RuleHistory
  /// What a step took, by rule. No checkpoint holds it: it is this session's alone.
  private var milliseconds = RunningMeans()
  public let totalSteps: Int

  /// The training at its start.
  ///
  /// - Throws: What is wrong with the data; see `DatasetError`.
  package init(_ configuration: RuleComparisonConfiguration) throws {
    self.configuration = configuration
    let (data, seed) = (configuration.data, configuration.settings.seed)
    images = try data.parts(
      of: try data.sets(), choice: data.classes, limit: data.limit, seed: seed)
    guard images.train.count >= configuration.batchSize else {
      throw ExperimentError(
        key: "training.batchSize",
        reason: """
          \(configuration.batchSize) is more than the \(images.train.count) images to learn from
          """)
    }
    sampler = try BatchSampler(
      count: images.train.count, batchSize: configuration.batchSize, seed: seed)
    totalSteps = configuration.length.steps(stepsPerEpoch: sampler.batchesPerEpoch ?? 1)
    let classes = images.train.classes.count
    let model = configuration.initialClassifier(classes: classes)
    contestants = try configuration.rules.map { entry in
      Contestant(
        name: entry.name,
        trainer: ClassifierTrainer(
          model: model, optimizer: configuration.optimizer.optimizer,
          rate: configuration.optimizer.schedule,
          rule: try entry.rule.rule(
            for: model, elementShape: data.elementShape, classes: classes, seed: seed),
          classes: classes, comparesEvery: entry.rule.comparesEvery, seed: seed))
    }
    history = RuleHistory(names: configuration.rules.map(\.name))
  }

  public var step: Int { contestants[0].trainer.step }

  public var epoch: Double {
    Double(sampler.position.epoch)
      + Double(sampler.position.batch) / Double(max(sampler.batchesPerEpoch ?? 1, 1))
  }

  public var exampleUnit: String { "images" }

  public var progressMetrics: [String] { contestants.map { "loss-train/\($0.name)" } }

  public var reading: String {
    """
    Each rule trains a copy of one network on the same batches, so that losses of one step can be \
    compared. \(ClassifierTraining.reading(classes: images.train.classes.count))
    """
  }

  public var readings: [String: String] {
    var readings: [String: String] = [:]
    for (contestant, entry) in zip(contestants, configuration.rules) {
      let single = ClassifierTraining.readings(loss: reading, pretraining: nil)
      for (metric, text) in single.merging(entry.rule.readings, uniquingKeysWith: { $1 })
      where !metric.hasSuffix("/valid") {
        readings[Self.name(of: metric, contestant.name)] = text
      }
      for measure in ["loss", "accuracy"] {
        readings["valid-\(measure)/\(contestant.name)"] = single["\(measure)/valid"]
      }
      readings["ms/\(contestant.name)"] = """
        Milliseconds that a step of this rule takes, without the steps that measure its cosine.
        """
    }
    return readings
  }

  /// What a metric of a rule is called among those of others: `loss-train/backprop`.
  private static func name(of metric: String, _ rule: String) -> String {
    "\(metric.split(separator: "/").joined(separator: "-"))/\(rule)"
  }

  public mutating func takeStep() throws -> TrainingStep {
    for index in contestants.indices where contestants[index].trainer.needsPreparation {
      try contestants[index].trainer.prepare(images.train.batches(of: 256))
    }
    let epoch = sampler.position.epoch
    let batch = try images.train.batch(at: sampler.next())
    let number = step + 1
    var metrics: [(name: String, value: Double)] = []
    for index in contestants.indices {
      let (name, trainer) = (contestants[index].name, contestants[index].trainer)
      let compares = trainer.comparesEvery.map { trainer.step.isMultiple(of: $0) } ?? false
      let start = ContinuousClock.now
      let found: [(name: String, value: Double)]
      do {
        found = try contestants[index].trainer.takeStep(batch, epoch: epoch)
      } catch {
        throw error.at(step: number, phase: name)
      }
      let time = start.duration(to: .now) / .milliseconds(1)
      for (metric, value) in found where metric != "rate" {
        metrics.append((Self.name(of: metric, name), value))
      }
      // A comparison is no part of the rule.
      if !compares {
        metrics.append(("ms/\(name)", time))
        milliseconds.add(name, time)
      }
      history.note(index, cosine: found.first { $0.name == "cosine" }?.value)
    }
    return TrainingStep(metrics: metrics, examples: batch.size)
  }

  public mutating func evaluate() throws -> Evaluation {
    var metrics: [(name: String, value: Double)] = []
    var accuracies: [Double] = []
    for contestant in contestants {
      let measures = try contestant.trainer.evaluate(
        images.test.batches(of: max(configuration.batchSize, 250)))
      metrics.append(("valid-loss/\(contestant.name)", measures.loss))
      metrics.append(("valid-accuracy/\(contestant.name)", measures.accuracy))
      accuracies.append(measures.accuracy)
    }
    history.close(step: step, accuracies: accuracies)
    return Evaluation(metrics: metrics)
  }

  public mutating func sample(in run: RunDirectory) throws -> [(name: String, value: Double)] {
    guard !history.rows.isEmpty else { return [] }
    let seed = configuration.settings.seed
    try run.save(history.accuracyChart(), tag: "accuracy", step: step, seed: seed)
    if history.hasCosines {
      try run.save(history.cosineChart(), tag: "cosine", step: step, seed: seed)
    }
    try run.saveSample(tag: "table", step: step, seed: seed, text: history.table + "\n")
    // Not among the samples, which are the same for each run of a seed.
    try run.log("what a step took in this session:\n\(timeTable)")
    return []
  }

  /// Milliseconds of a step by rule, and how many times those of the first rule they are.
  private var timeTable: String {
    var table = TextTable([("RULE", .left), ("MS/STEP", .right), ("TIMES THE FIRST", .right)])
    var means = milliseconds
    let times = Dictionary(uniqueKeysWithValues: means.take().map { ($0.name, $0.value) })
    let first = times[contestants[0].name]
    func text(_ value: Double?) -> String { value.map { String(format: "%.2f", $0) } ?? "-" }
    for name in contestants.map(\.name) {
      let ratio = times[name].flatMap { time in first.map { time / $0 } }
      table.add([name, text(times[name]), text(ratio)])
    }
    return table.text
  }
}

extension RuleComparisonTraining {
  /// What a checkpoint holds beside tensors.
  struct State: Codable {
    let trainers: [ClassifierTrainer.Progress]
    /// The next batch's place in the data.
    let data: BatchSampler.Position
    /// Of the batches that `data` counts; nil in older states.
    let grain: BatchSampler.Grain?
    let history: RuleHistory
  }

  public func checkpoint() throws -> CheckpointContents {
    var files: [String: SafetensorsContents] = [:]
    for (index, contestant) in contestants.enumerated() {
      do {
        try NonFiniteError.check(contestant.trainer.model)
      } catch {
        throw error.at(step: step, phase: contestant.name)
      }
      for (part, tensors) in contestant.trainer.parts {
        files["\(index)-\(part).safetensors"] = SafetensorsContents(tensors)
      }
    }
    return CheckpointContents(
      files: files,
      state: State(
        trainers: contestants.map(\.trainer.progress), data: sampler.position,
        grain: sampler.grain, history: history))
  }

  public mutating func restore(_ checkpoint: Checkpoint) throws {
    let state = try checkpoint.state(State.self)
    var restored = self
    guard state.history.names == history.names, state.trainers.count == contestants.count else {
      throw ExperimentError(
        key: "rules", reason: "the checkpoint's rules are \(state.history.names)")
    }
    for index in contestants.indices {
      var tensors: [String: [String: Tensor]] = [:]
      let prefix = "\(index)-"
      for name in checkpoint.files.keys where name.hasPrefix(prefix) {
        tensors[String(name.dropFirst(prefix.count).dropLast(".safetensors".count))] =
          try checkpoint.tensors(name).tensorsByName()
      }
      try restored.contestants[index].trainer.restore(state.trainers[index], tensors)
    }
    try configuration.length.check(state.grain, of: sampler)
    try restored.sampler.seek(to: state.data, of: state.grain)
    restored.history = state.history
    self = restored
  }
}
