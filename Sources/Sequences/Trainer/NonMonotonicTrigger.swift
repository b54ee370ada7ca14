import TandemTraining

/// Tells when averaging of the weights begins: once the validation loss is worse than the best of
/// all checks but the last n.
///
/// Before check t (counted from 0) with losses `v_0 ... v_(t-1)` so far, the loss v triggers if
///
///     t > n   and   v > min(v_0, ..., v_(t-n-1))
///
/// Codable: settings and state are all that a checkpoint needs.
///
/// Source: Merity, Keskar and Socher, Regularizing and optimizing LSTM language models, 2017,
/// algorithm 1.
public struct NonMonotonicTrigger: Sendable, Hashable, Codable {
  /// The checks n that are left out.
  public let patience: Int
  /// The losses so far, up to the trigger.
  public private(set) var losses: [Double] = []
  /// Whether the loss has triggered.
  public private(set) var isTriggered = false

  /// A trigger that leaves out the last `patience` checks, 5 in the paper.
  ///
  /// - Throws: `HyperparameterError` for a negative number.
  public init(patience: Int = 5) throws(HyperparameterError) {
    try HyperparameterError.check("patience", patience, atLeast: 0)
    self.patience = patience
  }

  /// This trigger with the losses that another has seen, which may have had another patience.
  public func continuing(_ other: NonMonotonicTrigger) -> NonMonotonicTrigger {
    var copy = self
    (copy.losses, copy.isTriggered) = (other.losses, other.isTriggered)
    return copy
  }

  /// Takes note of a check's loss; returns whether it is the one that triggers. What is not
  /// finite counts as greater than every other loss.
  public mutating func observe(_ loss: Double) -> Bool {
    if isTriggered { return false }
    let loss = loss.isFinite ? loss : Double.greatestFiniteMagnitude
    if losses.count > patience, let best = losses.dropLast(patience).min(), loss > best {
      isTriggered = true
    }
    losses.append(loss)
    return isTriggered
  }
}
