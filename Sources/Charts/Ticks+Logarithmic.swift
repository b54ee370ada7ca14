import Foundation

extension Ticks {
  /// The ticks of a logarithmic axis, written as 0.001, 1, 1k, 1M and beyond four zeros as 1e−5.
  ///
  /// Powers of ten, as many as `limit` lets stand (every second, third, …), with ticks without a
  /// label between them. Where fewer than two powers of ten lie within `range`, 2 and 5 times them
  /// are labelled too, and where that is still fewer than two, the ticks are those of a linear
  /// axis. A range that is not above zero has none.
  public init(logarithmicIn range: ClosedRange<Double>, limit: Int) {
    let (low, high) = (range.lowerBound, range.upperBound)
    guard low >= 1e-290, high <= 1e290, low < high, limit > 0 else {
      self.init(values: [], labels: [])
      return
    }
    let decades = (floorOfLog10(low) - 1)...(floorOfLog10(high) + 1)
    let within = (low * (1 - 1e-9))...(high * (1 + 1e-9))
    func ticks(_ factors: [Int], every stride: Int = 1) -> [(factor: Int, exponent: Int)] {
      decades.filter { $0.isMultiple(of: stride) }
        .flatMap { exponent in factors.map { ($0, exponent) } }
        .filter { within.contains(scaled($0.0, $0.1)) }
    }
    let powers = ticks([1])
    var labelled = powers
    var minor = decades.count <= 20 ? ticks(Array(2...9)) : []
    if powers.count < 2 {
      labelled = ticks([1, 2, 5])
      minor = ticks([3, 4, 6, 7, 8, 9])
      guard labelled.count >= 2 else {
        self.init(in: range, limit: limit, style: .short)
        return
      }
    } else if powers.count > limit {
      labelled = ticks([1], every: (powers.count + limit - 1) / limit)
      minor =
        decades.count <= 60
        ? powers.filter { tick in
          !labelled.contains { $0.exponent == tick.exponent }
        } : []
    }
    self.init(
      values: labelled.map { scaled($0.factor, $0.exponent) },
      labels: labelled.map { Ticks.text(scaled($0.factor, $0.exponent)) },
      minor: minor.map { scaled($0.factor, $0.exponent) })
  }

  /// A number for reading, to three significant digits: 0.00123, 12.3, 12.3k, 1.2M, 1.2e−7.
  public static func text(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "not a number" : value < 0 ? "−∞" : "∞" }
    guard value != 0 else { return "0" }
    // Beyond, powers of ten lose their digits.
    guard abs(value) >= 1e-300 else { return value < 0 ? ">−1e−300" : "<1e−300" }
    let sign = value < 0 ? "−" : ""
    var exponent = floorOfLog10(abs(value))
    var digits = Int((abs(value) / pow(10, Double(exponent)) * 100).rounded())
    if digits >= 1000 { (digits, exponent) = (100, exponent + 1) }
    // `digits` × 10^`places` is the number as a multiple of the suffix.
    func written(_ places: Int) -> String {
      var (digits, places) = (digits, places)
      while places < 0, digits.isMultiple(of: 10) { (digits, places) = (digits / 10, places + 1) }
      return places < 0
        ? decimals(digits, -places) : "\(digits)" + String(repeating: "0", count: places)
    }
    switch exponent {
    case -4..<3: return sign + written(exponent - 2)
    case 3..<6: return sign + written(exponent - 5) + "k"
    case 6..<9: return sign + written(exponent - 8) + "M"
    case 9..<12: return sign + written(exponent - 11) + "G"
    default:
      return sign + written(-2) + "e" + (exponent < 0 ? "−\(-exponent)" : "\(exponent)")
    }
  }
}
