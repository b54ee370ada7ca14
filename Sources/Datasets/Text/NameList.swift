/// A list of names or other short texts, one a line, each learnt as a sequence of its own.
///
/// The newline is the vocabulary's boundary: it begins and ends every name, so that sampled tokens
/// decode to one name a line.
public struct NameList: Sendable {
  /// What reports call the list.
  public let name: String
  /// The tokens of the names.
  public let vocabulary: Vocabulary
  /// The tokens of each name, without boundary.
  public let names: [[Int32]]
  /// The token before and after every name.
  public let boundary: Int32
  /// What of the names the vocabulary has not, for the user; nil if nothing.
  public let note: String?

  /// The names of a text; blank lines are skipped and blanks around a name removed.
  ///
  /// - Parameters:
  ///   - level: characters or bytes.
  ///   - vocabulary: that of a checkpoint; nil builds one from the names.
  /// - Throws: `DatasetError.unsuitable` when there is no name; `.invalid` for words, or a
  ///   vocabulary without newline.
  public init(
    _ text: Text, level: Vocabulary.Level = .characters, vocabulary: Vocabulary? = nil
  ) throws {
    let level = vocabulary?.level ?? level
    guard level != .words else {
      throw DatasetError.invalid(
        parameter: "level", reason: "names are made of characters or bytes, not of words")
    }
    let lines = text.bytes.split(separator: 0x0A).map(Self.trimmed).filter { !$0.isEmpty }
    guard !lines.isEmpty else {
      throw DatasetError.unsuitable(path: text.name, reason: "has no names, one a line")
    }
    let clean = Text(checked: Array(lines.joined(separator: [0x0A])) + [0x0A], name: text.name)
    let vocabulary = try vocabulary ?? Vocabulary(of: clean, level: level)
    guard let boundary = vocabulary.lineEnd else {
      throw DatasetError.invalid(
        parameter: "vocabulary", reason: "has no newline, the boundary of names")
    }
    let encoding = vocabulary.encode(clean)
    self.init(
      name: text.name, vocabulary: vocabulary,
      names: encoding.tokens.split(separator: boundary).map(Array.init), boundary: boundary,
      note: encoding.note.map { "\(text.name): \($0)" })
  }

  private init(
    name: String, vocabulary: Vocabulary, names: [[Int32]], boundary: Int32, note: String?
  ) {
    self.name = name
    self.vocabulary = vocabulary
    self.names = names
    self.boundary = boundary
    self.note = note
  }

  /// The number of names.
  public var count: Int { names.count }
  /// The tokens of the longest name, boundaries not counted.
  public var longest: Int { names.map(\.count).max() ?? 0 }

  /// A random `fraction` of the names to validate on, the others to learn from; the same for the
  /// same seed.
  ///
  /// - Throws: `DatasetError.invalid` when one part would be empty.
  public func split(
    validation fraction: Double = 0.1, seed: UInt64
  ) throws -> (train: NameList, validation: NameList) {
    let held = fraction >= 0 && fraction <= 1 ? Int(fraction * Double(count)) : 0
    guard held >= 1, held < count else {
      throw DatasetError.invalid(
        parameter: "validation", reason: "\(fraction) of \(count) names leaves a part empty")
    }
    let order = Philox(seed: seed).permutation(of: count, round: 0)
    func part(_ places: ArraySlice<Int>, _ part: String) -> NameList {
      NameList(
        name: "\(name) (\(part))", vocabulary: vocabulary, names: places.sorted().map { names[$0] },
        boundary: boundary, note: nil)
    }
    return (part(order[held...], "train"), part(order[..<held], "validation"))
  }

  /// The order in which names are learnt: every epoch a fresh permutation.
  ///
  /// - Throws: `DatasetError.invalid` as `BatchSampler` does.
  public func sampler(
    batchSize: Int, seed: UInt64, from position: BatchSampler.Position = .init()
  ) throws -> BatchSampler {
    try BatchSampler(count: count, batchSize: batchSize, seed: seed, from: position)
  }

  /// The names at `indices`, [T, B], T being one more than the longest of them has tokens.
  ///
  /// - Throws: `DatasetError.invalid` when an index is out of range.
  public func batch(at indices: [Int]) throws -> PaddedTokens {
    try checkIndices(indices, count: count, name: name)
    return PaddedTokens(indices.map { names[$0] }, boundary: boundary)
  }

  /// `bytes` without the blanks at both ends.
  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var line = bytes.drop(while: TextBytes.isBlank)
    while let last = line.last, TextBytes.isBlank(last) { line.removeLast() }
    return line
  }
}
