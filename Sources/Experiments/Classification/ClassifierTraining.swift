import TandemClassification
import TandemDatasets
import TandemLayers
import TandemRuns
import TandemTensors
import TandemTraining

/// A training of a classifier as a run needs it: the trainer, its images and what is stored.
///
/// A network that is pre-trained goes through two phases: it learns the first classes by
/// backpropagation, then its last module is replaced by one with first weights for the classes of
/// `data`, and all of it is tuned by the learning rule. Steps are counted through.
public struct ClassifierTraining: ExperimentTraining {
  let configuration: ClassifierConfiguration
  /// The images of the tuning, or of the only phase.
  private let images: ClassifierData.Parts
  /// Those that are learned first.
  private let pretrainingImages: ClassifierData.Parts?
  package internal(set) var phase: ClassifierPhase
  /// Steps of the pre-training.
  let pretrainingSteps: Int
  /// What the last validation found, for the sample that follows it.
  private var lastMeasures: (step: Int, measures: ClassifierMeasures)?
  public let totalSteps: Int

  /// The training at its start.
  ///
  /// - Throws: What is wrong with the data; see `DatasetError`.
  package init(_ configuration: ClassifierConfiguration) throws {
    self.configuration = configuration
    let (data, seed) = (configuration.data, configuration.settings.seed)
    let sets = try data.sets()
    images = try data.parts(of: sets, choice: data.classes, limit: data.limit, seed: seed)
    pretrainingImages = try configuration.pretraining.map {
      try data.parts(of: sets, choice: $0.classes, limit: nil, seed: seed)
    }
    for count in [images.train.count, pretrainingImages?.train.count ?? .max]
    where count < configuration.batchSize {
      throw ExperimentError(
        key: "training.batchSize",
        reason: "\(configuration.batchSize) is more than the \(count) images to learn from")
    }
    func steps(_ length: TrainingLength, _ images: ClassifierData.Parts) -> Int {
      length.steps(stepsPerEpoch: images.train.count / configuration.batchSize)
    }
    pretrainingSteps =
      if let first = configuration.pretraining, let pretrainingImages {
        steps(first.length, pretrainingImages)
      } else { 0 }
    let (sum, isTooLarge) = pretrainingSteps.addingReportingOverflow(
      steps(configuration.length, images))
    totalSteps = isTooLarge ? .max : sum
    phase =
      if let pretrainingImages {
        try ClassifierPhase(pretraining: configuration, pretrainingImages)
      } else { try ClassifierPhase(configuration, images) }
  }

  public var step: Int { (phase.isPretraining ? 0 : pretrainingSteps) + phase.trainer.step }

  public var epoch: Double {
    let before =
      if let pretrainingImages, !phase.isPretraining {
        Double(pretrainingSteps)
          / Double(pretrainingImages.train.count / configuration.batchSize)
      } else { 0.0 }
    return before + phase.epoch
  }

  public var exampleUnit: String { "images" }

  public var progressMetrics: [String] {
    ["loss/train", "accuracy/train", "pretraining/loss", "pretraining/accuracy"]
  }

  public var reading: String { Self.reading(classes: images.train.classes.count) }

  public var readings: [String: String] {
    var readings = Self.readings(
      loss: reading, pretraining: pretrainingImages?.train.classes.count)
    readings["accuracy/valid"]? += " The checkpoint in which it is greatest is the best."
    return readings.merging(configuration.rule.readings) { $1 }
  }

  public mutating func takeStep() throws -> TrainingStep {
    if phase.isPretraining, phase.trainer.step == pretrainingSteps {
      phase = try ClassifierPhase(configuration, images, from: phase.trainer.model)
    }
    do {
      let metrics = try phase.takeStep()
      return TrainingStep(metrics: metrics, examples: configuration.batchSize)
    } catch let error as NonFiniteError {
      // The trainer counts steps from 0; metrics, samples and checkpoints name a step by how many
      // have been taken with it.
      throw error.at(step: step + 1)
    }
  }

