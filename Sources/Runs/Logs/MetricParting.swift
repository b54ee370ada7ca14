/// Where the metrics of two runs part.
public struct MetricParting: Sendable, Equatable, Encodable {
  /// A metric with its values in both runs.
  public struct Values: Sendable, Equatable, Encodable {
    /// The metric.
    public let name: String
    /// Its value in the first run; nil where the row lacks it.
    public let first: Double?
    /// Its value in the second.
    public let second: Double?

    public static func == (a: Values, b: Values) -> Bool {
      a.name == b.name && MetricParting.isSame(a.first, b.first)
        && MetricParting.isSame(a.second, b.second)
    }
  }

  /// The first step at which the rows of both differ in a metric; nil where none does. What a clock
  /// says, such as `images/s`, does not count.
  public let step: Int?
  /// What differs in that row, losses first.
  public let values: [Values]
  /// At how many steps both have a row.
  public let compared: Int
  /// The last step of each run; nil where it has no rows.
  public let lastSteps: [Int?]

  /// Compares the rows of two runs.
  package init(_ a: MetricsHistory, _ b: MetricsHistory) {
    lastSteps = [a.steps.last, b.steps.last]
    let shared = Set(a.steps).intersection(b.steps)
    compared = shared.count
    let names = Set(a.keys).union(b.keys).filter { !MetricName.isTimed($0) }
    var first: Int?
    var found: [Values] = []
    for name in names.sorted() {
      let apart = Self.firstDifference(a.series(name), b.series(name), in: shared)
      guard let (step, one, other) = apart, step <= first ?? .max else { continue }
      if step < first ?? .max { found = [] }
      first = step
      found.append(Values(name: name, first: one, second: other))
    }
    step = first
    values =
      found.filter { MetricName.isLoss($0.name) } + found.filter { !MetricName.isLoss($0.name) }
  }

  /// The first of the `shared` steps at which two courses of a metric differ, or that only one of
  /// them has, with the values.
  private static func firstDifference(
    _ a: MetricSeries?, _ b: MetricSeries?, in shared: Set<Int>
  ) -> (step: Int, first: Double?, second: Double?)? {
    let (steps, others) = (a?.steps ?? [], b?.steps ?? [])
    let (values, otherValues) = (a?.values ?? [], b?.values ?? [])
    var (i, j) = (0, 0)
    while i < steps.count || j < others.count {
      let step = min(i < steps.count ? steps[i] : .max, j < others.count ? others[j] : .max)
      var (one, other): (Double?, Double?)
      if i < steps.count, steps[i] == step {
        one = values[i]
        i += 1
      }
      if j < others.count, others[j] == step {
        other = otherValues[j]
        j += 1
      }
      if !MetricParting.isSame(one, other), shared.contains(step) { return (step, one, other) }
    }
    return nil
  }

  /// Whether two values are the same to the bit, not-a-number being itself.
  private static func isSame(_ a: Double?, _ b: Double?) -> Bool {
    if let a, let b { return a.bitPattern == b.bitPattern || (a.isNaN && b.isNaN) }
    return a == nil && b == nil
  }
}
