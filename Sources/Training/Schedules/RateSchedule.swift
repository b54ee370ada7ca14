import TandemTensors

/// The learning rate of a training, whichever way it is decided.
public enum RateSchedule: Sendable, Hashable {
  /// By the step alone.
  case steps(Schedule)
  /// By the pass over the data alone; the schedule counts epochs from 0.
  case epochs(Schedule)
  /// By how a metric goes, which `observe` is told.
  case plateau(PlateauSchedule)

  /// The rate that step `step` is made with, in epoch `epoch`; both are counted from 0.
  public func rate(at step: Int, epoch: Int = 0) -> Double {
    switch self {
    case .steps(let schedule): schedule.rate(at: step)
    case .epochs(let schedule): schedule.rate(at: epoch)
    case .plateau(let schedule): schedule.rate
    }
  }

  /// Takes note of a validation's metric; of no effect on a rate that follows a count.
  public mutating func observe(_ value: Double) {
    guard case .plateau(var schedule) = self else { return }
    schedule.observe(value)
    self = .plateau(schedule)
  }

  /// What a checkpoint keeps: nothing of a rate that follows a count, to which setting it does
  /// nothing either.
  public var state: PlateauSchedule? {
    get { if case .plateau(let schedule) = self { schedule } else { nil } }
    set {
      guard case .plateau = self, let newValue else { return }
      self = .plateau(newValue)
    }
  }
}

extension Schedule.Curve {
  /// Asked once an epoch: 1 in the first `epochs` epochs, then multiplied by `factor` with each
  /// one, so `factor^max(epoch + 1 - epochs, 0)` in epoch `epoch`, counted from 0.
  ///
  /// Source: the learning rate of Zaremba, Sutskever and Vinyals, Recurrent neural network
  /// regularization, 2014.
  public static func decay(afterEpoch epochs: Int, factor: Double) -> Schedule.Curve {
    require(epochs >= 1, "a decay after epoch \(epochs); the first is 1")
    return epochs > 1
      ? .warmUp(steps: epochs - 1, startFactor: 1, then: .exponential(factor: factor))
      : .exponential(factor: factor)
  }
}
