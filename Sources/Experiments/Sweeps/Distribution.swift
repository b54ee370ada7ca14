import Foundation
import TandemDatasets
import TandemRuns

/// What the values of a key are drawn from, as `--sample` takes it.
///
/// | form | a value |
/// |---|---|
/// | `uniform(a,b)` | a number of [a, b], all alike |
/// | `log(a,b)` | a number of [a, b] whose logarithm is uniform; 0 < a |
/// | `integer(a,b)` | an integer of a...b, all alike |
/// | `logInteger(a,b)` | an integer of a...b, the floor of exp of a uniform number; 0 < a |
/// | `choice(v,w,…)` | one of the values, all alike |
///
/// Numbers are rounded to five digits, so that they can be read and typed again.
enum Distribution: Equatable, Sendable {
  case uniform(Double, Double)
  case log(Double, Double)
  case integer(Int, Int)
  case logInteger(Int, Int)
  case choice([String])

  /// Reads a form such as `log(1e-4,1e-2)`.
  init(_ text: Substring, option: String) throws(SweepRequestError) {
    let forms = "uniform(a,b), log(a,b), integer(a,b), logInteger(a,b) or choice(v,w,…)"
    guard let open = text.firstIndex(of: "("), text.last == ")" else {
      throw SweepRequestError("\(option): expected \(forms), found '\(text)'")
    }
    let name = text[..<open]
    let inside = text[text.index(after: open)...].dropLast()
    let values = try ValueList.values(of: inside, option: option)
    func ends<Number: Comparable>(
      _ number: (String) -> Number?, above least: Number?, _ what: String
    )
      throws(SweepRequestError) -> (Number, Number)
    {
      guard values.count == 2, let first = number(values[0]), let last = number(values[1]),
        first < last, least.map({ first > $0 }) ?? true
      else {
        let bound = least.map { " above \($0)" } ?? ""
        throw SweepRequestError(
          "\(option): \(name) takes two \(what)\(bound), the lesser first, not '\(inside)'")
      }
      return (first, last)
    }
    func number(_ text: String) -> Double? { Double(text).flatMap { $0.isFinite ? $0 : nil } }
    func integer(_ text: String) -> Int? {
      Int(text).flatMap { abs($0) <= 1 << 53 ? $0 : nil }
    }
    switch name {
    case "uniform":
      let (first, last) = try ends(number, above: nil, "numbers")
      self = .uniform(first, last)
    case "log":
      let (first, last) = try ends(number, above: 0, "numbers")
      self = .log(first, last)
    case "integer":
      let (first, last) = try ends(integer, above: nil, "integers")
      self = .integer(first, last)
    case "logInteger":
      let (first, last) = try ends(integer, above: 0, "integers")
      self = .logInteger(first, last)
    case "choice": self = .choice(values)
    default: throw SweepRequestError("\(option): expected \(forms), found '\(text)'")
    }
  }

  /// The value number `index` of a key: a function of the seed, the key and the index alone, so
  /// that neither more draws nor further keys change those that were there.
  func value(of key: String, seed: UInt64, index: Int) -> String {
    let digest = Fingerprint.sha256(of: Array("\(seed) \(key)".utf8))
    let keySeed = UInt64(digest.prefix(16), radix: 16) ?? seed
    var draws = PhiloxDraws(Philox(seed: keySeed), .sweeps, index)
    switch self {
    case .uniform(let first, let last):
      let share = draws.uniform()
      return Self.text(first * (1 - share) + last * share, in: first...last)
    case .log(let first, let last):
      return Self.text(Self.logarithmic(first, last, draws.uniform()), in: first...last)
    case .integer(let first, let last):
      return "\(first + draws.below(last - first + 1))"
    case .logInteger(let first, let last):
      let number = Self.logarithmic(Double(first), Double(last) + 1, draws.uniform())
      return "\(min(max(Int(number), first), last))"
    case .choice(let values): return values[draws.below(values.count)]
    }
  }

  private static func logarithmic(_ first: Double, _ last: Double, _ share: Double) -> Double {
    exp(Foundation.log(first) * (1 - share) + Foundation.log(last) * share)
  }

  private static func text(_ number: Double, in range: ClosedRange<Double>) -> String {
    let rounded = Double(String(format: "%.5g", number)) ?? number
    return "\(min(max(rounded, range.lowerBound), range.upperBound))"
  }
}
