import TandemTensors
import TandemTraining

/// What one training step measured.
///
/// | name | meaning |
/// |---|---|
/// | `loss/train` … | the measures of the batch before the step; see `SequenceMeasures.metrics` |
/// | `gradient` | Euclidean norm of the whole gradient, before clipping |
/// | `clipped` | 1 if clipping has changed the gradient, else 0: its mean is the clipped share |
/// | `rate` | learning rate |
///
/// The perplexity over many steps is `e` to the mean of their losses, not the mean of theirs.
public struct SequenceMetrics: Sendable {
  /// The measures of the batch.
  public let measures: SequenceMeasures
  /// Input steps of the batch, within the lengths.
  public let tokens: Int
  /// The norm of all gradients together, where the optimizer measures it.
  public let gradientNorm: Double?
  /// Whether clipping has changed the gradient, where there is clipping.
  public let isClipped: Bool?
  public let learningRate: Double

  /// Names and values.
  public var values: [(name: String, value: Double)] {
    means + measures.quantity.metrics(ofLoss: measures.loss, "train")
  }

  /// Those of the values of which a mean over steps can be taken.
  public var means: [(name: String, value: Double)] {
    var values = measures.means("train")
    if let gradientNorm { values.append(("gradient", gradientNorm)) }
    if let isClipped { values.append(("clipped", isClipped ? 1 : 0)) }
    values.append(("rate", learningRate))
    return values
  }

  /// The value of a metric, if it was measured.
  public subscript(name: String) -> Double? { values.first { $0.name == name }?.value }
}

extension GradientClipping {
  /// Whether gradients of a norm are scaled down; nil where elements are limited instead.
  func isExceeded(by norm: Double?) -> Bool? {
    guard case .globalNorm(let limit) = self else { return nil }
    return norm.map { $0 + 1e-6 > limit }
  }

  /// Whether an element is beyond the limit; nil where the norm is limited instead.
  func exceedsElementLimit(_ gradients: [Tensor]) -> Bool? {
    guard case .value(let limit) = self else { return nil }
    return gradients.contains { $0.absoluteValue().maximum().scalar > limit }
  }
}
