/// Smoothing of a curve.
public enum Smoothing {
  /// The exponential moving average of the values so far, without the bias of its start:
  /// s_t = Σ w^(t-i) v_i / Σ w^(t-i) over i ≤ t, with the weight w in 0..<1.
  ///
  /// Values that are not finite stay as they are and are left out of the average. A weight of 0,
  /// or outside its range, returns the values.
  public static func exponential(_ values: [Double], weight: Double) -> [Double] {
    guard weight > 0, weight < 1 else { return values }
    var sum = 0.0
    var total = 0.0
    return values.map { value in
      guard value.isFinite else { return value }
      sum = weight * sum + value
      total = weight * total + 1
      return sum / total
    }
  }
}
