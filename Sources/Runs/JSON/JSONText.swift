/// JSON written by hand, where keys must keep their order or a row must cost no allocation.
enum JSONText {
  /// Appends a string with its quotes.
  static func append(_ string: String, to text: inout [UInt8]) {
    text.append(UInt8(ascii: "\""))
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        text.append(UInt8(ascii: "\\"))
        text.append(byte)
      case 0x08: text.append(contentsOf: #"\b"#.utf8)
      case 0x09: text.append(contentsOf: #"\t"#.utf8)
      case 0x0A: text.append(contentsOf: #"\n"#.utf8)
      case 0x0C: text.append(contentsOf: #"\f"#.utf8)
      case 0x0D: text.append(contentsOf: #"\r"#.utf8)
      // JSON would let 7F stand, but YAML, which reads our configurations again, does not.
      case 0..<0x20, 0x7F:
        let digits = Array("0123456789abcdef".utf8)
        text.append(contentsOf: #"\u00"#.utf8)
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
      default:
        text.append(byte)
      }
    }
    text.append(UInt8(ascii: "\""))
  }

  /// Appends the shortest decimal that reads back as the same double; not-a-number and the
  /// infinities, for which JSON has no number, as the strings `"NaN"`, `"Infinity"`,
  /// `"-Infinity"`.
  static func append(_ number: Double, to text: inout [UInt8]) {
    if number.isFinite {
      append(shortest: number.description, to: &text)
    } else {
      append(notFinite: number, to: &text)
    }
  }

  /// Appends the shortest decimal that reads back as the same float.
  static func append(_ number: Float, to text: inout [UInt8]) {
    if number.isFinite {
      append(shortest: number.description, to: &text)
    } else {
      append(notFinite: Double(number), to: &text)
    }
  }

  static func append(_ number: Int, to text: inout [UInt8]) {
    text.append(contentsOf: number.description.utf8)
  }

  private static func append(shortest digits: String, to text: inout [UInt8]) {
    text.append(contentsOf: digits.utf8)
    // "12.0" says no more than "12".
    if text[text.count - 1] == UInt8(ascii: "0"), text[text.count - 2] == UInt8(ascii: ".") {
      text.removeLast(2)
    }
  }

  private static func append(notFinite number: Double, to text: inout [UInt8]) {
    let name = number.isNaN ? "\"NaN\"" : number > 0 ? "\"Infinity\"" : "\"-Infinity\""
    text.append(contentsOf: name.utf8)
  }
}
