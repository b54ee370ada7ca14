#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A mean that forgets: an exponential moving average whose weights count steps, not rows, so that
/// a rule says the same of a run however often its metrics are written.
///
/// A row that stands for `d` steps moves the mean `m` to
///
///     m + (1 - 2^(-d/h)) (x - m)
///
/// where the half-life h is the number of steps after which a value weighs half.
struct SteppedMean: Codable, Sendable, Equatable {
  /// The mean; nil before the first row.
  private(set) var value: Double?
  /// Steps taken at the last row.
  private(set) var lastStep = 0
  /// Steps that the mean has seen since the beginning, or since `beginSpan`.
  private(set) var span = 0

  /// Begins to count the steps anew; the mean stays.
  mutating func beginSpan() { span = 0 }

  /// Adds the value of the row of a step.
  mutating func add(_ x: Double, at step: Int, halfLife: Int) {
    let steps = max(step - lastStep, 0)
    lastStep = step
    span += steps
    guard let mean = value else {
      value = x
      return
    }
    value = mean + (1 - exp2(-Double(steps) / Double(halfLife))) * (x - mean)
  }
}
