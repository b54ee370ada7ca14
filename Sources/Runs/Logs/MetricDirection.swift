/// Which values of a metric are better.
public enum MetricDirection: String, Codable, Sendable {
  case lower, higher

  /// Whether a value beats another; NaN never does.
  public func isBetter(_ value: Double, than other: Double) -> Bool {
    self == .lower ? value < other : value > other
  }

  /// The best of values, by its index; nil where none is finite.
  public func best(of values: [Double]) -> Int? {
    var best: Int?
    for (index, value) in values.enumerated() where value.isFinite {
      if best.map({ isBetter(value, than: values[$0]) }) ?? true { best = index }
    }
    return best
  }
}
