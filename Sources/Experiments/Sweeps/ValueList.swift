/// A sweep that was asked for in a way that cannot be read. Prints as one line.
public struct SweepRequestError: Error, Equatable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}

/// Values separated by commas, each of them YAML: `1e-4,2e-4` or `[64, 64],[128]`.
enum ValueList {
  /// The values of a text, as they were written; commas inside brackets, braces and quotes belong
  /// to a value.
  ///
  /// - Parameter option: What the text was given to, for errors.
  static func values(of text: Substring, option: String) throws(SweepRequestError) -> [String] {
    var values: [String] = []
    var value = ""
    var closers: [Character] = []
    var quote: Character?
    /// Whether a value, or an item of a list, may begin here.
    var isStart = true
    var isEscaped = false
    for character in text {
      if character.isNewline { throw SweepRequestError("\(option): a value has a line break") }
      if let open = quote {
        // What doubled quotes stand for inside single ones reads as two strings here.
        if character == open, !isEscaped { quote = nil }
        isEscaped = open == "\"" && character == "\\" && !isEscaped
      } else if character == closers.last {
        closers.removeLast()
      } else if character == ",", closers.isEmpty {
        values.append(value)
        value = ""
        isStart = true
        continue
      } else if isStart || value.last == "'", "\"'".contains(character) {
        quote = character
      } else if isStart || !closers.isEmpty, let closer = ["[": "]", "{": "}"][character] {
        closers.append(Character(closer))
      }
      value.append(character)
      if quote == nil, "[{,:".contains(character), !closers.isEmpty {
        isStart = true
      } else if character != " " {
        isStart = false
      }
    }
    if quote != nil || !closers.isEmpty {
      let missing = quote ?? closers.last ?? " "
      throw SweepRequestError("\(option): a value lacks its closing \(missing)")
    }
    values.append(value)
    values = values.map { $0.trimmed }
    if values.contains("") {
      throw SweepRequestError("\(option): a value is empty; write null for no value")
    }
    return values
  }

  /// A key of the configuration and what stands behind its `=`.
  static func assignment(
    _ text: String, option: String, form: String
  ) throws(SweepRequestError) -> (key: String, value: Substring) {
    guard let sign = text.firstIndex(of: "="), sign != text.startIndex else {
      throw SweepRequestError("\(option) takes \(form), not '\(text)'")
    }
    return (String(text[..<sign]).trimmed, text[text.index(after: sign)...])
  }
}

extension String {
  /// Without spaces at its ends.
  fileprivate var trimmed: String {
    let start = drop { $0 == " " }
    return String(start.reversed().drop { $0 == " " }.reversed())
  }
}
