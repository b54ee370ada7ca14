import Foundation
import TandemRuns

/// Numbers and values as tables show them.
enum ValueText {
  /// A label or a configuration's value, cut inside where it is long: lists and paths differ at
  /// their ends as often as at their beginnings.
  static func cell(_ text: String) -> String { text.shortenedInside(to: 40) }

  /// Five significant digits.
  static func value(_ value: Double) -> String { value.isFinite ? form(value)(value) : name(value) }

  /// `mean ± deviation`, with as many decimals for both.
  static func spread(_ spread: Spread?) -> String {
    guard let spread else { return "-" }
    guard spread.mean.isFinite, let deviation = spread.deviation else { return value(spread.mean) }
    let form = form(spread.mean)
    return "\(form(spread.mean)) ± \(form(deviation))"
  }

  /// A decimal without the zeros at its end.
  static func short(_ value: Double) -> String {
    let text = value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// `840`, or `840…910` of several.
  static func range(_ steps: [Int]) -> String {
    guard let least = steps.min(), let most = steps.max() else { return "-" }
    return least == most ? "\(least)" : "\(least)…\(most)"
  }

  /// How numbers of a magnitude are written.
  private static func form(_ value: Double) -> (Double) -> String {
    let size = abs(value)
    guard size == 0 || (1e-4..<1e7).contains(size) else { return { String(format: "%.4e", $0) } }
    let digits = size == 0 ? 1 : Int(log10(size).rounded(.down)) + 1
    let decimals = min(8, max(0, 5 - digits))
    return { String(format: "%.\(decimals)f", $0) }
  }

  private static func name(_ value: Double) -> String {
    value.isNaN ? "NaN" : value > 0 ? "infinity" : "-infinity"
  }
}
