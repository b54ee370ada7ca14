extension Vocabulary {
  /// The vocabulary of a training text.
  ///
  /// Characters are numbered in the order of their scalar values, `<unk>` after them where asked
  /// for. Words come most frequent first, those of one frequency by their scalar values, as in
  /// TensorFlow's tutorial on the Penn Treebank: the rule decides which of the rarest words a limited
  /// size keeps. `<eos>` and `<unk>` are among them always, at their frequency or, if the text has
  /// them not, at the end.
  ///
  /// - Parameters:
  ///   - maximumSize: the most words to keep, `<eos>` and `<unk>` counted; nil keeps all.
  ///   - unknown: whether characters get the token `<unk>`.
  /// - Throws: `DatasetError.invalid` when the text has no tokens or the size has no room for any.
  public init(
    of text: Text, level: Level, maximumSize: Int? = nil, unknown: Bool = false
  ) throws {
    if maximumSize != nil, level != .words {
      throw DatasetError.invalid(
        parameter: "vocabulary", reason: "only words can be limited in number, not \(level)")
    }
    switch level {
    case .bytes:
      self = .bytes
    case .characters:
      let scalars = Set(text.string.unicodeScalars).sorted()
      try self.init(
        level: level, tokens: scalars.map { String($0) } + (unknown ? [Self.unknownToken] : []))
    case .words:
      try self.init(level: level, tokens: Self.words(of: text, maximumSize: maximumSize))
    }
  }

  private static func words(of text: Text, maximumSize: Int?) throws -> [String] {
    if let maximumSize, maximumSize < 3 {
      throw DatasetError.invalid(
        parameter: "vocabulary", reason: "a size of \(maximumSize) has no room for a word")
    }
    var counts: [TokenNumbers.Bytes: Int] = [:]
    WordScanner.scan(text.bytes) { counts[TokenNumbers.Bytes($0), default: 0] += 1 }
    guard !counts.isEmpty else {
      throw DatasetError.invalid(parameter: "vocabulary", reason: "\(text.name) has no words")
    }
    let special = [endOfSentence, unknownToken].map { TokenNumbers.Bytes(Array($0.utf8)[...]) }
    var order = counts.sorted { left, right in
      // The bytes of UTF-8 are in the order of the scalars.
      left.value != right.value
        ? left.value > right.value : left.key.bytes.lexicographicallyPrecedes(right.key.bytes)
    }.map(\.key)
    if let maximumSize, order.count + special.count(where: { counts[$0] == nil }) > maximumSize {
      // The rarest words make room; the two special tokens stay wherever they stand.
      var room = maximumSize - special.count
      order = order.filter { word in
        if special.contains(word) { return true }
        room -= 1
        return room >= 0
      }
    }
    order += special.filter { counts[$0] == nil }
    return order.map { String(decoding: $0.bytes, as: UTF8.self) }
  }

  /// This vocabulary with `<unk>` as its last token, where it has none and bytes need none.
  ///
  /// Only before training: a model's layers have the size of its vocabulary.
  public func withUnknown() -> Vocabulary {
    guard level != .bytes, unknown == nil else { return self }
    return Vocabulary(checked: level, tokens + [Self.unknownToken])
  }
}

/// Finds words and line ends in the bytes of a text.
enum WordScanner {
  private static let lineEnd = Array(Vocabulary.endOfSentence.utf8)[...]

  /// Calls `body` with every word, and with `<eos>` at every newline.
  static func scan(_ bytes: [UInt8], _ body: (ArraySlice<UInt8>) -> Void) {
    var start = 0
    for (place, byte) in bytes.enumerated() where TextBytes.isBlank(byte) {
      if start < place { body(bytes[start..<place]) }
      if byte == 0x0A { body(lineEnd) }
      start = place + 1
    }
    if start < bytes.count { body(bytes[start...]) }
  }
}
