import Foundation

/// A strict reader of JSON that walks bytes without building a tree.
///
/// Foundation's decoder builds dictionaries: it takes a second for a metrics file of 100,000 rows
/// and says nothing of a key that appears twice, which a tensor file must not hold. This one
/// takes what RFC 8259 allows and nothing else; its callers say which members they expect.
struct JSONScanner {
  /// What is wrong, and at which byte.
  struct Problem: Error, CustomStringConvertible {
    let offset: Int
    let message: String
    var description: String { "\(message) at byte \(offset)" }
  }

  let bytes: UnsafeBufferPointer<UInt8>
  private(set) var position = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes.assumingMemoryBound(to: UInt8.self) }

  func problem(_ message: String) -> Problem { Problem(offset: position, message: message) }

  /// The byte to come; 0 at the end.
  @inline(__always)
  private var next: UInt8 { position < bytes.count ? bytes[position] : 0 }

  @inline(__always)
  mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  /// Passes a character that may come next, after white space.
  @inline(__always)
  mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  /// Passes a character that must come next, after white space.
  @inline(__always)
  mutating func expect(_ character: Unicode.Scalar) throws(Problem) {
    if !take(character) { throw problem("'\(character)' expected") }
  }

  /// Checks that nothing but white space is left.
  mutating func expectEnd() throws(Problem) {
    skipSpace()
    if position < bytes.count { throw problem("unexpected text") }
  }

  /// Whether a string comes next.
  mutating func isAtString() -> Bool {
    skipSpace()
    return next == UInt8(ascii: "\"")
  }

  /// Whether the bytes to come are a string without escapes that equals `name`; passes it if so.
  @inline(__always)
  mutating func take(name: [UInt8]) -> Bool {
    skipSpace()
    let end = position + 1 + name.count
    guard end < bytes.count, bytes[position] == UInt8(ascii: "\""),
      bytes[end] == UInt8(ascii: "\"")
    else { return false }
    let same = name.withUnsafeBufferPointer {
      memcmp($0.baseAddress ?? bytes.baseAddress!, bytes.baseAddress! + position + 1, name.count)
    }
    guard same == 0 else { return false }
    position = end + 1
    return true
  }

  /// A string, its escapes resolved.
  mutating func string() throws(Problem) -> String {
    try expect("\"")
    let start = position
    var hasEscapes = false
    while true {
      guard position < bytes.count else { throw problem("unfinished string") }
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") { break }
      if byte < 0x20 { throw problem("control character in a string") }
      if byte == UInt8(ascii: "\\") {
        hasEscapes = true
        position += 1
      }
      position += 1
    }
    let content = UnsafeBufferPointer(rebasing: bytes[start..<position])
    position += 1
    if hasEscapes {
      let literal = Data([UInt8(ascii: "[")] + bytes[(start - 1)..<position] + [UInt8(ascii: "]")])
      guard let text = try? JSONDecoder().decode([String].self, from: literal).first else {
        throw Problem(offset: start, message: "bad escape in a string")
      }
      return text
    }
    guard let text = String(validating: content, as: UTF8.self) else {
      throw Problem(offset: start, message: "a string that is not UTF-8")
    }
    return text
  }

  /// An integer without fraction and exponent that fits 64 bits.
  @inline(__always)
  mutating func integer() throws(Problem) -> Int {
    skipSpace()
    let start = position
    let negative = next == UInt8(ascii: "-")
    if negative { position += 1 }
    let digits = position
    var value = 0
    while position < bytes.count, case let digit = Int(bytes[position]) - 48, 0...9 ~= digit {
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflow2) = tens.subtractingReportingOverflow(digit)
      if overflow || overflow2 {
        throw Problem(offset: start, message: "an integer beyond 64 bits")
      }
      value = sum
      position += 1
    }
    let count = position - digits
    if count == 0 || (count > 1 && bytes[digits] == UInt8(ascii: "0"))
      || [UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains(next)
    {
      throw Problem(offset: start, message: "integer expected")
    }
    if !negative {
      let (positive, overflow) = (0).subtractingReportingOverflow(value)
      if overflow { throw Problem(offset: start, message: "an integer beyond 64 bits") }
      value = positive
    }
    return value
  }

  /// A number.
  mutating func number() throws(Problem) -> Double {
    skipSpace()
    let start = position
    let negative = next == UInt8(ascii: "-")
    if negative { position += 1 }
    var mantissa: UInt64 = 0
    var digits = 0
    var exponent = 0
    let whole = position
    while position < bytes.count, case let digit = bytes[position] &- 48, digit < 10 {
      if digits < 19 { mantissa = mantissa &* 10 &+ UInt64(digit) } else { exponent += 1 }
      if mantissa != 0 { digits += 1 }
      position += 1
    }
    if position == whole || (position > whole + 1 && bytes[whole] == UInt8(ascii: "0")) {
      throw Problem(offset: start, message: "number expected")
    }
    if next == UInt8(ascii: ".") {
      position += 1
      let fraction = position
      while position < bytes.count, case let digit = bytes[position] &- 48, digit < 10 {
        if digits < 19 {
          mantissa = mantissa &* 10 &+ UInt64(digit)
          exponent -= 1
        }
        if mantissa != 0 { digits += 1 }
        position += 1
      }
      if position == fraction { throw Problem(offset: start, message: "number expected") }
    }
    if next | 0x20 == UInt8(ascii: "e") {
      position += 1
      let minus = next == UInt8(ascii: "-")
      if minus || next == UInt8(ascii: "+") { position += 1 }
      let first = position
      var power = 0
      while position < bytes.count, case let digit = bytes[position] &- 48, digit < 10 {
        power = min(power * 10 + Int(digit), 100_000)
        position += 1
      }
      if position == first { throw Problem(offset: start, message: "number expected") }
      exponent += minus ? -power : power
    }
    // Both factors are exact doubles, so one rounding gives the nearest double (Clinger 1990).
    if digits <= 19, mantissa <= 1 << 53, abs(exponent) <= 22 {
      let size = Double(mantissa)
      let value = exponent < 0 ? size / powersOfTen[-exponent] : size * powersOfTen[exponent]
      return negative ? -value : value
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    guard let value = Double(text) else {
      throw Problem(offset: start, message: "number expected")
    }
    return value
  }

  /// Passes any value.
  mutating func skipValue(depth: Int = 0) throws(Problem) {
    skipSpace()
    if depth > 64 { throw problem("too deeply nested") }
    switch next {
    case UInt8(ascii: "\""): _ = try string()
    case UInt8(ascii: "{"):
      position += 1
      if take("}") { return }
      repeat {
        _ = try string()
        try expect(":")
        try skipValue(depth: depth + 1)
      } while take(",")
      try expect("}")
    case UInt8(ascii: "["):
      position += 1
      if take("]") { return }
      repeat { try skipValue(depth: depth + 1) } while take(",")
      try expect("]")
    case UInt8(ascii: "t"): try word("true")
    case UInt8(ascii: "f"): try word("false")
    case UInt8(ascii: "n"): try word("null")
    default: _ = try number()
    }
  }

  private mutating func word(_ word: StaticString) throws(Problem) {
    for index in 0..<word.utf8CodeUnitCount {
      if next != word.utf8Start[index] { throw problem("value expected") }
      position += 1
    }
  }
}

private let powersOfTen: [Double] = [
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
  1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
]
