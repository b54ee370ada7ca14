extension Vocabulary {
  /// A text as token numbers, and what of it the vocabulary has not.
  public struct Encoding: Hashable, Sendable {
    /// The numbers, each in 0 ..< `count` of the vocabulary.
    public internal(set) var tokens: [Int32] = []
    /// How often each unseen token occurs, in the order of their first occurrence.
    public internal(set) var unseen: [Unseen] = []
    /// Whether unseen tokens became `<unk>`; if not, they were skipped.
    public let replacesUnseen: Bool

    /// A token the vocabulary has not.
    public struct Unseen: Hashable, Sendable {
      /// The token as the text has it.
      public let token: String
      /// How often it occurs.
      public internal(set) var count: Int
    }

    /// One line for the user about what was replaced or skipped; nil if nothing was.
    public var note: String? {
      guard !unseen.isEmpty else { return nil }
      let total = unseen.reduce(0) { $0 + $1.count }
      let shown = unseen.prefix(5).map { unseen in
        let scalars = unseen.token.unicodeScalars
        let code = scalars.first.map { "U+" + hexadecimal($0.value) } ?? ""
        return unseen.token.debugDescription + (scalars.count == 1 ? " (\(code))" : "")
      }.joined(separator: ", ")
      return "\(total) token\(total == 1 ? " is" : "s are") not in the vocabulary and "
        + (replacesUnseen ? "read as \(Vocabulary.unknownToken)" : "skipped")
        + ": \(shown)\(unseen.count > 5 ? ", …" : "")"
    }

    private func hexadecimal(_ value: UInt32) -> String {
      let digits = String(value, radix: 16, uppercase: true)
      return String(repeating: "0", count: max(4 - digits.count, 0)) + digits
    }
  }

  /// The token numbers of a text; never fails.
  ///
  /// What the vocabulary has not becomes `<unk>` or, where there is none, is skipped. Among words
  /// every newline is `<eos>`; a last line without one has none, so that a prime text goes on.
  public func encode(_ text: String) -> Encoding {
    var text = text
    return text.withUTF8 { encode(bytes: Array($0)) }
  }

  /// The token numbers of a text that was read from a file; as for a string, and bytes as they are.
  public func encode(_ text: Text) -> Encoding { encode(bytes: text.bytes) }

  private func encode(bytes: [UInt8]) -> Encoding {
    var unseen = UnseenTokens()
    var encoding = Encoding(replacesUnseen: unknown != nil)
    encoding.tokens.reserveCapacity(level == .words ? bytes.count / 5 : bytes.count)
    switch level {
    case .bytes:
      encoding.tokens = bytes.map(Int32.init)
    case .characters:
      for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
        if let number = numbers.number(of: scalar) {
          encoding.tokens.append(number)
        } else {
          unseen.add(String(scalar))
          if let unknown { encoding.tokens.append(unknown) }
        }
      }
    case .words:
      WordScanner.scan(bytes) { word in
        if let number = numbers.number(of: word) {
          encoding.tokens.append(number)
        } else {
          unseen.add(String(decoding: word, as: UTF8.self))
          if let unknown { encoding.tokens.append(unknown) }
        }
      }
    }
    encoding.unseen = unseen.list
    return encoding
  }

  /// The text of these tokens; words are joined by blanks, `<eos>` is a newline, bytes that are no
  /// UTF-8 and numbers that are no token become U+FFFD.
  public func decode(_ tokens: some Sequence<Int32>) -> String {
    var decoder = StreamDecoder(self)
    var text = ""
    for token in tokens { text += decoder.append(token) }
    return text + decoder.finish()
  }
}

/// Counts unseen tokens in the order of their first occurrence.
private struct UnseenTokens {
  private(set) var list: [Vocabulary.Encoding.Unseen] = []
  private var places: [TokenNumbers.Bytes: Int] = [:]

  mutating func add(_ token: String) {
    let key = TokenNumbers.Bytes(Array(token.utf8)[...])
    if let place = places[key] {
      list[place].count += 1
    } else {
      places[key] = list.count
      list.append(.init(token: token, count: 1))
    }
  }
}
