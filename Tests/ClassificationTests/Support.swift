import TandemClassification
import TandemLayers
import TandemTensors
import TandemTraining

/// Images of `size` x `size` pixels of as many classes as asked for: a bright bar at the class's
/// place, each pixel with normal noise of the given deviation.
func bars(
  _ count: Int, classes: Int = 3, size: Int = 6, noise: Double = 0.3, seed: UInt64 = 1,
  _ dtype: DType = .float32
) -> LabelledBatch {
  var random = RandomStream(seed: seed, name: "bars")
  let labels = (0..<count).map { _ in random.integer(below: classes) }
  let clean = labels.flatMap { label in
    (0..<size).flatMap { row in
      [Double](repeating: row * classes / size == label ? 1 : -1, count: size)
    }
  }
  let shape: Shape = [count, size, size, 1]
  let images = Tensor(clean, shape, dtype) + random.normal(shape, deviation: noise, dtype)
  return LabelledBatch(images: images, labels: Tensor(indices: labels))
}

/// A small fully connected classifier of `bars`.
func dense(
  _ hidden: [Int] = [12, 8], _ activation: ClassifierActivation = .relu, batchNorm: Bool = false,
  dropout: Double = 0, classes: Int = 3, seed: UInt64 = 1
) -> Classifier {
  var random = RandomStream(seed: seed, name: "init")
  return ClassifierSpecification.mlp(
    .init(hidden: hidden, activation: activation, batchNorm: batchNorm, dropout: dropout)
  ).classifier(elementShape: [6, 6, 1], classes: classes, &random)
}

/// A small convolutional classifier of `bars`.
func convolutional(seed: UInt64 = 1, batchNorm: Bool = true) -> Classifier {
  var random = RandomStream(seed: seed, name: "init")
  return ClassifierSpecification.cnn(
    .init(channels: [4, 6], dense: .init(hidden: [8], batchNorm: batchNorm))
  ).classifier(elementShape: [6, 6, 1], classes: 3, &random)
}

/// The gradient of the mean loss, found without any rule.
func trueGradient(
  of model: Classifier, on batch: LabelledBatch, _ loss: ClassificationLoss = .init()
) -> [Tensor] {
  var pass = Pass.training(RandomStream(seed: 1, name: "dropout"))
  let tracked = Tracked(model)
  let cost = loss(tracked.model(batch.images, &pass), batch.labels).mean()
  return tracked.gradients(of: cost)
}

/// What a rule makes of a batch.
func update(
  _ rule: inout some LearningRule, _ model: Classifier, on batch: LabelledBatch
) throws -> RuleUpdate {
  var pass = Pass.training(RandomStream(seed: 1, name: "dropout"))
  return try rule.update(model, on: batch, ClassificationLoss(), &pass, compares: true)
}

/// The greatest distance between elements of two lists of tensors.
func distance(_ a: [Tensor], _ b: [Tensor]) -> Double {
  zip(a, b).reduce(0) { worst, pair in
    zip(pair.0.values, pair.1.values).reduce(worst) { max($0, abs($1.0 - $1.1)) }
  }
}

/// A rule of each kind for a model of `bars`.
func rules(for model: Classifier) throws -> [any LearningRule] {
  [
    Backpropagation(),
    ChildTuning(.free, share: 0.5, seed: 1),
    ChildTuning(.driven, share: 0.5, seed: 1),
    try SyntheticGradients(
      .init(hidden: 16, learningRate: 1e-2), for: model, elementShape: [6, 6, 1], classes: 3,
      seed: 1),
    try SyntheticGradients(
      .init(target: .bootstrapped, hidden: 0, learningRate: 1e-2), for: model,
      elementShape: [6, 6, 1], classes: 3, seed: 1),
    PredictiveCoding(),
  ]
}
