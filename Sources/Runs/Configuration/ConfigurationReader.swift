/// Reads a configuration strictly: schema code asks for each key with its type, range and default,
/// and every problem is collected, to be reported at once.
///
/// ```swift
/// var reader = ConfigurationReader(yaml: text, file: "experiment.yaml", overrides: overrides)
/// let seed = reader.integer("seed", default: 1, in: 0...)
/// let width = reader.section("generator") { section in
///   section.integer("width", default: 128, in: 1...)
/// }
/// let resolved = try reader.finish()
/// ```
///
/// A key that cannot be read gives a stand-in (its default, else a value of its range), so that
/// schema code runs to its end; `finish` then throws. A key that no schema code asked for is
/// unknown, unless it starts with `x-`: those are left to hold anchors. Reading also records each
/// key with its value: that record is what `finish` returns.
public struct ConfigurationReader {
  /// Where a section's missing keys are reported.
  private let location: ConfigurationLocation
  /// The keys from the top down to this section, joined by dots.
  public let path: String
  private let entries: [ConfigurationNode.Entry]
  private var accepted: [String] = []
  private var resolved: [ConfigurationValue.Member] = []
  private var problems: [ConfigurationProblem] = []
  /// Keys that have a problem: others that follow from it are not reported.
  private var faulty: Set<String> = []
  /// Set where nothing more can be said of a section, since its kind or form is wrong.
  private var isMuted = false
  /// How an unknown key's error names the section's kind.
  private var variant = ""

  /// A reader of YAML text.
  ///
  /// - Parameters:
  ///   - yaml: the text; an empty one is a configuration of defaults.
  ///   - file: the name that errors give the text.
  ///   - overrides: `key=value` each, such as `training.batchSize=64` or `hidden.0=64`; the
  ///     value is YAML, the last override of a key wins.
  public init(yaml: String, file: String, overrides: [String] = []) {
    let start = ConfigurationLocation.file(file, line: 1, column: 1)
    var root: ConfigurationNode?
    var problems: [ConfigurationProblem] = []
    do {
      root = try ConfigurationNode.parse(yaml: yaml) { .file(file, line: $0, column: $1) }
    } catch {
      problems = error.problems
    }
    let isReadable = problems.isEmpty
    problems += ConfigurationNode.apply(overrides, to: &root)
    self.init(node: root, path: "", location: start)
    if !isReadable { isMuted = true }
    self.problems = problems + self.problems
  }

  /// A reader of a YAML file; throws `RunError` when it cannot be read or is not UTF-8.
  public init(contentsOf file: String, overrides: [String] = []) throws(RunError) {
    self.init(yaml: try readText(file), file: file, overrides: overrides)
  }

  init(node: ConfigurationNode?, path: String, location: ConfigurationLocation) {
    self.path = path
    self.location = node?.location ?? location
    switch node?.content {
    case .mapping(let entries): self.entries = entries
    default: entries = []
    }
    if let node, !node.isNull, case .mapping = node.content {
    } else if let node, !node.isNull {
      problems.append(
        .init(
          location: node.location, key: path,
          message: "expected a section of keys, found \(node.found)"))
      isMuted = true
    }
  }

  /// The keys that the section was given, in order.
  public var keys: [String] { entries.map(\.key) }

  /// Whether a key was given a value.
  public func has(_ key: String) -> Bool {
    entries.contains { $0.key == key && !$0.node.isNull }
  }

  /// Reports a problem of a key that was read: a rule that its type and range cannot state.
  ///
  /// - Parameter others: further keys that the rule compares. Where one of the keys has a problem
  ///   already, the rule judged a stand-in and nothing is reported.
  public mutating func problem(
    at key: String, _ message: String, comparing others: [String] = []
  ) {
    if !faulty.isDisjoint(with: others) { return }
    let entry = entries.first { $0.key == key }
    report(key, message, at: entry?.node.location ?? location)
  }

  /// Ends reading: reports the keys that nobody asked for and throws all problems, or returns the
  /// configuration with every default explicit.
  public mutating func finish() throws(ConfigurationError) -> ConfigurationValue {
    reportUnknownKeys()
    if !problems.isEmpty { throw ConfigurationError(problems: problems) }
    return .section(resolved)
  }

  // MARK: - For the typed readers

  /// The node given for a key, which is accepted from now on.
  mutating func take(_ key: String) -> ConfigurationNode? {
    if !accepted.contains(key) { accepted.append(key) }
    return entries.first { $0.key == key }?.node
  }

  mutating func record(_ key: String, _ value: ConfigurationValue) {
    let member = ConfigurationValue.Member(key: key, value: value)
    if let index = resolved.firstIndex(where: { $0.key == key }) {
      resolved[index] = member
    } else {
      resolved.append(member)
    }
  }

  mutating func report(_ key: String, _ message: String, at place: ConfigurationLocation? = nil) {
    let root = String(key.prefix { $0 != "." })
    guard !isMuted, !faulty.contains(key) else { return }
    faulty.formUnion([root, key])
    problems.append(
      .init(location: place ?? location, key: fullPath(key), message: message))
  }

  func fullPath(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  /// Whether a key had a problem, so that its value is a stand-in from which nothing follows.
  public func isFaulty(_ key: String) -> Bool { faulty.contains(key) }

  /// Names the section's kind in errors, or says nothing more of the section when the kind itself
  /// could not be read.
  mutating func setVariant(_ key: String, _ kind: String) {
    variant = " with \(key): \(kind)"
    if faulty.contains(key) { isMuted = true }
  }

  /// Reads a section of this one by a body.
  mutating func readSection<Value>(
    _ key: String, node: ConfigurationNode?, _ body: (inout Self) -> Value
  ) -> (Value, ConfigurationValue) {
    var section = Self(node: node, path: fullPath(key), location: location)
    if isMuted { section.isMuted = true }
    let value = body(&section)
    section.reportUnknownKeys()
    if !isMuted, !section.problems.isEmpty {
      problems += section.problems
      faulty.formUnion([String(key.prefix { $0 != "." }), key])
    }
    return (value, .section(section.resolved))
  }

  private mutating func reportUnknownKeys() {
    for entry in entries where !accepted.contains(entry.key) && !entry.key.hasPrefix("x-") {
      let known = accepted.joined(separator: ", ")
      let guess = suggestion(for: entry.key, among: accepted).map { "; did you mean '\($0)'?" }
      let keys = accepted.isEmpty ? "no keys here" : "accepted keys\(variant): \(known)"
      report(entry.key, "unknown key\(guess ?? "") (\(keys))", at: entry.keyLocation)
    }
  }
}
