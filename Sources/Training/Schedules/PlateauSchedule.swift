/// A learning rate that is lowered when a metric has stopped getting better.
///
/// The metric is observed now and then, once an epoch for instance. After more than `patience`
/// observations in a row without a better one the rate is multiplied by `factor`; for `cooldown`
/// observations after that, nothing is counted. PyTorch's `ReduceLROnPlateau`, including its rule
/// that a change of the rate by less than 1e-8 is not made.
///
/// Codable: settings and state are all that a checkpoint needs.
public struct PlateauSchedule: Sendable, Hashable, Codable {
  /// Which values of the metric are better.
  public enum Mode: String, Sendable, Codable {
    /// Small ones, such as of a loss, or great ones, such as of an accuracy.
    case minimum, maximum

    /// Whether a value of the metric beats another; NaN never does.
    public func isBetter(_ value: Double, than other: Double) -> Bool {
      self == .minimum ? value < other : value > other
    }
  }

  /// By how much a value must beat the best one to count as better.
  public enum Threshold: Sendable, Hashable, Codable {
    /// By a part of the best value; meant for metrics that are positive.
    case relative(Double)
    /// By a difference.
    case absolute(Double)
  }

  /// What the schedule follows.
  public struct Settings: Sendable, Hashable, Codable {
    /// Which values are better.
    public var mode = Mode.minimum
    /// What the rate is multiplied by when the metric has stopped getting better.
    public var factor = 0.1
    /// Observations in a row that may be no better before the rate falls.
    public var patience = 10
    /// By how much a value must beat the best one.
    public var threshold = Threshold.relative(1e-4)
    /// Observations after a fall in which nothing is counted.
    public var cooldown = 0
    /// The rate below which the schedule does not go.
    public var minimum = 0.0

    /// The settings given; defaults are PyTorch's.
    public init(
      mode: Mode = .minimum, factor: Double = 0.1, patience: Int = 10,
      threshold: Threshold = .relative(1e-4), cooldown: Int = 0, minimum: Double = 0
    ) {
      self.mode = mode
      self.factor = factor
      self.patience = patience
      self.threshold = threshold
      self.cooldown = cooldown
      self.minimum = minimum
    }
  }

  /// What the schedule follows.
  public let settings: Settings
  /// The rate at the start; nil in states that were stored without it.
  public private(set) var startRate: Double?
  /// The present rate.
  public private(set) var rate: Double
  /// The best value observed.
  public private(set) var best: Double?
  /// Observations since the best one, not counting those of a cooldown.
  public private(set) var badCount = 0
  /// Observations left in which nothing is counted.
  public private(set) var cooldownLeft = 0

  /// A schedule that starts at a rate.
  ///
  /// - Throws: `HyperparameterError` for a value outside of its range.
  public init(_ settings: Settings = Settings(), learningRate: Double) throws(HyperparameterError) {
    try HyperparameterError.checkNotNegative("learningRate", learningRate)
    try HyperparameterError.check("factor", settings.factor, in: 0..<1)
    try HyperparameterError.check("patience", settings.patience, atLeast: 0)
    try HyperparameterError.check("cooldown", settings.cooldown, atLeast: 0)
    try HyperparameterError.check("minimum", settings.minimum, in: 0...learningRate)
    switch settings.threshold {
    case .relative(let part): try HyperparameterError.check("threshold", part, in: 0..<1)
    case .absolute(let part): try HyperparameterError.checkNotNegative("threshold", part)
    }
    self.settings = settings
    startRate = learningRate
    rate = learningRate
  }

  /// This schedule with what another has observed: the same as that one where their settings and
  /// start are the same, else with its own settings, at a rate that has fallen by as much.
  public func continuing(_ other: PlateauSchedule) -> PlateauSchedule {
    var copy = self
    (copy.best, copy.badCount) = (other.best, other.badCount)
    copy.cooldownLeft = min(other.cooldownLeft, settings.cooldown)
    let start = other.startRate ?? startRate
    copy.rate =
      start == startRate || start == 0
      ? other.rate : max(rate * (other.rate / (start ?? 1)), settings.minimum)
    return copy
  }

  /// Takes note of the metric and returns the rate from here on. NaN is never better.
  @discardableResult
  public mutating func observe(_ value: Double) -> Double {
    if isBetter(value) {
      best = value
      badCount = 0
    } else {
      badCount += 1
    }
    if cooldownLeft > 0 {
      cooldownLeft -= 1
      badCount = 0
    }
    if badCount > settings.patience {
      let lowered = max(rate * settings.factor, settings.minimum)
      if rate - lowered > 1e-8 { rate = lowered }
      cooldownLeft = settings.cooldown
      badCount = 0
    }
    return rate
  }

  private func isBetter(_ value: Double) -> Bool {
    guard let best else { return value.isFinite }
    let bar =
      switch (settings.mode, settings.threshold) {
      case (.minimum, .relative(let part)): best * (1 - part)
      case (.minimum, .absolute(let part)): best - part
      case (.maximum, .relative(let part)): best * (1 + part)
      case (.maximum, .absolute(let part)): best + part
      }
    return settings.mode.isBetter(value, than: bar)
  }
}
