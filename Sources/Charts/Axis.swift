import Foundation

/// An axis of a chart: what it shows and how values are laid along it.
public struct Axis: Equatable, Sendable {
  /// How values are laid along an axis.
  public enum Scale: Equatable, Sendable {
    /// Equal differences take equal lengths.
    case linear
    /// Equal ratios take equal lengths; only values above zero have a place.
    case logarithmic
  }

  /// What is shown, such as "step" or "loss".
  public var title: String
  /// The unit behind the title in parentheses, such as "nats"; empty for none.
  public var unit: String
  /// How values are laid along the axis.
  public var scale: Scale
  /// The values at its ends; nil fits the data.
  public var range: ClosedRange<Double>?

  /// An axis; without a `range` it fits the data.
  public init(
    _ title: String = "", unit: String = "", scale: Scale = .linear,
    range: ClosedRange<Double>? = nil
  ) {
    self.title = title
    self.unit = unit
    self.scale = scale
    self.range = range
  }

  /// The title with its unit.
  package var label: String {
    let title = title.oneLine
    return unit.isEmpty ? title : title.isEmpty ? unit.oneLine : "\(title) (\(unit.oneLine))"
  }
}

/// Where values lie along an axis, as a part of its length.
package struct Projection: Equatable, Sendable {
  /// How values are laid.
  package let scale: Axis.Scale
  /// The values at the ends, wider than a point.
  package let range: ClosedRange<Double>
  private let origin: Double
  private let length: Double

  /// The magnitudes that have a place; what lies beyond counts as infinite.
  static let largest = 1e290
  static let smallest = 1e-290

  /// Fits an axis around the values it shall show, `padding` parts of its length wider at each end.
  ///
  /// A linear axis of values from zero on is not widened below zero. An axis without values goes
  /// from 0 to 1 (1 to 10), one of a single value around it. The axis' own range comes first if
  /// it is usable: finite, wider than rounding, above zero where it is logarithmic.
  package init(_ axis: Axis, around values: ClosedRange<Double>?, padding: Double = 0) {
    let wanted = axis.range.flatMap { Self.isUsable($0, axis.scale) ? $0 : nil }
    let range = wanted ?? Self.fitted(to: values, axis.scale, padding)
    scale = axis.scale
    self.range = range
    origin = scale == .linear ? range.lowerBound : log10(range.lowerBound)
    let end = scale == .linear ? range.upperBound : log10(range.upperBound)
    length = end - origin
  }

  /// Whether `value` has a place on an axis of the given scale.
  package static func shows(_ value: Double, on scale: Axis.Scale) -> Bool {
    switch scale {
    case .linear: abs(value) <= largest
    case .logarithmic: (smallest...largest).contains(value)
    }
  }

  /// The part of the axis before `value`: 0 and 1 at its ends.
  package func callAsFunction(_ value: Double) -> Double {
    ((scale == .linear ? value : log10(value)) - origin) / length
  }

  private static func isUsable(_ range: ClosedRange<Double>, _ scale: Axis.Scale) -> Bool {
    shows(range.lowerBound, on: scale) && shows(range.upperBound, on: scale)
      && !isPoint(range)
  }

  private static func isPoint(_ range: ClosedRange<Double>) -> Bool {
    let largest = max(abs(range.lowerBound), abs(range.upperBound))
    return range.upperBound - range.lowerBound <= max(largest * 1e-9, smallest)
  }

  private static func fitted(
    to values: ClosedRange<Double>?, _ scale: Axis.Scale, _ padding: Double
  ) -> ClosedRange<Double> {
    let isLogarithmic = scale == .logarithmic
    guard let values else { return isLogarithmic ? 1...10 : 0...1 }
    let (low, high) = (values.lowerBound, values.upperBound)
    if isPoint(values) {
      guard !isLogarithmic else { return (low / 3)...(low * 3) }
      let reach = max(abs(low), abs(high)) * 0.1
      return reach < smallest * 10 ? -1...1 : (low - reach)...(high + reach)
    }
    if isLogarithmic {
      let factor = pow(10, (log10(high) - log10(low)) * padding)
      return (low / factor)...(high * factor)
    }
    let reach = (high - low) * padding
    let lower = low - reach
    return (low >= 0 && lower < 0 ? 0 : lower)...(high + reach)
  }
}

extension String {
  /// The text with its line breaks as spaces.
  var oneLine: String { split(whereSeparator: \.isNewline).joined(separator: " ") }
}
