import Foundation

/// Times as users type them.
public enum Moment {
  /// Seconds in `45s`, `30m`, `12h`, `2d` or `1w`; nil for another text.
  public static func duration(_ text: String) -> Double? {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]
    guard let last = text.last, let unit = units[last], let count = Double(text.dropLast()),
      text.first?.isNumber == true, count.isFinite
    else { return nil }
    return count * unit
  }

  /// A time in UTC, as run ids tell it: so long ago (`2d`), or `2025-11-21`, `2025-11-21T10:52`,
  /// `2025-11-21T10:52:30`, also with a space for the T; nil for another text.
  public static func time(_ text: String, now: Date = Date()) -> Date? {
    if let age = duration(text) { return now.addingTimeInterval(-age) }
    let text = (text.hasSuffix("Z") ? String(text.dropLast()) : text).replacing(" ", with: "T")
    let rest = ["T00:00:00.000Z", ":00.000Z", ".000Z", "Z"]
    return rest.lazy.compactMap { Timestamp.date(of: text + $0) }.first
  }
}
