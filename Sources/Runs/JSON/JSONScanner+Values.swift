/// Values that files of this project hold, taken one after the other.
extension JSONScanner {
  /// Passes an object; the body takes the value of each member.
  mutating func object(
    _ member: (String, inout JSONScanner) throws(Problem) -> Void
  ) throws(Problem) {
    try expect("{")
    if take("}") { return }
    repeat {
      let key = try string()
      try expect(":")
      try member(key, &self)
    } while take(",")
    try expect("}")
  }

  /// Passes an array; the body takes each element.
  mutating func array(
    _ element: (inout JSONScanner) throws(Problem) -> Void
  ) throws(Problem) {
    try expect("[")
    if take("]") { return }
    repeat { try element(&self) } while take(",")
    try expect("]")
  }

  /// A value, or nil for `null`.
  mutating func optional<Value>(
    _ value: (inout JSONScanner) throws(Problem) -> Value
  ) throws(Problem) -> Value? {
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: "n") else {
      return try value(&self)
    }
    try skipValue()
    return nil
  }

  /// An integer of zero or more, up to the greatest of 64 bits.
  mutating func natural() throws(Problem) -> UInt64 {
    let start = self
    if let value = try? integer() {
      if value < 0 { throw start.problem("an integer below 0") }
      return UInt64(value)
    }
    self = start
    skipSpace()
    let digits = bytes[position...].prefix { (48...57).contains($0) }
    guard let value = UInt64(String(decoding: digits, as: UTF8.self)) else {
      throw start.problem("integer expected")
    }
    try skipValue()
    guard position == digits.endIndex else { throw start.problem("integer expected") }
    return value
  }

  /// A number, or one of the strings that stand for what JSON has no number for.
  mutating func metric() throws(Problem) -> Double {
    guard isAtString() else { return try number() }
    let before = self
    switch try string() {
    case "NaN": return .nan
    case "Infinity": return .infinity
    case "-Infinity": return -.infinity
    default: throw before.problem("number expected")
    }
  }
}
