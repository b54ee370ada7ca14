/// A configuration after reading: every key the schema asked for, every default explicit, in the
/// order in which the schema asked.
public indirect enum ConfigurationValue: Equatable, Sendable {
  case null
  case flag(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([ConfigurationValue])
  case section([Member])

  /// A key of a section with its value.
  public struct Member: Equatable, Sendable {
    /// The key.
    public let key: String
    /// Its value.
    public let value: ConfigurationValue

    /// A key with a value.
    public init(key: String, value: ConfigurationValue) {
      self.key = key
      self.value = value
    }
  }

  /// The value at a path of keys joined by dots, lists indexed from 0: `hidden.0`.
  public subscript(path: String) -> ConfigurationValue? {
    var value = self
    for key in path.split(separator: ".", omittingEmptySubsequences: false) {
      switch value {
      case .section(let members):
        guard let member = members.first(where: { $0.key == key }) else { return nil }
        value = member.value
      case .list(let items):
        guard let index = Int(key), items.indices.contains(index) else { return nil }
        value = items[index]
      default:
        return nil
      }
    }
    return value
  }

  /// All values below this one that are neither sections nor lists of sections, by their paths,
  /// in order: what a comparison of two configurations walks.
  public var leaves: [(path: String, value: ConfigurationValue)] {
    var found: [(String, ConfigurationValue)] = []
    func walk(_ value: ConfigurationValue, _ path: String) {
      let start = path.isEmpty ? "" : path + "."
      switch value {
      case .section(let members):
        for member in members { walk(member.value, start + member.key) }
      case .list(let items) where items.contains { if case .section = $0 { true } else { false } }:
        for (index, item) in items.enumerated() { walk(item, "\(start)\(index)") }
      default: found.append((path, value))
      }
    }
    walk(self, "")
    return found
  }
}

extension ConfigurationValue {
  /// The text of `config.resolved.json`: two-space indentation, lists of plain values in one line,
  /// a line break at the end. It is YAML too and can be read as a configuration again.
  public var json: String {
    var text: [UInt8] = []
    write(to: &text, indentation: 0, isCanonical: false)
    text.append(UInt8(ascii: "\n"))
    return String(decoding: text, as: UTF8.self)
  }

  /// The SHA-256 of the configuration without some top-level keys: equal for runs that differ in
  /// the seed alone, or in what they write for TensorBoard. Keys are sorted first, so that a
  /// schema may ask in another order.
  public func fingerprint(excluding keys: Set<String> = ["seed", "tensorboard"]) -> String {
    var value = self
    if case .section(let members) = self {
      value = .section(members.filter { !keys.contains($0.key) })
    }
    return Fingerprint.sha256(of: Array(value.canonical.utf8))
  }

  /// The value as JSON in one line, keys sorted.
  var canonical: String {
    var text: [UInt8] = []
    write(to: &text, indentation: 0, isCanonical: true)
    return String(decoding: text, as: UTF8.self)
  }

  private func write(to text: inout [UInt8], indentation: Int, isCanonical: Bool) {
    switch self {
    case .null: text.append(contentsOf: "null".utf8)
    case .flag(let value): text.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value): JSONText.append(value, to: &text)
    case .number(let value): JSONText.append(value, to: &text)
    case .text(let value): JSONText.append(value, to: &text)
    case .list(let items):
      let isInline = isCanonical || !items.contains(where: \.isContainer)
      Self.write(items, "[", "]", &text, indentation, isInline ? ", " : nil, isCanonical) {
        $0.write(to: &$1, indentation: indentation + 2, isCanonical: isCanonical)
      }
    case .section(let members):
      let members = isCanonical ? members.sorted { $0.key < $1.key } : members
      Self.write(members, "{", "}", &text, indentation, isCanonical ? ", " : nil, isCanonical) {
        JSONText.append($0.key, to: &$1)
        $1.append(contentsOf: ": ".utf8)
        $0.value.write(to: &$1, indentation: indentation + 2, isCanonical: isCanonical)
      }
    }
  }

  /// Writes items between brackets: in one line with a separator, or a line each.
  private static func write<Item>(
    _ items: [Item], _ open: String, _ close: String, _ text: inout [UInt8], _ indentation: Int,
    _ separator: String?, _ isCanonical: Bool, _ body: (Item, inout [UInt8]) -> Void
  ) {
    let spaces = String(repeating: " ", count: indentation)
    text.append(contentsOf: open.utf8)
    for (index, item) in items.enumerated() {
      if index > 0 { text.append(contentsOf: (separator ?? ",").utf8) }
      if separator == nil { text.append(contentsOf: "\n\(spaces)  ".utf8) }
      body(item, &text)
    }
    if separator == nil, !items.isEmpty { text.append(contentsOf: "\n\(spaces)".utf8) }
    text.append(contentsOf: close.utf8)
  }

  private var isContainer: Bool {
    switch self {
    case .list, .section: true
    default: false
    }
  }
}
