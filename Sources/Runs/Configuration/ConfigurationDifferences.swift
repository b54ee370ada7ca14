/// The keys in which configurations differ.
public struct ConfigurationDifferences: Equatable, Sendable {
  /// A key with its value in each configuration.
  public struct Entry: Equatable, Sendable {
    /// The keys from the top down, joined by dots: `generator.optimizer.learningRate`.
    public let path: String
    /// In the order of the configurations; nil where one has no such key or is not known.
    public let values: [ConfigurationValue?]
  }

  /// In the order of the first configuration that has the key.
  public let entries: [Entry]

  /// Compares configurations leaf by leaf; one that is nil, since it could not be read, differs
  /// from none.
  ///
  /// - Parameter excluded: Paths that are not compared, such as `seed`.
  public init(_ configurations: [ConfigurationValue?], excluding excluded: Set<String> = []) {
    let leaves = configurations.map { $0?.leaves ?? [] }
    let tables = leaves.map { Dictionary($0, uniquingKeysWith: { first, _ in first }) }
    let known = configurations.indices.filter { configurations[$0] != nil }
    var seen = excluded
    entries = leaves.joined().compactMap { path, _ in
      guard seen.insert(path).inserted else { return nil }
      let values = tables.map { $0[path] }
      guard known.contains(where: { !Self.isSame(values[$0], values[known[0]]) }) else {
        return nil
      }
      return Entry(path: path, values: values)
    }
  }

  /// Whether the configurations are the same.
  public var isEmpty: Bool { entries.isEmpty }

  /// Whether two values say the same: `1` and `1.0` do.
  private static func isSame(_ a: ConfigurationValue?, _ b: ConfigurationValue?) -> Bool {
    switch (a, b) {
    case (.integer(let a), .number(let b)), (.number(let b), .integer(let a)): Double(a) == b
    case (.list(let a), .list(let b)): a.count == b.count && zip(a, b).allSatisfy { isSame($0, $1) }
    default: a == b
    }
  }
}
