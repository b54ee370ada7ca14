import TandemLayers
import TandemTensors

/// What the predictions for a batch cost.
public struct SequenceCost: Sendable {
  /// The sum over the targets, a scalar to be differentiated: nats, or squared errors.
  public var total: Tensor
  /// The targets that `total` sums over, each as often as it counts.
  public var count: Double
  /// Targets predicted rightly, where they were counted.
  public var hits: Double?
  /// Whole sequences predicted rightly, where they were counted.
  public var exactSequences: Double?
  /// The state after the last step.
  public var state: RecurrentState?

  /// A cost of the given parts.
  public init(
    total: Tensor, count: Double, hits: Double? = nil, exactSequences: Double? = nil,
    state: RecurrentState? = nil
  ) {
    self.total = total
    self.count = count
    self.hits = hits
    self.exactSequences = exactSequences
    self.state = state
  }

  /// The cross-entropy of logits `[..., C]` with int32 classes `[...]`, in nats.
  ///
  /// - Parameter weights: How much each target counts, in the shape of `targets`.
  static func crossEntropy(
    _ logits: Tensor, _ targets: Tensor, weights: Tensor?, countsHits: Bool
  ) -> SequenceCost {
    let classes = logits.shape[logits.rank - 1]
    require(
      logits.shape.dropLast().elementsEqual(targets.shape)
        && weights?.shape ?? targets.shape == targets.shape,
      "targets \(targets.shape) with weights \(weights?.shape ?? []) for logits \(logits.shape)")
    let nats = logits.reshaped(to: [targets.count, classes])
      .softmaxCrossEntropy(labels: targets.reshaped(to: [targets.count]))
    let weights = weights?.reshaped(to: [targets.count]).converted(to: logits.dtype)
    var cost = SequenceCost(
      total: weights.map { (nats * $0).sum() } ?? nats.sum(),
      count: weights.map { $0.values.reduce(0, +) } ?? Double(targets.count))
    if countsHits {
      let hits = rightPredictions(logits, targets)
      if let weights {
        cost.hits = zip(hits, weights.values).reduce(0) { $0 + ($1.0 ? $1.1 : 0) }
      } else {
        cost.hits = Double(hits.count { $0 })
      }
    }
    return cost
  }

  /// Whether the greatest logit is the target's, row by row.
  static func rightPredictions(_ logits: Tensor, _ targets: Tensor) -> [Bool] {
    logits.argmax().withUnsafeBytes { predicted in
      targets.withUnsafeBytes { wanted in
        zip(predicted.bindMemory(to: Int32.self), wanted.bindMemory(to: Int32.self)).map(==)
      }
    }
  }
}
