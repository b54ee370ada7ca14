extension String {
  /// The text in one line without what would move a terminal's cursor, whatever a damaged file
  /// holds: control characters as `\u{FFFD}`.
  package var visible: String {
    if utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return self }
    let isSafe = unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    if isSafe { return self }
    var text = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      text.append(scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar)
    }
    return String(text)
  }

  /// The text, cut where it has more than so many characters.
  func shortened(to count: Int) -> String {
    // Bytes are counted at once, characters one by one.
    utf8.count <= count || self.count <= count ? self : "\(prefix(count - 1))…"
  }

  /// The text, or its beginning and its end with "…" between them where it has more than so many
  /// characters: values and names differ at their ends as often as at their beginnings.
  package func shortenedInside(to count: Int) -> String {
    if utf8.count <= count || self.count <= count { return self }
    return "\(prefix(count / 2))…\(suffix((count - 1) / 2))"
  }
}
