extension ConfigurationReader {
  /// Reads a number, which must be finite.
  ///
  /// - Parameters:
  ///   - fallback: the value where the key is absent; nil for a key that must be given.
  ///   - range: the numbers that are accepted.
  public mutating func number(
    _ key: String, default fallback: Double? = nil, in range: some ValueRange<Double> = Unbounded()
  ) -> Double {
    read(key, fallback, .number(in: range))
  }

  /// Reads an integer; `1e5` and `100.0` are integers too.
  public mutating func integer(
    _ key: String, default fallback: Int? = nil, in range: some ValueRange<Int> = Unbounded()
  ) -> Int {
    read(key, fallback, .integer(in: range))
  }

  /// Reads `true` or `false`.
  public mutating func flag(_ key: String, default fallback: Bool? = nil) -> Bool {
    read(key, fallback, .flag)
  }

  /// Reads `true`, `false` or a count of at least 1.
  public mutating func countOrFlag(_ key: String, default fallback: CountOrFlag) -> CountOrFlag {
    read(key, fallback, .countOrFlag)
  }

  /// Reads text; a text that looks like a number must be quoted.
  public mutating func text(_ key: String, default fallback: String? = nil) -> String {
    read(key, fallback, .text)
  }

  /// Reads one of the names that an enumeration lists.
  public mutating func choice<Choice: CaseIterable & RawRepresentable<String>>(
    _ key: String, from choices: Choice.Type, default fallback: Choice? = nil
  ) -> Choice {
    read(key, fallback, .choice(choices))
  }

  /// Reads the key that decides which other keys a section may hold.
  ///
  /// Where it cannot be read, no further problem of the section is reported: which keys are right
  /// is not known. Errors of unknown keys name the kind.
  ///
  /// - Parameter elsewhere: What the error of another word adds, "" where it is absent: which
  ///   command takes it.
  public mutating func kind<Choice: CaseIterable & RawRepresentable<String>>(
    _ key: String = "kind", from choices: Choice.Type, default fallback: Choice? = nil,
    elsewhere: @escaping (String) -> String = { _ in "" }
  ) -> Choice {
    let kind = read(key, fallback, .choice(choices, elsewhere: elsewhere))
    setVariant(key, kind.rawValue)
    return kind
  }

  /// Reads a number where there is one; nil where the key is absent or null.
  public mutating func optionalNumber(
    _ key: String, in range: some ValueRange<Double> = Unbounded()
  ) -> Double? {
    readOptional(key, .number(in: range))
  }

  /// Reads an integer where there is one; nil where the key is absent or null.
  public mutating func optionalInteger(
    _ key: String, in range: some ValueRange<Int> = Unbounded()
  ) -> Int? {
    readOptional(key, .integer(in: range))
  }

  /// Reads text where there is some; nil where the key is absent or null.
  public mutating func optionalText(_ key: String) -> String? { readOptional(key, .text) }

  /// Reads one of an enumeration's names; nil where the key is absent or null.
  public mutating func optionalChoice<Choice: CaseIterable & RawRepresentable<String>>(
    _ key: String, from choices: Choice.Type
  ) -> Choice? {
    readOptional(key, .choice(choices))
  }

  private mutating func read<Value>(
    _ key: String, _ fallback: Value?, _ form: ScalarForm<Value>
  ) -> Value {
    var value = fallback ?? form.example
    if let node = take(key) {
      switch form.read(node) {
      case .success(let read): value = read
      case .failure(let mismatch): report(key, mismatch.message, at: node.location)
      }
    } else if fallback == nil {
      report(key, "this key is required; expected \(form.expectation)\(form.hint(.null))")
    }
    record(key, form.write(value))
    return value
  }

  private mutating func readOptional<Value>(_ key: String, _ form: ScalarForm<Value>) -> Value? {
    var value: Value?
    if let node = take(key), !node.isNull {
      switch form.read(node) {
      case .success(let read): value = read
      case .failure(let mismatch): report(key, mismatch.message, at: node.location)
      }
    }
    record(key, value.map(form.write) ?? .null)
    return value
  }
}
