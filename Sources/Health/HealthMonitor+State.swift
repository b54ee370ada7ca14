extension HealthMonitor {
  /// What the rules keep of the rows so far: `{"holding": [...], "memories": {rule: ...}}`.
  ///
  /// Memories of rules that are not in the catalogue, as of a later version, are passed over.
  public struct State: Sendable {
    let holding: [String]
    let memories: [String: any Codable & Sendable]
  }
}

extension HealthMonitor.State: Codable {
  private enum CodingKeys: String, CodingKey {
    case holding, memories
  }

  private struct RuleName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    holding = try container.decode([String].self, forKey: .holding)
    let entries = try container.nestedContainer(keyedBy: RuleName.self, forKey: .memories)
    var memories: [String: any Codable & Sendable] = [:]
    for rule in HealthMonitor.catalogue {
      let key = RuleName(stringValue: rule.name)
      guard entries.contains(key) else { continue }
      memories[rule.name] = try rule.memory(from: entries.superDecoder(forKey: key))
    }
    self.memories = memories
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(holding, forKey: .holding)
    var entries = container.nestedContainer(keyedBy: RuleName.self, forKey: .memories)
    for (name, memory) in memories {
      try memory.encode(to: entries.superEncoder(forKey: RuleName(stringValue: name)))
    }
  }
}

extension HealthRule {
  var anyMemory: any Codable & Sendable { memory }

  /// Takes over a memory, if it is one of this rule.
  mutating func remember(_ memory: any Codable & Sendable) {
    if let memory = memory as? Memory { self.memory = memory }
  }

  static func memory(from decoder: any Decoder) throws -> any Codable & Sendable {
    try Memory(from: decoder)
  }
}
