import TandemLayers
import TandemTensors

/// A model that reads sequences and can tell what its predictions cost.
public protocol SequenceModel: Layer {
  /// What is predicted, and with it how a cost is counted.
  var quantity: SequenceMeasures.Quantity { get }

  /// What the predictions for a batch cost, summed over all targets that count.
  ///
  /// - Parameters:
  ///   - state: The state before the first step; zero if absent.
  ///   - countsHits: Whether right predictions are counted too, which costs a pass over the logits.
  func cost(
    of batch: SequenceBatch, state: RecurrentState?, countsHits: Bool, _ pass: inout Pass
  ) -> SequenceCost

  /// The state before the first step of a batch: zero. Nil for a model that carries none from one
  /// batch to the next.
  func initialState(batch: Int) -> RecurrentState?
}

/// A batch of sequences with what is to be predicted, time-major.
public struct SequenceBatch: Sendable {
  /// Tokens, int32 `[T, B]`, or numbers `[T, B, features]`.
  public var inputs: Tensor
  /// Tokens or classes of each step, int32 `[T', B]`; one class each, int32 `[B]`; or values
  /// `[B, values]`.
  public var targets: Tensor
  /// Steps of each input sequence, int32 `[B]`; all T if absent.
  public var lengths: Tensor?
  /// Steps of each target sequence, int32 `[B]`; the input's if absent.
  public var targetLengths: Tensor?
  /// How much each target counts, `[T', B]`; 1 within the lengths if absent.
  public var weights: Tensor?
  /// 1 where a sequence begins anew and the state before it is zero, else 0: `[B]` for the first
  /// step, or `[T, B]` for each.
  public var resets: Tensor?

  /// A batch of the given tensors.
  public init(
    inputs: Tensor, targets: Tensor, lengths: Tensor? = nil, targetLengths: Tensor? = nil,
    weights: Tensor? = nil, resets: Tensor? = nil
  ) {
    self.inputs = inputs
    self.targets = targets
    self.lengths = lengths
    self.targetLengths = targetLengths
    self.weights = weights
    self.resets = resets
  }

  /// Sequences side by side.
  public var size: Int { inputs.shape[1] }
  /// Steps of the longest sequence.
  public var steps: Int { inputs.shape[0] }

  /// Input steps within the lengths: what throughput is counted in.
  public var tokenCount: Int {
    lengths.map { Int($0.values.reduce(0, +)) } ?? steps * size
  }

  /// How much each target of `[T', B]` counts; nil where all count 1.
  var targetWeights: Tensor? {
    if let weights { return weights }
    guard let lengths = targetLengths ?? lengths else { return nil }
    let (steps, size) = (targets.shape[0], targets.shape[1])
    return lengths.withUnsafeBytes { bytes in
      let lengths = bytes.bindMemory(to: Int32.self)
      return Tensor(float32: [steps, size]) { target in
        for step in 0..<steps {
          for column in 0..<size {
            target[step * size + column] = step < lengths[column] ? 1 : 0
          }
        }
      }
    }
  }
}

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
    _ logits: Tensor, _ targets: Tensor, weights: Tensor?, countsHits: Bool,
    state: RecurrentState? = nil
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
      count: weights.map { $0.values.reduce(0, +) } ?? Double(targets.count), state: state)
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
