/// A configuration as it was written, before a schema reads it.
struct ConfigurationNode {
  struct Entry {
    let key: String
    let keyLocation: ConfigurationLocation
    var node: ConfigurationNode
  }

  enum Content {
    /// A scalar; a quoted one is text, whatever it looks like.
    case scalar(String, isQuoted: Bool)
    case list([ConfigurationNode])
    case mapping([Entry])
  }

  var content: Content
  var location: ConfigurationLocation

  /// The value of a scalar by the core schema of YAML 1.2.
  ///
  /// Unlike YAML 1.1 it has numbers such as `1e-4`, which 1.1 takes for text, and leaves `no`,
  /// `on` and `12:30` the text that they look like.
  var scalar: ConfigurationValue? {
    guard case .scalar(let text, let isQuoted) = content else { return nil }
    if isQuoted { return .text(text) }
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .flag(true)
    case "false", "False", "FALSE": return .flag(false)
    case ".nan", ".NaN", ".NAN": return .number(.nan)
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .number(.infinity)
    case "-.inf", "-.Inf", "-.INF": return .number(-.infinity)
    default: break
    }
    if let prefix = ["0x": 16, "0o": 8][text.prefix(2)],
      let value = Int(text.dropFirst(2), radix: prefix), text.dropFirst(2).first != "-",
      text.dropFirst(2).first != "+"
    {
      return .integer(value)
    }
    guard let isInteger = Self.isNumber(text) else { return .text(text) }
    if isInteger, let value = Int(text) { return .integer(value) }
    return Double(text).map { .number($0) } ?? .text(text)
  }

  var isNull: Bool { scalar == .null }

  /// How an error names the value that was found.
  var found: String {
    switch content {
    case .list: return "a list"
    case .mapping: return "a section"
    case .scalar(let text, _):
      switch scalar {
      case .text(let text): return "\"\(text)\""
      case .null: return "nothing"
      default: return text
      }
    }
  }

  /// Whether text is a number, `[-+]?(digits(.digits*)?|.digits)([eE][-+]?digits)?`, and whether
  /// it is one without fraction and exponent; nil when it is none.
  private static func isNumber(_ text: String) -> Bool? {
    var rest = Substring(text).utf8
    func digits() -> Int {
      let count = rest.prefix { (48...57).contains($0) }.count
      rest = rest.dropFirst(count)
      return count
    }
    func take(_ characters: String) -> Bool {
      guard let first = rest.first, characters.utf8.contains(first) else { return false }
      rest = rest.dropFirst()
      return true
    }
    _ = take("+-")
    var count = digits()
    var isInteger = true
    if take(".") {
      isInteger = false
      count += digits()
    }
    if count == 0 { return nil }
    if take("eE") {
      isInteger = false
      _ = take("+-")
      if digits() == 0 { return nil }
    }
    return rest.isEmpty ? isInteger : nil
  }
}
