/// The ticks of an axis: whole multiples of 1, 2 or 5 times a power of ten.
public struct Ticks: Equatable, Sendable {
  /// How large numbers are written.
  public enum Style: Sendable {
    /// With all their digits up to five places: 20000; then as 2e9.
    case plain
    /// From 10000 on by thousands, millions and milliards where that needs at most two decimals:
    /// 20k, 1.5M, 2G.
    case short
  }

  /// Where the ticks are, ascending, each the double nearest to its decimal value.
  public let values: [Double]
  /// What is written at each tick, all with the same number of decimals, with a true minus sign.
  public let labels: [String]
  /// Where ticks without a label are, ascending; a linear axis has none.
  public let minor: [Double]

  init(values: [Double], labels: [String], minor: [Double] = []) {
    self.values = values
    self.labels = labels
    self.minor = minor
  }

  /// The ticks within `range`, at the smallest step of which at most `limit` fit in its length.
  ///
  /// `limit` counts up to 1000. A range without length, of a length outside 1e-290...1e290 or too
  /// narrow for its bounds' precision has none.
  public init(in range: ClosedRange<Double>, limit: Int, style: Style = .plain) {
    minor = []
    let length = range.upperBound - range.lowerBound
    let largest = max(abs(range.lowerBound), abs(range.upperBound))
    guard (1e-290...1e290).contains(length), length > largest * 1e-12, limit > 0 else {
      (values, labels) = ([], [])
      return
    }
    let limit = min(limit, 1000)
    var (factor, exponent) = (1, floorOfLog10(length / Double(limit)))
    while scaled(factor, exponent) * Double(limit) < length * (1 - 1e-9) {
      switch factor {
      case 1: factor = 2
      case 2: factor = 5
      default: (factor, exponent) = (1, exponent + 1)
      }
    }
    let step = scaled(factor, exponent)
    let first = Int((range.lowerBound / step - 1e-6).rounded(.up))
    let last = Int((range.upperBound / step + 1e-6).rounded(.down))
    guard first <= last else {
      (values, labels) = ([], [])
      return
    }
    let multiples = (first...last).map { $0 * factor }
    values = multiples.map { scaled($0, exponent) }
    labels = style == .plain ? multiples.map { label($0, exponent) } : short(multiples, exponent)
  }
}

/// The largest whole exponent whose power of ten is at most `value`, for a positive `value`.
func floorOfLog10(_ value: Double) -> Int {
  var exponent = 0
  var power = 1.0
  while power > value {
    power /= 10
    exponent -= 1
  }
  while power * 10 <= value {
    power *= 10
    exponent += 1
  }
  return exponent
}

/// `multiple` × 10^`exponent`; dividing by a whole power rounds once, so 3 × 10^-1 is exactly 0.3.
func scaled(_ multiple: Int, _ exponent: Int) -> Double {
  var power = 1.0
  for _ in 0..<abs(exponent) { power *= 10 }
  return exponent < 0 ? Double(multiple) / power : Double(multiple) * power
}

/// `multiple` × 10^`exponent` in decimals, or in scientific form beyond six places.
private func label(_ multiple: Int, _ exponent: Int) -> String {
  guard multiple != 0 else { return exponent < 0 && exponent >= -6 ? decimals(0, -exponent) : "0" }
  let sign = multiple < 0 ? "−" : ""
  let magnitude = abs(multiple)
  switch exponent {
  case -6..<0: return sign + decimals(magnitude, -exponent)
  case 0...4: return sign + String(magnitude) + String(repeating: "0", count: exponent)
  default: return sign + "\(magnitude)e\(exponent)".replacingMinus
  }
}

/// A whole number with its last `places` digits behind the point.
func decimals(_ magnitude: Int, _ places: Int) -> String {
  var digits = String(magnitude)
  digits = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
  return "\(digits.dropLast(places)).\(digits.suffix(places))"
}

/// `multiples` × 10^`exponent` with one suffix for all but zero, chosen by the largest of them.
private func short(_ multiples: [Int], _ exponent: Int) -> [String] {
  let largest = multiples.map { abs(scaled($0, exponent)) }.max() ?? 0
  let suffixes = [(9, "G"), (6, "M"), (3, "k")]
  guard largest >= 10000, largest < 1e12,
    let (power, suffix) = suffixes.first(where: { scaled(1, $0.0) <= largest }),
    exponent >= power - 2
  else { return multiples.map { label($0, exponent) } }
  return multiples.map { $0 == 0 ? "0" : label($0, exponent - power) + suffix }
}

extension String {
  fileprivate var replacingMinus: String { String(map { $0 == "-" ? "−" : $0 }) }
}
