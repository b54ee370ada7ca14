/// A text's parts as token numbers, with the vocabulary that numbers them.
public struct Corpus: Sendable {
  /// The tokens a model of this text knows.
  public let vocabulary: Vocabulary
  /// What is learnt from.
  public let train: [Int32]
  /// What tells when to stop.
  public let validation: [Int32]
  /// What is looked at once, at the end; nil where there is none.
  public let test: [Int32]?
  /// One line each for the user: what of the parts the vocabulary has not.
  public let notes: [String]

  /// Builds the vocabulary of the training part and numbers all parts by it.
  ///
  /// Characters get `<unk>` where asked for, and where another part has ones that the training
  /// part has not.
  ///
  /// - Throws: `DatasetError.invalid` as for the vocabulary.
  public init(
    _ parts: TextParts, level: Vocabulary.Level, maximumSize: Int? = nil, unknown: Bool = false
  ) throws {
    var vocabulary = try Vocabulary(
      of: parts.train, level: level, maximumSize: maximumSize, unknown: unknown)
    let others = [parts.validation] + (parts.test.map { [$0] } ?? [])
    if level == .characters, !unknown,
      others.contains(where: { !vocabulary.encode($0).unseen.isEmpty })
    {
      vocabulary = vocabulary.withUnknown()
    }
    self.init(parts, vocabulary)
  }

  /// Numbers all parts by a vocabulary that is given: that of a checkpoint.
  public init(_ parts: TextParts, _ vocabulary: Vocabulary) {
    var notes: [String] = []
    func tokens(_ text: Text) -> [Int32] {
      let encoding = vocabulary.encode(text)
      if let note = encoding.note { notes.append("\(text.name): \(note)") }
      return encoding.tokens
    }
    self.vocabulary = vocabulary
    train = tokens(parts.train)
    validation = tokens(parts.validation)
    test = parts.test.map(tokens)
    self.notes = notes
  }
}
