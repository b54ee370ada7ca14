import Yams

extension ConfigurationNode {
  /// Reads YAML; nil for a text without a value.
  ///
  /// Anchors and aliases are followed, and merge keys (`<<: *base`) add the keys that a mapping
  /// lacks. A value from an alias is located where its anchor stands.
  ///
  /// - Parameter location: from a line and column of the text to where that is.
  static func parse(
    yaml text: String, location: @escaping (Int, Int) -> ConfigurationLocation
  ) throws(ConfigurationError) -> ConfigurationNode? {
    var converter = Converter(location: location)
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch {
      throw ConfigurationError(problems: problems(of: error, location: location))
    }
    let node = root.map { converter.node($0, depth: 0) }
    if !converter.problems.isEmpty { throw ConfigurationError(problems: converter.problems) }
    return node
  }

  private static func problems(
    of error: any Error, location: (Int, Int) -> ConfigurationLocation
  ) -> [ConfigurationProblem] {
    func one(_ line: Int, _ column: Int, _ message: String) -> [ConfigurationProblem] {
      [.init(location: location(line, column), key: "", message: message)]
    }
    switch error as? YamlError {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _):
      let place = context.map { " (\($0.text) in line \($0.mark.line))" } ?? ""
      return one(mark.line, mark.column, "not valid YAML: \(problem)\(place)")
    case .composer(_, let problem, let mark, _):
      return one(mark.line, mark.column, "not valid YAML: \(problem)")
    case .duplicatedKeysInMapping(let keys, let context):
      return keys.flatMap {
        one(context.mark.line, context.mark.column, "the key '\($0)' appears twice in this section")
      }
    case .reader(let problem, let offset, _, let yaml):
      let before = yaml.prefix(offset ?? 0)
      let line = before.reduce(1) { $1.isNewline ? $0 + 1 : $0 }
      let column = before.reversed().prefix { !$0.isNewline }.count + 1
      return one(line, column, "not valid YAML: \(problem)")
    default:
      return one(1, 1, "not valid YAML: \(oneLine(of: error))")
    }
  }
}

/// Turns the parser's nodes into ours.
private struct Converter {
  let location: (Int, Int) -> ConfigurationLocation
  var problems: [ConfigurationProblem] = []
  private var count = 0

  init(location: @escaping (Int, Int) -> ConfigurationLocation) { self.location = location }

  mutating func node(_ node: Node, depth: Int) -> ConfigurationNode {
    let place = location(of: node)
    let empty = ConfigurationNode(content: .scalar("", isQuoted: false), location: place)
    // Aliases of aliases can make ten lines stand for billions of values.
    count += 1
    if count > 100_000 || depth > 100 {
      if problems.isEmpty {
        problem(place, "more than 100,000 values or 100 levels, aliases followed")
      }
      return empty
    }
    switch node {
    case .scalar(let scalar):
      // An explicit tag is the only way by which a plain scalar has one already.
      let isQuoted = scalar.style != .plain || scalar.tag.description == Tag.Name.str.rawValue
      return .init(content: .scalar(scalar.string, isQuoted: isQuoted), location: place)
    case .sequence(let sequence):
      let items = sequence.map { self.node($0, depth: depth + 1) }
      return .init(content: .list(items), location: place)
    case .mapping(let mapping):
      return .init(content: .mapping(entries(mapping, depth: depth)), location: place)
    case .alias:
      problem(place, "not valid YAML: an alias that cannot be followed")
      return empty
    }
  }

  private mutating func entries(
    _ mapping: Node.Mapping, depth: Int
  ) -> [ConfigurationNode.Entry] {
    var entries: [ConfigurationNode.Entry] = []
    var merged: [ConfigurationNode.Entry] = []
    for (key, value) in mapping {
      let place = location(of: key)
      guard case .scalar(let scalar) = key else {
        problem(place, "a key must be a word")
        continue
      }
      if scalar.string == "<<", scalar.style == .plain {
        let sources = if case .sequence(let list) = value { Array(list) } else { [value] }
        for source in sources {
          guard case .mapping(let base) = source else {
            problem(place, "'<<' merges sections only")
            continue
          }
          merged += self.entries(base, depth: depth + 1)
        }
      } else {
        let node = node(value, depth: depth + 1)
        entries.append(.init(key: scalar.string, keyLocation: place, node: node))
      }
    }
    // The mapping's own keys win over merged ones, and earlier sources over later.
    for entry in merged where !entries.contains(where: { $0.key == entry.key }) {
      entries.append(entry)
    }
    return entries
  }

  private func location(of node: Node) -> ConfigurationLocation {
    location(node.mark?.line ?? 1, node.mark?.column ?? 1)
  }

  private mutating func problem(_ place: ConfigurationLocation, _ message: String) {
    problems.append(.init(location: place, key: "", message: message))
  }
}
