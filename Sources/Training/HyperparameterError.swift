/// A hyper-parameter outside of its range.
public struct HyperparameterError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The parameter's name, as in the initialiser that takes it.
  public let name: String
  /// The value given.
  public let value: String
  /// What it must be.
  public let expected: String

  /// An error about the parameter `name`.
  package init(name: String, value: String, expected: String) {
    self.name = name
    self.value = value
    self.expected = expected
  }

  public var description: String { "\(name) is \(value), it must be \(expected)" }

  /// Throws unless `value` lies within `range`.
  package static func check(
    _ name: String, _ value: Double, in range: ClosedRange<Double>
  ) throws(HyperparameterError) {
    if !range.contains(value) {
      throw HyperparameterError(
        name: name, value: "\(value)",
        expected: "between \(range.lowerBound) and \(range.upperBound)")
    }
  }

  /// Throws unless `value` lies within `range`, whose upper end is excluded.
  package static func check(
    _ name: String, _ value: Double, in range: Range<Double>
  ) throws(HyperparameterError) {
    if !range.contains(value) {
      throw HyperparameterError(
        name: name, value: "\(value)",
        expected: "at least \(range.lowerBound) and less than \(range.upperBound)")
    }
  }

  /// Throws unless `value` is finite and at least zero.
  package static func checkNotNegative(_ name: String, _ value: Double) throws(HyperparameterError)
  {
    if !(value >= 0 && value.isFinite) {
      throw HyperparameterError(name: name, value: "\(value)", expected: "finite and not negative")
    }
  }

  /// Throws unless `value` is finite and greater than zero.
  package static func checkPositive(_ name: String, _ value: Double) throws(HyperparameterError) {
    if !(value > 0 && value.isFinite) {
      throw HyperparameterError(name: name, value: "\(value)", expected: "finite and positive")
    }
  }

  /// Throws unless `value` is at least `minimum`.
  package static func check(_ name: String, _ value: Int, atLeast minimum: Int)
    throws(HyperparameterError)
  {
    if value < minimum {
      throw HyperparameterError(name: name, value: "\(value)", expected: "at least \(minimum)")
    }
  }
}
