extension ConfigurationValue {
  /// Reads a configuration as it was kept with a run, without a schema; throws `RunError` naming
  /// what is wrong with the file.
  public init(contentsOf path: String) throws(RunError) {
    let text = try readText(path)
    if let value = Array(text.utf8).withUnsafeBufferPointer({ ConfigurationValue(json: $0) }) {
      self = value
      return
    }
    do throws(ConfigurationError) {
      let root = try ConfigurationNode.parse(yaml: text) { .file(path, line: $0, column: $1) }
      self = root.map(ConfigurationValue.init) ?? .null
    } catch {
      let reason = error.problems.first.map(\.message) ?? "it cannot be read"
      throw .damaged(path: path, reason: reason.shortened(to: 300))
    }
  }

  private init(_ node: ConfigurationNode) {
    switch node.content {
    case .scalar: self = node.scalar ?? .null
    case .list(let items): self = .list(items.map(ConfigurationValue.init))
    case .mapping(let entries):
      self = .section(entries.map { .init(key: $0.key, value: ConfigurationValue($0.node)) })
    }
  }

  /// The value in one line, as it would stand behind a key: `0.0002`, `adam`, `[64, 64]`.
  public var inline: String {
    if case .text(let text) = self { return text }
    return canonical
  }
}
