import Foundation
import TandemTensors

/// What a batch of the discriminator's logits says of its judgement.
struct LogitStatistics {
  /// The mean of `D = sigmoid(logit)`.
  let belief: Double
  /// The share of logits above zero: samples held to be real.
  let shareReal: Double

  init(_ logits: Tensor) {
    var belief = 0.0
    var real = 0
    let values = logits.floats
    for logit in values {
      belief += 1 / (1 + exp(-Double(logit)))
      if logit > 0 { real += 1 }
    }
    let count = Double(max(values.count, 1))
    self.belief = belief / count
    shareReal = Double(real) / count
  }
}
