import TandemLayers
import TandemTensors
import TandemTraining

/// Trains a classifier by mini-batches, its changes following from a learning rule.
///
/// The trainer is a value that holds everything a step depends on. A copy continues exactly as the
/// original would.
public struct ClassifierTrainer: Sendable {
  public internal(set) var model: Classifier
  public internal(set) var optimizer: Optimizer
  /// How the learning rate goes on; a plateau's schedule with its state.
  public internal(set) var rate: RateSchedule
  /// How the change of the weights follows from a batch.
  public internal(set) var rule: any LearningRule
  /// What is minimised on the batches that are learned from; measures are without smoothing.
  public let loss: ClassificationLoss
  /// The number of classes.
  public let classes: Int
  /// Steps between two measurements of the cosine of the rule's direction with the true gradient;
  /// nil for none.
  public let comparesEvery: Int?
  /// Steps taken.
  public internal(set) var step = 0
  /// Source of dropout masks.
  public internal(set) var dropout: RandomStream

  /// A trainer at its start.
  ///
  /// - Parameters:
  ///   - optimizer: Its own learning rate is replaced by that of `rate`.
  public init(
    model: Classifier, optimizer: Optimizer, rate: RateSchedule, rule: any LearningRule,
    loss: ClassificationLoss = ClassificationLoss(), classes: Int, comparesEvery: Int? = nil,
    seed: UInt64
  ) {
    require(comparesEvery ?? 1 > 0, "classifier trainer: compares every \(comparesEvery ?? 0)")
    self.model = model
    self.optimizer = optimizer
    self.rate = rate
    self.rule = rule
    self.loss = loss
    self.classes = classes
    self.comparesEvery = comparesEvery
    dropout = RandomStream(seed: seed, name: "dropout")
  }

  /// Whether the rule has to see the data once before the next step; see `prepare`.
  public var needsPreparation: Bool { rule.needsPreparation }

  /// Shows the rule the data, batch by batch, nil behind the last.
  public mutating func prepare(_ nextBatch: () throws -> LabelledBatch?) throws {
    try rule.prepare(model, loss, nextBatch)
  }

  /// Takes one step along the rule's direction.
  ///
  /// - Parameter epoch: Passes over the data that are complete, for a rate that follows them.
  /// - Returns: `loss/train`, `accuracy/train`, `gradient` (the direction's norm), `rate`,
  ///   `cosine` where it was measured, and what the rule measures.
  /// - Throws: `NonFiniteError` where the loss or the direction is not finite; the weights have not
  ///   been changed along it then.
  public mutating func takeStep(
    _ batch: LabelledBatch, epoch: Int = 0
  ) throws(NonFiniteError) -> [(name: String, value: Double)] {
    do {
      var pass = Pass.training(dropout)
      let compares = comparesEvery.map { step.isMultiple(of: $0) } ?? false
      let update = try rule.update(model, on: batch, loss, &pass, compares: compares)
      var measures = ClassifierMeasures(classes: classes)
      measures.add(logits: update.logits, labels: batch.labels, losses: update.losses)
      try NonFiniteError.check(.loss, "loss/train", measures.loss)
      optimizer.learningRate = rate.rate(at: step, epoch: epoch)
      let norm = try optimizer.update(&model, along: update.direction)
      dropout = pass.random
      model.commit(pass)
      step += 1
      var metrics = [("loss/train", measures.loss), ("accuracy/train", measures.accuracy)]
      if let norm { metrics.append(("gradient", norm)) }
      metrics.append(("rate", optimizer.learningRate))
      if let cosine = update.cosine { metrics.append(("cosine", cosine)) }
      return metrics + update.metrics
    } catch {
      throw error.at(step: step)
    }
  }

  /// Measures the model on a stream of batches; nothing is dropped.
  ///
  /// - Parameter nextBatch: Gives the batches in order, nil behind the last.
  public func evaluate(
    _ nextBatch: () throws -> LabelledBatch?
  ) rethrows -> ClassifierMeasures {
    var measures = ClassifierMeasures(classes: classes)
    let loss = ClassificationLoss()
    while let batch = try nextBatch() {
      let logits = model(batch.images)
      measures.add(logits: logits, labels: batch.labels, losses: loss(logits, batch.labels))
    }
    return measures
  }

  /// Takes note of a validation's accuracy: it moves a plateau's learning rate.
  public mutating func observe(_ measures: ClassifierMeasures) { rate.observe(measures.accuracy) }
}
