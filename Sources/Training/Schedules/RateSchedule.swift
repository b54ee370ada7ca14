/// The learning rate of a training, whichever way it is decided.
public enum RateSchedule: Sendable, Hashable {
  /// By the step alone.
  case steps(Schedule)
  /// By how a metric goes, which `observe` is told.
  case plateau(PlateauSchedule)

  /// The rate that step `step`, counted from 0, is made with.
  public func rate(at step: Int) -> Double {
    switch self {
    case .steps(let schedule): schedule.rate(at: step)
    case .plateau(let schedule): schedule.rate
    }
  }

  /// Takes note of a validation's metric; of no effect on a rate that follows the step.
  public mutating func observe(_ value: Double) {
    guard case .plateau(var schedule) = self else { return }
    schedule.observe(value)
    self = .plateau(schedule)
  }

  /// What a checkpoint keeps: nothing of a rate that follows the step, to which setting it does
  /// nothing either.
  public var state: PlateauSchedule? {
    get { if case .plateau(let schedule) = self { schedule } else { nil } }
    set {
      guard case .plateau = self, let newValue else { return }
      self = .plateau(newValue)
    }
  }
}
