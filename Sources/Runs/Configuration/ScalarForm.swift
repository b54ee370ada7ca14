/// Why a node is not of a form.
struct Mismatch: Error {
  let message: String
}

/// A type of scalar with its range: how it is read from a node and written into the record.
struct ScalarForm<Value> {
  /// What errors say was expected: `a number in 0...1`.
  let expectation: String
  /// A value of the form, which stands in for one that could not be read. It is not 0 where it
  /// need not be, since schema code may divide by it.
  let example: Value
  let write: (Value) -> ConfigurationValue
  let parse: (ConfigurationValue) -> Value?
  /// What is added to the error of a value that did not parse; of null to that of an absent key.
  var hint: (ConfigurationValue) -> String = { _ in "" }

  func read(_ node: ConfigurationNode) -> Result<Value, Mismatch> {
    if let scalar = node.scalar, let value = parse(scalar) { return .success(value) }
    let hint = node.scalar.map(hint) ?? ""
    return .failure(.init(message: "expected \(expectation), found \(node.found)\(hint)"))
  }
}

extension ScalarForm<Double> {
  static func number(in range: some ValueRange<Double>) -> Self {
    Self(
      expectation: "a number" + (range.expectation.map { " \($0)" } ?? ""),
      example: range.example ?? 1,
      write: { .number($0) },
      parse: { scalar in
        let value: Double
        switch scalar {
        case .integer(let integer): value = Double(integer)
        case .number(let number): value = number
        default: return nil
        }
        return value.isFinite && range.contains(value) ? value : nil
      },
      hint: { scalar in
        if case .number(let number) = scalar, !number.isFinite {
          " (a number must be finite)"
        } else {
          ""
        }
      })
  }
}

extension ScalarForm<Int> {
  static func integer(in range: some ValueRange<Int>) -> Self {
    Self(
      expectation: "an integer" + (range.expectation.map { " \($0)" } ?? ""),
      example: range.example ?? 1,
      write: { .integer($0) },
      parse: { scalar in
        let value: Int
        switch scalar {
        case .integer(let integer): value = integer
        case .number(let number):
          // Beyond 2^53 the decimal that was written may not be the double that was read.
          guard abs(number) <= 0x1p53, let integer = Int(exactly: number) else { return nil }
          value = integer
        default: return nil
        }
        return range.contains(value) ? value : nil
      })
  }
}

extension ScalarForm<Bool> {
  static var flag: Self {
    Self(
      expectation: "true or false", example: false, write: { .flag($0) },
      parse: { if case .flag(let flag) = $0 { flag } else { nil } })
  }
}

/// How often something is done: never, as often as something else, or at multiples of a count.
public enum CountOrFlag: Equatable, Sendable {
  case flag(Bool)
  case count(Int)
}

extension ScalarForm<CountOrFlag> {
  static var countOrFlag: Self {
    let count = ScalarForm<Int>.integer(in: 1...)
    return Self(
      expectation: "true, false or \(count.expectation)", example: .flag(false),
      write: {
        switch $0 {
        case .flag(let flag): .flag(flag)
        case .count(let count): .integer(count)
        }
      },
      parse: { scalar in
        if case .flag(let flag) = scalar { return .flag(flag) }
        return count.parse(scalar).map { .count($0) }
      })
  }
}

extension ScalarForm<String> {
  static var text: Self {
    Self(
      expectation: "text", example: "", write: { .text($0) },
      parse: { if case .text(let text) = $0 { text } else { nil } },
      hint: { scalar in
        switch scalar {
        case .integer, .number, .flag: " (put it in quotes to make it text)"
        default: ""
        }
      })
  }
}

extension ScalarForm where Value: CaseIterable & RawRepresentable<String> {
  /// One of the names of an enumeration.
  ///
  /// - Parameter elsewhere: What else to say of a word that is like none of them.
  static func choice(
    _ choices: Value.Type, elsewhere: @escaping (String) -> String = { _ in "" }
  ) -> Self {
    let names = choices.allCases.map(\.rawValue)
    guard let first = choices.allCases.first else {
      preconditionFailure("an enumeration without cases offers no choice")
    }
    return Self(
      expectation: "one of \(names.joined(separator: ", "))",
      example: first,
      write: { .text($0.rawValue) },
      parse: { scalar in
        switch scalar {
        case .text(let text): return Value(rawValue: text)
        // A name such as `null`, `true` or `2` is no text to YAML.
        case .null: return Value(rawValue: "null")
        case .flag(let flag): return Value(rawValue: "\(flag)")
        case .integer(let integer): return Value(rawValue: "\(integer)")
        default: return nil
        }
      },
      hint: { scalar in
        guard case .text(let text) = scalar else { return elsewhere("") }
        return suggestion(for: text, among: names).map { "; did you mean '\($0)'?" }
          ?? elsewhere(text)
      })
  }
}
