import TandemRuns

/// What a table says of one metric of one run.
public struct RunMetric: Sendable, Equatable, Encodable {
  /// The run's id.
  public let run: String
  /// What its random numbers followed from.
  public let seed: UInt64?
  /// The last value, finite or not.
  public let final: Double
  /// The step of the last value.
  public let finalStep: Int
  /// The best of the finite values; nil where there is none or no direction is known.
  public let best: Double?
  /// The first step that has the best value.
  public let bestStep: Int?
  /// The lowest of the finite values.
  public let minimum: Double?
  /// The highest of the finite values.
  public let maximum: Double?
  /// How many rows have a value.
  public let rows: Int
  /// How many of the values are not finite.
  public let notFinite: Int

  init?(_ run: ComparedRun, _ metric: String, _ direction: MetricDirection?) {
    guard let series = run.series[metric], let last = series.values.last,
      let lastStep = series.steps.last
    else { return nil }
    let values = series.values
    let low = MetricDirection.lower.best(of: values)
    let high = MetricDirection.higher.best(of: values)
    let best = direction.flatMap { $0 == .lower ? low : high }
    self.run = run.id
    seed = run.seed
    final = last
    finalStep = lastStep
    self.best = best.map { values[$0] }
    bestStep = best.map { series.steps[$0] }
    minimum = low.map { values[$0] }
    maximum = high.map { values[$0] }
    rows = values.count
    notFinite = values.reduce(0) { $0 + ($1.isFinite ? 0 : 1) }
  }
}

/// A mean with the sample standard deviation.
public struct Spread: Sendable, Equatable, Encodable {
  /// Σ v / n.
  public let mean: Double
  /// √(Σ (v - mean)² / (n - 1)); nil for one value.
  public let deviation: Double?
  /// n.
  public let count: Int

  /// The spread of values; nil for none. A value that is not finite makes the mean NaN or infinite
  /// as well.
  public init?(_ values: [Double]) {
    guard !values.isEmpty else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    self.mean = mean
    count = values.count
    guard values.count > 1 else {
      deviation = nil
      return
    }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    deviation = (squares / Double(values.count - 1)).squareRoot()
  }
}
