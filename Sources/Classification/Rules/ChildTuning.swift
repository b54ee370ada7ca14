import TandemLayers
import TandemTensors
import TandemTraining

/// Child-Tuning: only a part of the weights, the child network, takes part in a step; its gradients
/// are scaled by `1 / p`.
///
///     update = g * M / p
///
/// **Free**: M is drawn anew each step, each element 1 with probability p. Elements of the mask are
/// independent of the gradient, so the update's expectation is the gradient,
/// `E[g M / p] = g E[M] / p = g`, while its variance is `g^2 (1 - p) / p`: noise that grows with
/// the gradient, which helps a network that is tuned to few data out of narrow minima. The
/// expectation is that of what an optimizer is given, not of its step: Adam's is no linear function
/// of its gradients, and its momentum moves the elements that are masked, too.
///
/// **Driven**: M is chosen once, before the first step, as the share p of the weights with the
/// greatest Fisher information on the data,
///
///     F_i = 1/n sum_j (d log p(y_j | x_j) / dw_i)^2,
///
/// the mean square of the gradients of single examples: the weights that the task's predictions
/// depend on most. It is the empirical Fisher information, since y_j are the labels observed and not
/// drawn from the model. The others keep what they have learned before. As their gradients are
/// always zero, an optimizer without weight decay leaves them as they are, to the bit. The factor
/// `1 / p` is the same at every step here, and Adam, whose steps do not depend on the scale of its
/// gradients, cancels it up to its epsilon.
///
/// Source: Xu et al., Raise a Child in Large Language Model: Towards Effective and Generalizable
/// Fine-tuning, 2021; there the driven mode does without the factor `1 / p`.
public struct ChildTuning: LearningRule {
  /// How the child network is chosen.
  public enum Mode: String, Sendable, CaseIterable, Codable {
    /// Anew each step, at random.
    case free
    /// Once, by Fisher information.
    case driven
  }

  /// How the child network is chosen.
  public let mode: Mode
  /// The share p of the gradient's elements that take part, in `0 < p <= 1`.
  public let share: Double
  /// Examples that Fisher information is measured on, at most; all if absent.
  public let exampleLimit: Int?
  /// The stream that free masks are drawn from.
  public private(set) var random: RandomStream
  /// The driven mask, 0 or `1 / p` for each parameter's elements, once it is chosen.
  public private(set) var mask: [Tensor]?

  /// A rule of the given mode and share.
  public init(_ mode: Mode, share: Double, exampleLimit: Int? = nil, seed: UInt64) {
    require(share > 0 && share <= 1, "child tuning: a share of \(share) is not in 0 < p <= 1")
    self.mode = mode
    self.share = share
    self.exampleLimit = exampleLimit
    random = RandomStream(seed: seed, name: "child tuning")
  }

  public var name: String { "childTuning-\(mode.rawValue)" }

  public mutating func update(
    _ model: Classifier, on batch: LabelledBatch, _ loss: ClassificationLoss, _ pass: inout Pass,
    compares: Bool
  ) -> RuleUpdate {
    var whole = Backpropagation()
    let found = whole.update(model, on: batch, loss, &pass, compares: false)
    let direction = masked(found.direction)
    return RuleUpdate(
      losses: found.losses, logits: found.logits, direction: direction,
      cosine: compares ? cosine(direction, found.direction) : nil)
  }

  /// The gradients of the child network, scaled by `1 / p`; zero elsewhere.
  public mutating func masked(_ gradients: [Tensor]) -> [Tensor] {
    switch mode {
    case .free: return gradients.map { $0 * freeMask($0) }
    case .driven:
      guard let mask else { fatalError("child tuning: the driven mask is not chosen yet") }
      return zip(gradients, mask).map { $0 * $1 }
    }
  }

  /// `1 / p` with probability p, else 0, for each element.
  private mutating func freeMask(_ gradient: Tensor) -> Tensor {
    random.uniform(gradient.shape, gradient.dtype).greaterOrEqual(1 - share).scaled(by: 1 / share)
  }

  // MARK: - Fisher information

  public var needsPreparation: Bool { mode == .driven && mask == nil }

  public mutating func prepare(
    _ model: Classifier, _ loss: ClassificationLoss, _ nextBatch: () throws -> LabelledBatch?
  ) throws {
    let information = try fisherInformation(of: model, limit: exampleLimit, nextBatch)
    mask = ChildTuning.mask(of: information, share: share)
  }

  /// The mask of the share of all elements with the greatest information: `1 / p` for them, else 0.
  ///
  /// It holds `p n` of n elements, rounded up; of elements with equal information the first count.
  static func mask(of information: [Tensor], share: Double) -> [Tensor] {
    let values = information.flatMap(\.values)
    let kept = Int((share * Double(values.count)).rounded(.up))
    let order = values.indices.sorted { (-values[$0], $0) < (-values[$1], $1) }
    var flat = [Double](repeating: 0, count: values.count)
    for index in order.prefix(kept) { flat[index] = 1 / share }
    var start = 0
    return information.map { tensor in
      defer { start += tensor.count }
      return Tensor(Array(flat[start..<(start + tensor.count)]), tensor.shape, tensor.dtype)
    }
  }

  // MARK: - State

  public var tensors: [(name: String, tensor: Tensor)] {
    (mask ?? []).enumerated().map { ("mask.\($0)", $1) }
  }

  public var progress: RuleProgress { RuleProgress(random: random) }

  public mutating func load(_ tensors: [String: Tensor], _ progress: RuleProgress) throws {
    let names = (0..<tensors.count).map { "mask.\($0)" }
    let found = names.compactMap { tensors[$0] }
    guard found.count == tensors.count, found.isEmpty || mode == .driven,
      let random = progress.random
    else { throw RuleStateMismatch("tensors \(tensors.keys.sorted()) for \(name)") }
    mask = found.isEmpty ? nil : found
    self.random = random
  }
}

/// The empirical Fisher information of each parameter's elements: the mean over examples of the
/// square of `d log p(label | image) / dw` with the labels observed, outside of training (nothing is
/// dropped).
///
/// Each example takes a backward pass of its own: the square of a batch's gradient is another
/// number.
///
/// - Parameters:
///   - limit: Examples at most; all if absent.
///   - nextBatch: Gives the examples, nil behind the last.
public func fisherInformation(
  of model: Classifier, limit: Int? = nil, _ nextBatch: () throws -> LabelledBatch?
) throws -> [Tensor] {
  var sums = model.parameters.map { Tensor(zeros: $0.shape, $0.dtype) }
  var count = 0
  let loss = ClassificationLoss()
  while count < limit ?? .max, let batch = try nextBatch() {
    for index in 0..<min(batch.size, (limit ?? .max) - count) {
      let example = batch.slice(index..<(index + 1))
      let (_, gradients) = valueAndGradients(of: model) {
        loss($0(example.images), example.labels).sum()
      }
      for place in sums.indices { sums[place] = sums[place] + gradients[place].squared() }
      count += 1
    }
  }
  return sums.map { $0 / Double(max(count, 1)) }
}
