extension ConfigurationValue {
  /// Reads JSON, which is what configurations are kept as: a hundred times as fast as the reader
  /// of YAML, of which this is a part. Nil for anything else, which that reader judges.
  init?(json bytes: UnsafeBufferPointer<UInt8>) {
    var scanner = JSONScanner(bytes)
    guard let value = try? Self(&scanner, depth: 0), (try? scanner.expectEnd()) != nil else {
      return nil
    }
    self = value
  }

  private init(_ scanner: inout JSONScanner, depth: Int) throws(JSONScanner.Problem) {
    if depth > 64 { throw scanner.problem("too deeply nested") }
    switch scanner.kind {
    case .string: self = .text(try scanner.string())
    case .object:
      var members: [Member] = []
      var keys: Set<String> = []
      try scanner.object { (key, scanner) throws(JSONScanner.Problem) in
        guard keys.insert(key).inserted, key != "<<" else {
          throw scanner.problem("a key that is not a key of a section")
        }
        members.append(Member(key: key, value: try Self(&scanner, depth: depth + 1)))
      }
      self = .section(members)
    case .array:
      var items: [ConfigurationValue] = []
      try scanner.array { (scanner) throws(JSONScanner.Problem) in
        items.append(try Self(&scanner, depth: depth + 1))
      }
      self = .list(items)
    case .word: self = try scanner.word()
    case .number:
      let start = scanner
      if let integer = try? scanner.integer() {
        self = .integer(integer)
      } else {
        scanner = start
        self = .number(try scanner.number())
      }
    }
  }
}

extension JSONScanner {
  fileprivate enum Kind {
    case string, object, array, number, word
  }

  /// What comes next, by its first character.
  fileprivate var kind: Kind {
    mutating get {
      skipSpace()
      guard position < bytes.count else { return .number }
      switch bytes[position] {
      case UInt8(ascii: "\""): return .string
      case UInt8(ascii: "{"): return .object
      case UInt8(ascii: "["): return .array
      case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"): return .word
      default: return .number
      }
    }
  }

  /// `true`, `false` or `null`.
  fileprivate mutating func word() throws(Problem) -> ConfigurationValue {
    let first = bytes[position]
    try skipValue()
    switch first {
    case UInt8(ascii: "t"): return .flag(true)
    case UInt8(ascii: "f"): return .flag(false)
    default: return .null
    }
  }
}
