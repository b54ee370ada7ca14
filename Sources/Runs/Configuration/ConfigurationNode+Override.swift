extension ConfigurationNode {
  /// Applies `key=value` overrides in turn, the last one winning, and returns what is wrong with
  /// them.
  ///
  /// A key is a path of names joined by dots, lists indexed from 0 (`hidden.0`); its value is
  /// YAML. Sections on the way that the file lacks are made, so that a misspelt key is reported
  /// as unknown like any other.
  static func apply(
    _ overrides: [String], to root: inout ConfigurationNode?
  ) -> [ConfigurationProblem] {
    var problems: [ConfigurationProblem] = []
    for override in overrides {
      let parts = override.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let key = String(parts[0])
      let location = ConfigurationLocation.override(key)
      func problem(_ message: String) {
        problems.append(.init(location: location, key: key, message: message))
      }
      let path = key.split(separator: ".", omittingEmptySubsequences: false)
      guard parts.count == 2, !path.contains("") else {
        problem("expected key=value, the key as in training.batchSize")
        continue
      }
      do {
        let parsed = try parse(yaml: String(parts[1])) { _, _ in location }
        let empty = ConfigurationNode(content: .scalar("", isQuoted: false), location: location)
        if let reason = set(parsed ?? empty, at: path[...], in: &root, location) {
          problem(reason)
        }
      } catch {
        for found in error.problems { problem(found.message) }
      }
    }
    return problems
  }

  /// Sets a node below another; returns why that cannot be.
  static func set(
    _ value: ConfigurationNode, at path: ArraySlice<Substring>,
    in node: inout ConfigurationNode?, _ location: ConfigurationLocation
  ) -> String? {
    guard let key = path.first else {
      node = value
      return nil
    }
    let rest = path.dropFirst()
    var current = node
    if current?.isNull ?? true {
      current = ConfigurationNode(content: .mapping([]), location: location)
    }
    guard var changed = current else { return nil }
    switch changed.content {
    case .mapping(var entries):
      let index = entries.firstIndex { $0.key == key }
      var child = index.map { entries[$0].node }
      if let reason = set(value, at: rest, in: &child, location) { return reason }
      guard let child else { return nil }
      if let index {
        entries[index].node = child
      } else {
        entries.append(.init(key: String(key), keyLocation: location, node: child))
      }
      changed.content = .mapping(entries)
    case .list(var items):
      guard let index = Int(key), items.indices.contains(index) else {
        return "expected an index in 0..<\(items.count) of the list, found '\(key)'"
      }
      var child: ConfigurationNode? = items[index]
      if let reason = set(value, at: rest, in: &child, location) { return reason }
      if let child { items[index] = child }
      changed.content = .list(items)
    case .scalar:
      return "'\(key)' cannot be set inside \(changed.found)"
    }
    node = changed
    return nil
  }
}
