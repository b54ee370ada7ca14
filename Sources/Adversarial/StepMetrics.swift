import TandemTensors
import TandemTraining

/// What one training step measured, in the order of measuring.
///
/// | name | meaning |
/// |---|---|
/// | `loss/d`, `loss/d-real`, `loss/d-fake` | the discriminator's loss and its two parts, in nats |
/// | `loss/g` | the generator's loss, in nats |
/// | `d/real`, `d/fake` | mean of D = sigmoid(logit) on real and on generated samples |
/// | `accuracy/real`, `accuracy/fake` | share of real and of generated samples judged rightly |
/// | `gradient/d`, `gradient/g` | Euclidean norm of a network's whole gradient, before clipping |
/// | `rate/d`, `rate/g` | learning rates |
///
/// With several discriminator updates in a step the last one's values stand.
public struct StepMetrics: Sendable {
  /// Names and values.
  public private(set) var values: [(name: String, value: Double)] = []

  /// The value of a metric, if it was measured.
  public subscript(name: String) -> Double? { values.first { $0.name == name }?.value }

  /// Throws unless a metric is finite.
  func checkFinite(_ name: String) throws(NonFiniteError) {
    try NonFiniteError.check(.loss, name, self[name] ?? 0)
  }

  mutating func record(_ name: String, _ value: Double?) {
    guard let value else { return }
    if let index = values.firstIndex(where: { $0.name == name }) {
      values[index].value = value
    } else {
      values.append((name, value))
    }
  }

  mutating func recordDiscriminator(_ loss: DiscriminatorLoss, real: Tensor, generated: Tensor) {
    let (realLoss, generatedLoss) = (loss.real.scalar, loss.generated.scalar)
    record("loss/d", realLoss + generatedLoss)
    record("loss/d-real", realLoss)
    record("loss/d-fake", generatedLoss)
    let (onReal, onGenerated) = (LogitStatistics(real), LogitStatistics(generated))
    record("d/real", onReal.belief)
    record("d/fake", onGenerated.belief)
    record("accuracy/real", onReal.shareReal)
    record("accuracy/fake", 1 - onGenerated.shareReal)
  }
}

extension StepMetrics {
  /// How to read what a step measures beside its losses, by name.
  public static let readings = [
    "d/real": """
    The discriminator's belief that real samples are real: 0.5 where it can only guess, near 1 \
    where it is sure.
    """,
    "d/fake": """
    Its belief that generated samples are real: 0.5 where it can only guess; near 0 for long, the \
    generator gets nowhere.
    """,
    "accuracy/real": "The share of real samples judged rightly; 0.5 is guessing.",
    "accuracy/fake": "The share of generated samples judged rightly; 0.5 is guessing.",
    "gradient/d": """
    The norm of the discriminator's gradient before clipping; what matters is jumps by orders of \
    magnitude, not its size.
    """,
    "gradient/g": """
    The norm of the generator's gradient before clipping; near 0 while d/fake is near 0, the \
    generator learns nothing.
    """,
  ]
}
