extension ConfigurationReader {
  /// Reads a section by a body; where it is absent, the body reads defaults.
  public mutating func section<Value>(
    _ key: String, _ body: (inout ConfigurationReader) -> Value
  ) -> Value {
    let node = take(key)
    let (value, resolved) = readSection(key, node: node, body)
    record(key, resolved)
    return value
  }

  /// Reads a section where there is one; nil where the key is absent or null.
  public mutating func optionalSection<Value>(
    _ key: String, _ body: (inout ConfigurationReader) -> Value
  ) -> Value? {
    guard let node = take(key), !node.isNull else {
      record(key, .null)
      return nil
    }
    let (value, resolved) = readSection(key, node: node, body)
    record(key, resolved)
    return value
  }

  /// Reads a section that can be switched off; nil where the value is `off` or `false`. Where the
  /// key is absent, `on` or `true`, the body reads defaults.
  public mutating func switchedSection<Value>(
    _ key: String, _ body: (inout ConfigurationReader) -> Value
  ) -> Value? {
    var node = take(key)
    switch node?.scalar {
    case .flag(false), .text("off"):
      record(key, .flag(false))
      return nil
    case .flag(true), .text("on"): node = nil
    default: break
    }
    let (value, resolved) = readSection(key, node: node, body)
    record(key, resolved)
    return value
  }

  /// Reads a list of sections, each by the body.
  ///
  /// - Parameters:
  ///   - isRequired: whether the key must be given; an absent list is empty otherwise.
  ///   - count: how many sections are accepted.
  public mutating func sections<Value>(
    _ key: String, required isRequired: Bool = false, count: some ValueRange<Int> = Unbounded(),
    _ body: (inout ConfigurationReader) -> Value
  ) -> [Value] {
    let node = take(key)
    guard let nodes = items(key, node, fallback: isRequired ? nil : [], of: "sections") else {
      record(key, .list([]))
      return []
    }
    var values: [Value] = []
    var resolved: [ConfigurationValue] = []
    for (index, node) in nodes.enumerated() {
      let (value, section) = readSection("\(key).\(index)", node: node, body)
      values.append(value)
      resolved.append(section)
    }
    check(count, values.count, key, "sections", at: node?.location)
    record(key, .list(resolved))
    return values
  }

  /// Reads a list of numbers.
  public mutating func numbers(
    _ key: String, default fallback: [Double]? = nil,
    in range: some ValueRange<Double> = Unbounded(), count: some ValueRange<Int> = Unbounded()
  ) -> [Double] {
    list(key, fallback, .number(in: range), "numbers", count)
  }

  /// Reads a list of integers.
  public mutating func integers(
    _ key: String, default fallback: [Int]? = nil,
    in range: some ValueRange<Int> = Unbounded(), count: some ValueRange<Int> = Unbounded()
  ) -> [Int] {
    list(key, fallback, .integer(in: range), "integers", count)
  }

  /// Reads a list of texts.
  public mutating func texts(
    _ key: String, default fallback: [String]? = nil, count: some ValueRange<Int> = Unbounded()
  ) -> [String] {
    list(key, fallback, .text, "texts", count)
  }

  /// Reads a list of an enumeration's names.
  public mutating func choices<Choice: CaseIterable & RawRepresentable<String>>(
    _ key: String, from choices: Choice.Type, default fallback: [Choice]? = nil,
    count: some ValueRange<Int> = Unbounded()
  ) -> [Choice] {
    list(key, fallback, .choice(choices), "names", count)
  }

  private mutating func list<Value>(
    _ key: String, _ fallback: [Value]?, _ form: ScalarForm<Value>, _ noun: String,
    _ count: some ValueRange<Int>
  ) -> [Value] {
    let node = take(key)
    var values: [Value] = []
    let nodes = items(key, node, fallback: fallback?.map(form.write), of: noun)
    for (index, item) in (nodes ?? []).enumerated() {
      switch form.read(item) {
      case .success(let value): values.append(value)
      case .failure(let mismatch):
        report("\(key).\(index)", mismatch.message, at: item.location)
        values.append(form.example)
      }
    }
    if nodes != nil { check(count, values.count, key, noun, at: node?.location) }
    record(key, .list(values.map(form.write)))
    return values
  }

  /// The items given for a list, or its default; nil after a problem was reported.
  private mutating func items(
    _ key: String, _ node: ConfigurationNode?, fallback: [ConfigurationValue]?, of noun: String
  ) -> [ConfigurationNode]? {
    guard let node else {
      if fallback == nil { report(key, "this key is required; expected a list of \(noun)") }
      return fallback?.map(ConfigurationNode.init(default:))
    }
    if case .list(let items) = node.content { return items }
    // `--set hidden.0=64` of a list that the file leaves to its default changes that default.
    if case .mapping(let entries) = node.content, case .override = node.location, let fallback {
      var changed: ConfigurationNode? = ConfigurationNode(
        content: .list(fallback.map(ConfigurationNode.init(default:))), location: node.location)
      for entry in entries {
        if let reason = ConfigurationNode.set(
          entry.node, at: [Substring(entry.key)], in: &changed, entry.keyLocation)
        {
          report("\(key).\(entry.key)", reason, at: entry.keyLocation)
          return nil
        }
      }
      if case .list(let items) = changed?.content { return items }
    }
    report(key, "expected a list of \(noun), found \(node.found)", at: node.location)
    return nil
  }

  private mutating func check(
    _ range: some ValueRange<Int>, _ count: Int, _ key: String, _ noun: String,
    at place: ConfigurationLocation?
  ) {
    if range.contains(count) { return }
    let accepted = range.expectation.map { "a count \($0)" } ?? "any count"
    report(key, "expected \(accepted) of \(noun), found \(count)", at: place)
  }
}

extension ConfigurationNode {
  /// A node for a scalar of a schema's default.
  fileprivate init(default value: ConfigurationValue) {
    let location = ConfigurationLocation.override("default")
    switch value {
    case .text(let text): self.init(content: .scalar(text, isQuoted: true), location: location)
    case .flag(let flag):
      self.init(content: .scalar("\(flag)", isQuoted: false), location: location)
    case .integer(let value):
      self.init(content: .scalar("\(value)", isQuoted: false), location: location)
    case .number(let value):
      self.init(content: .scalar("\(value)", isQuoted: false), location: location)
    case .null, .list, .section:
      self.init(content: .scalar("", isQuoted: false), location: location)
    }
  }
}
