import TandemClassification
import TandemDatasets
import TandemTensors
import TandemTraining

/// A part of a classifier's training with one set of classes: the trainer and its images.
package struct ClassifierPhase: Sendable {
  /// Whether another phase with other classes follows.
  let isPretraining: Bool
  let images: ClassifierData.Parts
  /// The order of the images, and how far it has been followed.
  var sampler: BatchSampler
  package internal(set) var trainer: ClassifierTrainer

  /// The phase that the configuration's learning rule and schedule are for.
  ///
  /// - Parameter pretrained: A network whose modules but the last are taken over; first weights if
  ///   absent.
  init(
    _ configuration: ClassifierConfiguration, _ images: ClassifierData.Parts,
    from pretrained: Classifier? = nil
  ) throws {
    var model = configuration.initialClassifier(classes: images.train.classes.count)
    if let pretrained { try model.takeOver(pretrained) }
    try self.init(
      configuration, images, model, configuration.rule, rate: configuration.optimizer.schedule,
      isPretraining: false)
  }

  /// The phase before it: backpropagation at the optimizer's own learning rate.
  init(
    pretraining configuration: ClassifierConfiguration, _ images: ClassifierData.Parts
  ) throws {
    let model = configuration.initialClassifier(classes: images.train.classes.count)
    let rate = configuration.optimizer.optimizer.learningRate
    try self.init(
      configuration, images, model, .backprop,
      rate: .steps(try Schedule(.constant, learningRate: rate)), isPretraining: true)
  }

  private init(
    _ configuration: ClassifierConfiguration, _ images: ClassifierData.Parts, _ model: Classifier,
    _ rule: LearningRuleConfiguration, rate: RateSchedule, isPretraining: Bool
  ) throws {
    let seed = configuration.settings.seed
    let classes = images.train.classes.count
    self.isPretraining = isPretraining
    self.images = images
    sampler = try BatchSampler(
      count: images.train.count, batchSize: configuration.batchSize, seed: seed)
    trainer = ClassifierTrainer(
      model: model, optimizer: configuration.optimizer.optimizer, rate: rate,
      rule: try rule.rule(
        for: model, elementShape: configuration.data.elementShape, classes: classes, seed: seed),
      loss: ClassificationLoss(labelSmoothing: configuration.labelSmoothing), classes: classes,
      comparesEvery: rule.comparesEvery, seed: seed)
  }

  /// Passes over the images so far.
  var epoch: Double {
    Double(sampler.position.epoch)
      + Double(sampler.position.batch) / Double(max(sampler.batchesPerEpoch ?? 1, 1))
  }

  /// Takes a step on the next batch.
  ///
  /// - Returns: What the trainer measured; of the pre-training, under names that begin so.
  mutating func takeStep() throws -> [(name: String, value: Double)] {
    if trainer.needsPreparation { try trainer.prepare(images.train.batches(of: 256)) }
    let epoch = sampler.position.epoch
    let metrics = try trainer.takeStep(try images.train.batch(at: sampler.next()), epoch: epoch)
    if !isPretraining { return metrics }
    return metrics.map { ("pretraining/\($0.name.split(separator: "/")[0])", $0.value) }
  }

  /// What the network makes of the test images.
  func measures() throws -> ClassifierMeasures {
    try trainer.evaluate(images.test.batches(of: max(sampler.batchSize, 250)))
  }

  mutating func observe(_ measures: ClassifierMeasures) { trainer.observe(measures) }
}

extension Classifier {
  /// Takes over the parameters and statistics of another network of the same form, but for those of
  /// the last module, which may be of other classes.
  mutating func takeOver(_ other: Classifier) throws {
    let last = modules[modules.count - 1]
    var tensors = Dictionary(uniqueKeysWithValues: other.state.map { ($0.name, $0.tensor) })
    for (name, tensor, _) in state where last.contains(Int(name.prefix { $0 != "." }) ?? -1) {
      tensors[name] = tensor
    }
    try load(tensors)
  }
}
