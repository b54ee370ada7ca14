import Foundation

/// Text made safe for its place in a page.
enum Markup {
  /// A text between tags.
  static func text(_ text: String) -> [UInt8] {
    var escaped: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "&"): escaped += "&amp;".utf8
      case UInt8(ascii: "<"): escaped += "&lt;".utf8
      case UInt8(ascii: ">"): escaped += "&gt;".utf8
      case UInt8(ascii: "\""): escaped += "&quot;".utf8
      default: escaped.append(byte)
      }
    }
    return escaped
  }

  /// A value as JSON for a script element: every `<` is escaped, so that neither `</script>` nor
  /// `<!--` can end or change the element, whatever the texts hold. Numbers that are not finite
  /// are the strings `NaN`, `Infinity` and `-Infinity`.
  static func json(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    // What a report is made of has a form in JSON.
    let bytes = (try? encoder.encode(value)) ?? Data("null".utf8)
    var escaped: [UInt8] = []
    escaped.reserveCapacity(bytes.count)
    for byte in bytes {
      if byte == UInt8(ascii: "<") {
        escaped += "\\u003c".utf8
      } else {
        escaped.append(byte)
      }
    }
    return escaped
  }

  /// A script's text without `</script`: in its strings and regular expressions, the only places
  /// where it can stand, `<\/script` means the same.
  static func script(_ bytes: [UInt8]) -> [UInt8] { replacing(bytes, "</(?=script)") }

  /// A style sheet's text without `</style`; in strings a backslash escapes there as well.
  static func style(_ bytes: [UInt8]) -> [UInt8] { replacing(bytes, "</(?=style)") }

  private static func replacing(_ bytes: [UInt8], _ pattern: String) -> [UInt8] {
    let text = String(decoding: bytes, as: UTF8.self)
    let safe = text.replacingOccurrences(
      of: pattern, with: #"<\\/"#, options: [.regularExpression, .caseInsensitive])
    return Array(safe.utf8)
  }
}
