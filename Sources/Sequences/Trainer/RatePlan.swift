import TandemTraining

/// When the learning rate of a training changes.
public enum RatePlan: Sendable, Hashable {
  /// With every step, as by a cosine behind a warm-up.
  case steps(Schedule)
  /// With every epoch; the schedule counts epochs from 0.
  case epochs(Schedule)
  /// When the watched measure has stopped getting better.
  case plateau(PlateauSchedule)

  /// The rate of the first step.
  public var initialRate: Double {
    switch self {
    case .steps(let schedule), .epochs(let schedule): schedule.rate(at: 0)
    case .plateau(let schedule): schedule.rate
    }
  }

  /// The rate of a step.
  func rate(step: Int, epoch: Int) -> Double {
    switch self {
    case .steps(let schedule): schedule.rate(at: step)
    case .epochs(let schedule): schedule.rate(at: epoch)
    case .plateau(let schedule): schedule.rate
    }
  }

  /// Takes note of the watched measure, where the smaller value is the better one.
  mutating func observe(_ value: Double) {
    guard case .plateau(var schedule) = self else { return }
    schedule.observe(value)
    self = .plateau(schedule)
  }
}

extension Schedule.Curve {
  /// Asked once an epoch: 1 in the first `epochs` epochs, then multiplied by `factor` with each
  /// one, so `factor^max(epoch + 1 - epochs, 0)` in epoch `epoch`, counted from 0.
  ///
  /// Source: the learning rate of Zaremba, Sutskever and Vinyals, Recurrent neural network
  /// regularization, 2014.
  public static func decay(afterEpoch epochs: Int, factor: Double) -> Schedule.Curve {
    epochs > 1
      ? .warmUp(steps: epochs - 1, startFactor: 1, then: .exponential(factor: factor))
      : epochs == 1
        ? .exponential(factor: factor)
        : .milestones([], factor: factor)
  }
}
