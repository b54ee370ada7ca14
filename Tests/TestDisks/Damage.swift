/// Random numbers that are the same everywhere (SplitMix64).
public struct FuzzGenerator: RandomNumberGenerator {
  private var state: UInt64

  /// Numbers that follow from a seed.
  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// A way in which a file's bytes go wrong.
public enum Damage: CaseIterable, Sendable {
  case flippedBits, missingRange, cut, duplicatedRange, randomRange, duplicatedLine, missingLine
  case number, value, nesting, control, onlyRandom, empty

  /// Whether members of an object may appear twice after it.
  public var repeats: Bool { self == .duplicatedRange || self == .duplicatedLine }

  /// The bytes after it.
  public func applied(to bytes: [UInt8], _ random: inout FuzzGenerator) -> [UInt8] {
    var bytes = bytes
    func place() -> Int { Int.random(in: 0...bytes.count, using: &random) }
    func range() -> Range<Int> {
      let start = place()
      return start..<min(bytes.count, start + Int.random(in: 1...64, using: &random))
    }
    switch self {
    case .flippedBits:
      for _ in 0..<Int.random(in: 1...8, using: &random) where !bytes.isEmpty {
        bytes[Int.random(in: bytes.indices, using: &random)] ^=
          1 << UInt8.random(in: 0..<8, using: &random)
      }
    case .missingRange: bytes.removeSubrange(range())
    case .cut: bytes.removeSubrange(place()...)
    case .duplicatedRange: bytes.insert(contentsOf: Array(bytes[range()]), at: place())
    case .randomRange:
      for index in range() { bytes[index] = UInt8.random(in: 0...255, using: &random) }
    case .duplicatedLine, .missingLine:
      var lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
      let index = Int.random(in: lines.indices, using: &random)
      if self == .missingLine {
        lines.remove(at: index)
      } else {
        lines.insert(lines[index], at: Int.random(in: lines.indices, using: &random))
      }
      bytes = Array(lines.joined(separator: [10]))
    case .number: replace({ (48...57).contains($0) }, Self.numbers, &bytes, &random)
    case .value:
      replace({ (97...122).contains($0) || $0 == 34 || $0 == 123 }, Self.values, &bytes, &random)
    case .nesting:
      let open: [UInt8] = Bool.random(using: &random) ? [91] : Array(#"{"a":"#.utf8)
      let depth = [3, 70, 600, 20_000].randomElement(using: &random) ?? 3
      bytes.insert(contentsOf: [[UInt8]](repeating: open, count: depth).joined(), at: place())
    case .control:
      let strange: [[UInt8]] = [
        [0], [0x1B, 0x5B], [0xFF, 0xFE], [0xEF, 0xBB, 0xBF], [0xC3], [13], [0xED, 0xA0, 0x80], [9],
      ]
      bytes.insert(contentsOf: strange.randomElement(using: &random) ?? [], at: place())
    case .onlyRandom:
      bytes = (0..<place()).map { _ in UInt8.random(in: 0...255, using: &random) }
    case .empty: bytes = []
    }
    return bytes
  }

  /// Puts one of some texts in the place of a run of bytes of a kind.
  private func replace(
    _ isPart: (UInt8) -> Bool, _ texts: [String], _ bytes: inout [UInt8],
    _ random: inout FuzzGenerator
  ) {
    let starts = bytes.indices.filter {
      isPart(bytes[$0]) && ($0 == 0 || !isPart(bytes[$0 - 1]))
    }
    guard let start = starts.randomElement(using: &random) else { return }
    let end = bytes[start...].firstIndex { !isPart($0) } ?? bytes.endIndex
    bytes.replaceSubrange(
      start..<end, with: Array((texts.randomElement(using: &random) ?? "").utf8))
  }

  private static let numbers = [
    "9223372036854775807", "-9223372036854775808", "9223372036854775808", "18446744073709551615",
    "-1", "0", "1e999", "-1e999", "1e-999", "0.5", "4294967296", "99999999999999999999999999",
    "007",
    "100000000", "NaN", "4611686018427387904",
  ]
  private static let values = [
    "null", "true", "{}", "[]", #""""#, #""\ud800""#, #""\u0000\u001b[2J""#, "*a", "&a [*a]", "!!x",
    "<<: 3", #""a\nb""#, "-", "? x",
  ]
}
