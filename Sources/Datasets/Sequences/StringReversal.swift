/// To write a random word backwards: "tandem" becomes "mednat".
public struct StringReversal: PairTask {
  public let name = "string reversal"
  public let source: Vocabulary
  public let target: Vocabulary
  /// The lengths of the words, all equally likely.
  public let lengths: ClosedRange<Int>
  /// The seed of all pairs.
  public let seed: UInt64

  private let letters: [Unicode.Scalar]
  private let random: Philox

  /// Words of the letters of `alphabet`, all equally likely.
  ///
  /// - Throws: `DatasetError.invalid` when the alphabet is empty, repeats a letter or has the
  ///   newline, or a length is below 1.
  public init(
    alphabet: String = "abcdefghijklmnopqrstuvwxyz", lengths: ClosedRange<Int> = 1...10,
    seed: UInt64
  ) throws {
    let letters = Array(alphabet.unicodeScalars)
    guard !letters.isEmpty, !letters.contains("\n"), Set(letters).count == letters.count else {
      throw DatasetError.invalid(
        parameter: "alphabet",
        reason: "\(alphabet.debugDescription) is not a list of different letters")
    }
    guard lengths.lowerBound >= 1, lengths.upperBound <= 1 << 24 else {
      throw DatasetError.invalid(
        parameter: "lengths", reason: "\(lengths) is not within 1 ... 2^24")
    }
    self.letters = letters
    self.lengths = lengths
    self.seed = seed
    random = Philox(seed: seed)
    source = try Vocabulary(level: .characters, tokens: ["\n"] + letters.map { String($0) })
    target = source
  }

  public func pair(_ part: TaskPart, _ index: Int) -> TextPair {
    var draws = PhiloxDraws(random, part.stream, index)
    let length = lengths.lowerBound + draws.below(lengths.count)
    let word = (0..<length).map { _ in letters[draws.below(letters.count)] }
    func text(_ letters: some Sequence<Unicode.Scalar>) -> String {
      var text = String.UnicodeScalarView()
      text.append(contentsOf: letters)
      return String(text)
    }
    return TextPair(source: text(word), target: text(word.reversed()))
  }
}