  public mutating func evaluate() throws -> Evaluation {
    let measures = try measures()
    lastMeasures = (step, measures)
    if phase.isPretraining {
      return Evaluation(metrics: [
        ("pretraining/valid-loss", measures.loss),
        ("pretraining/valid-accuracy", measures.accuracy),
      ])
    }
    phase.observe(measures)
    return Evaluation(
      metrics: [("loss/valid", measures.loss), ("accuracy/valid", measures.accuracy)],
      decisive: .init("accuracy/valid", .higher))
  }

  /// What the network makes of the test images.
  private func measures() throws -> ClassifierMeasures {
    if let lastMeasures, lastMeasures.step == step { return lastMeasures.measures }
    return try phase.measures()
  }

  public mutating func sample(in run: RunDirectory) throws -> [(name: String, value: Double)] {
    let seed = configuration.settings.seed
    let measures = try measures()
    let classes = phase.images.test.classes
    let count = min(configuration.sheetCount, phase.images.test.count)
    let sheet = try PredictionSheet(
      of: phase.trainer.model, on: phase.images.test.batch(at: 0..<count), classes, step: step)
    try run.save(sheet.picture(), tag: "predictions", step: step, seed: seed)
    let chart = try measures.confusionChart(classes, step: step)
    try run.save(chart, tag: "confusion", step: step, seed: seed)
    return []
  }
}

extension ClassifierTraining {
  /// What a checkpoint holds beside tensors: all that goes on from it needs to be the same.
  struct State: Codable {
    /// What the data decide of the network; all that using it without them needs.
    let facts: ClassifierFacts
    let isPretraining: Bool
    let trainer: ClassifierTrainer.Progress
    /// The next batch's place in the data.
    let data: BatchSampler.Position
    /// Of the batches that `data` counts; nil in older states.
    let grain: BatchSampler.Grain?
    /// The steps of the pre-training; nil in older states.
    let pretrainingSteps: Int?
  }

  public func checkpoint() throws -> CheckpointContents {
    let trainer = phase.trainer
    do {
      try NonFiniteError.check(trainer.model)
    } catch {
      throw error.at(step: step, phase: "classifier")
    }
    return CheckpointContents(
      files: Dictionary(
        uniqueKeysWithValues: trainer.parts.map {
          ("\($0).safetensors", SafetensorsContents($1))
        }),
      state: State(
        facts: ClassifierFacts(classes: phase.images.train.classes),
        isPretraining: phase.isPretraining, trainer: trainer.progress,
        data: phase.sampler.position, grain: phase.sampler.grain,
        pretrainingSteps: pretrainingSteps))
  }

  public mutating func restore(_ checkpoint: Checkpoint) throws {
    let state = try checkpoint.state(State.self)
    var restored =
      if state.isPretraining, let pretrainingImages {
        try ClassifierPhase(pretraining: configuration, pretrainingImages)
      } else { try ClassifierPhase(configuration, images) }
    guard state.isPretraining == restored.isPretraining,
      state.facts == ClassifierFacts(classes: restored.images.train.classes)
    else {
      throw ExperimentError(
        key: "data", reason: "the classes are not those that the checkpoint's run has learned")
    }
    var tensors: [String: [String: Tensor]] = [:]
    for name in checkpoint.files.keys {
      tensors[String(name.dropLast(".safetensors".count))] =
        try checkpoint.tensors(name).tensorsByName()
    }
    try restored.trainer.restore(state.trainer, tensors)
    try configuration.length.check(state.grain, of: restored.sampler)
    try configuration.pretraining?.length.check(
      state.grain, of: restored.sampler, in: "pretraining")
    if !state.isPretraining, let steps = state.pretrainingSteps, steps != pretrainingSteps {
      throw ExperimentError(
        key: "pretraining", reason: "it is over, after \(steps) steps, and cannot be changed")
    }
    if state.isPretraining, restored.trainer.step > pretrainingSteps {
      throw ExperimentError(
        key: "pretraining",
        reason: "it has taken \(restored.trainer.step) steps and cannot end at \(pretrainingSteps)")
    }
    try restored.sampler.seek(to: state.data, of: state.grain)
    phase = restored
    lastMeasures = nil
  }
}

/// What the data decide of a classifier.
struct ClassifierFacts: Codable, Equatable, Sendable {
  /// The names of the classes, in the order of the logits.
  let classes: [String]
}
