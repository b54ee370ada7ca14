import Foundation
import TandemRuns

/// Text made safe for its place in a page.
enum SafeText {
  /// A value as JSON for a script element: every `<` is escaped, so that neither `</script>` nor
  /// `<!--` can end or change the element, whatever the texts hold.
  static func json(_ value: some Encodable) -> [UInt8] {
    // What a report is made of has a form in JSON.
    let text = (try? ReportText.json(value, isIndented: false)) ?? "null"
    var escaped: [UInt8] = []
    escaped.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
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
