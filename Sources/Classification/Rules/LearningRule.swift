import TandemLayers
import TandemTensors
import TandemTraining

/// How the change of a classifier's weights follows from a batch.
///
/// A rule gives the direction that the optimizer descends along: backpropagation the gradient of
/// the mean loss, the others something in its place. A rule is a value that holds all it has
/// learned or drawn; a copy goes on exactly as the original would.
public protocol LearningRule: Sendable {
  /// What the rule is called in configurations, charts and tables: `backprop`.
  var name: String { get }

  /// What the optimizer is to go along, with what the batch was found to be.
  ///
  /// - Parameters:
  ///   - model: The classifier as it is; not tracked.
  ///   - pass: A training pass, moved on as by one forward pass through the model.
  ///   - compares: Whether to measure the cosine with the true gradient, which costs the rule
  ///     a backward pass where it knows no other use for it.
  /// - Throws: `NonFiniteError` where what the rule itself learns is not finite.
  mutating func update(
    _ model: Classifier, on batch: LabelledBatch, _ loss: ClassificationLoss, _ pass: inout Pass,
    compares: Bool
  ) throws(NonFiniteError) -> RuleUpdate

  /// Whether the rule has to see the data once before the first step.
  var needsPreparation: Bool { get }

  /// Sees the data once.
  ///
  /// - Parameter nextBatch: Gives the batches of one pass over the data, nil behind the last.
  mutating func prepare(
    _ model: Classifier, _ loss: ClassificationLoss, _ nextBatch: () throws -> LabelledBatch?
  ) throws

  /// The tensors that going on needs, by name; those of the model are not among them.
  var tensors: [(name: String, tensor: Tensor)] { get }

  /// What going on needs beside tensors.
  var progress: RuleProgress { get }

  /// Takes over a stored state.
  ///
  /// - Throws: What does not fit; the rule is as it was then.
  mutating func load(_ tensors: [String: Tensor], _ progress: RuleProgress) throws
}

extension LearningRule {
  public var needsPreparation: Bool { false }
  public mutating func prepare(
    _ model: Classifier, _ loss: ClassificationLoss, _ nextBatch: () throws -> LabelledBatch?
  ) throws {}
  public var tensors: [(name: String, tensor: Tensor)] { [] }
  public var progress: RuleProgress { RuleProgress() }
  public mutating func load(_ tensors: [String: Tensor], _ progress: RuleProgress) throws {
    if let name = tensors.keys.min() {
      throw RuleStateMismatch("'\(name)' is not a tensor of the rule \(self.name)")
    }
  }
}

/// What a rule needs to go on beside tensors.
public struct RuleProgress: Sendable, Codable, Hashable {
  /// Where masks are drawn from, for a rule that draws some.
  public var random: RandomStream?
  /// Steps of the rule's own optimizers, for a rule that has some.
  public var steps: Int?

  /// A state with what is given.
  public init(random: RandomStream? = nil, steps: Int? = nil) {
    self.random = random
    self.steps = steps
  }
}

/// What a rule makes of a batch.
public struct RuleUpdate: Sendable {
  /// The loss of each example, `[n]`.
  public let losses: Tensor
  /// The logits, `[n, classes]`.
  public let logits: Tensor
  /// What the optimizer goes along, in the order of the model's parameters; of the size of the
  /// mean loss's gradient.
  public let direction: [Tensor]
  /// The cosine of the direction with the mean loss's gradient, if it was measured and neither of
  /// them is zero.
  public var cosine: Double?
  /// What else was measured, by name.
  public var metrics: [(name: String, value: Double)]

  /// An update along `direction`.
  public init(
    losses: Tensor, logits: Tensor, direction: [Tensor], cosine: Double? = nil,
    metrics: [(name: String, value: Double)] = []
  ) {
    self.losses = losses.detached
    self.logits = logits.detached
    self.direction = direction
    self.cosine = cosine
    self.metrics = metrics
  }
}

/// The cosine of the angle between two lists of tensors, each taken as one vector; nil where one of
/// them is zero.
public func cosine(_ a: [Tensor], _ b: [Tensor]) -> Double? {
  require(a.count == b.count, "cosine: lists of \(a.count) and \(b.count) tensors")
  let product = zip(a, b).reduce(0.0) { $0 + ($1.0 * $1.1).sum().scalar }
  let sizes = [a, b].map { $0.reduce(0) { $0 + $1.sumOfSquares }.squareRoot() }
  return sizes[0] > 0 && sizes[1] > 0 ? product / (sizes[0] * sizes[1]) : nil
}

/// A stored state that does not fit a rule. Prints as one line.
public struct RuleStateMismatch: Error, Equatable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = "the stored state does not fit: " + description }
}

/// The gradient of the mean loss by reverse accumulation through the whole network:
///
///     delta(L) = dC/dz(L),   delta(l) = J(l+1)^T delta(l+1),   dC/dW(l) = delta(l) dz(l)/dW(l)
///
/// where J(l+1) is the derivative of layer l + 1 by its input. Every layer waits for the one
/// behind it.
///
/// Source: Rumelhart, Hinton and Williams, Learning representations by back-propagating errors,
/// 1986.
public struct Backpropagation: LearningRule {
  /// The rule.
  public init() {}

  public var name: String { "backprop" }

  public mutating func update(
    _ model: Classifier, on batch: LabelledBatch, _ loss: ClassificationLoss, _ pass: inout Pass,
    compares: Bool
  ) -> RuleUpdate {
    let tracked = Tracked(model)
    let logits = tracked.model(batch.images, &pass)
    let losses = loss(logits, batch.labels)
    return RuleUpdate(
      losses: losses, logits: logits, direction: tracked.gradients(of: losses.mean()))
  }
}
