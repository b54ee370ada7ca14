/// The values that a key of the configuration may take.
///
/// Swift's ranges conform, so that a schema says `in: 0...1`, `in: 1...`, `in: 0..<1`; what they
/// cannot say is `in: .above(0)`.
public protocol ValueRange<Bound> {
  associatedtype Bound: Comparable

  /// Whether a value may be given.
  func contains(_ value: Bound) -> Bool
  /// How an error names the range after "a number": `in 0...1`, `of at least 1`; nil for all.
  var expectation: String? { get }
  /// A value of the range that stands in for one that could not be read; nil for all.
  var example: Bound? { get }
}

extension ClosedRange: ValueRange {
  public var expectation: String? { "in \(plain(lowerBound))...\(plain(upperBound))" }
  public var example: Bound? { lowerBound }
}

extension Range: ValueRange {
  public var expectation: String? { "in \(plain(lowerBound))..<\(plain(upperBound))" }
  public var example: Bound? { lowerBound }
}

extension PartialRangeFrom: ValueRange {
  public var expectation: String? { "of at least \(plain(lowerBound))" }
  public var example: Bound? { lowerBound }
}

extension PartialRangeThrough: ValueRange {
  public var expectation: String? { "of at most \(plain(upperBound))" }
  public var example: Bound? { upperBound }
}

/// Every value.
public struct Unbounded<Bound: Comparable>: ValueRange {
  /// No bounds.
  public init() {}
  public func contains(_ value: Bound) -> Bool { true }
  public var expectation: String? { nil }
  public var example: Bound? { nil }
}

/// The values above a bound and, where one is given, up to another.
public struct Above<Bound: Comparable>: ValueRange {
  let lower: Bound
  let upper: Bound?

  public func contains(_ value: Bound) -> Bool {
    if let upper, value > upper { return false }
    return value > lower
  }
  public var expectation: String? {
    "above \(plain(lower))" + (upper.map { " and at most \(plain($0))" } ?? "")
  }
  public var example: Bound? { upper }
}

extension ValueRange where Self == Above<Double> {
  /// Numbers above `lower`, without `lower` itself.
  public static func above(_ lower: Double) -> Above<Double> { Above(lower: lower, upper: nil) }

  /// Numbers above `lower`, without `lower` itself, up to and with `upper`.
  public static func above(_ lower: Double, through upper: Double) -> Above<Double> {
    Above(lower: lower, upper: upper)
  }
}

/// A bound as a user writes it: `1`, not `1.0`.
private func plain<Bound>(_ bound: Bound) -> String {
  let text = "\(bound)"
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
