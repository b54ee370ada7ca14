import Foundation

/// How reports and files for others write what they hold.
package enum ReportText {
  /// A value as JSON with sorted keys, indented unless told otherwise: dates as ISO 8601, numbers
  /// that are not finite as the strings `NaN`, `Infinity` and `-Infinity`.
  package static func json(_ value: some Encodable, isIndented: Bool = true) throws -> String {
    String(decoding: try JSONCoding.encoder(pretty: isIndented).encode(value), as: UTF8.self)
  }

  /// A duration: `8 s`, `3:05 min`, `2:10 h`; `-` for what is none.
  package static func time(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e15 else { return "-" }
    let whole = Int(seconds.rounded())
    return whole < 60
      ? "\(whole) s"
      : whole < 3600
        ? String(format: "%d:%02d min", whole / 60, whole % 60)
        : String(format: "%d:%02d h", whole / 3600, whole % 3600 / 60)
  }

  /// A text as HTML shows it, between tags or in an attribute's quotes: `&`, `<`, `>` and `"` as
  /// entities.
  package static func html(_ text: String) -> String {
    var escaped: [UInt8] = []
    escaped.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "&"): escaped += "&amp;".utf8
      case UInt8(ascii: "<"): escaped += "&lt;".utf8
      case UInt8(ascii: ">"): escaped += "&gt;".utf8
      case UInt8(ascii: "\""): escaped += "&quot;".utf8
      default: escaped.append(byte)
      }
    }
    return String(decoding: escaped, as: UTF8.self)
  }

  /// A text as a cell of CSV, in quotes where it needs them (RFC 4180).
  package static func cell(_ text: String) -> String {
    let needsQuotes = text.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
    return needsQuotes ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
  }
}
