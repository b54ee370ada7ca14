/// A generated task of rewriting one text as another, for an encoder and a decoder.
///
/// Endless: a pair is a pure function of (seed, part, index).
public protocol PairTask: Sendable {
  /// What reports call the task.
  var name: String { get }
  /// The tokens of the texts to read; the newline pads.
  var source: Vocabulary { get }
  /// The tokens of the texts to write; the newline begins and ends each.
  var target: Vocabulary { get }

  /// The pair number `index` of a part.
  func pair(_ part: TaskPart, _ index: Int) -> TextPair
}

/// A text and what it is to be rewritten as.
public struct TextPair: Hashable, Sendable {
  /// What is read.
  public let source: String
  /// What is to be written.
  public let target: String

  /// A pair of texts.
  public init(source: String, target: String) {
    self.source = source
    self.target = target
  }
}

/// Pairs of token sequences of different lengths side by side, time-major.
public struct PairBatch: Hashable, Sendable {
  /// S: the steps of the longest source.
  public let sourceSteps: Int
  /// B: the number of pairs.
  public let batchSize: Int
  /// The tokens to read, [S, B]: step s of pair b is at s B + b; the boundary where padded.
  public let source: [Int32]
  /// The tokens of each source, [B].
  public let sourceLengths: [Int32]
  /// 1 on the tokens of a source, 0 on padding, [S, B].
  public let sourceMask: [Float]
  /// What the decoder reads and predicts, [T, B]: its inputs begin, its targets end with the
  /// boundary.
  public let target: PaddedTokens
}

extension PairTask {
  /// The `size` pairs of a step, counted from 0.
  ///
  /// - Throws: `DatasetError.invalid` for a size or step out of range.
  public func batch(_ part: TaskPart = .train, step: Int, size: Int) throws -> PairBatch {
    try batch(of: exampleIndices(step: step, size: size).map { pair(part, $0) })
  }

  /// These pairs as token sequences; characters the vocabularies have not are skipped.
  ///
  /// - Throws: `DatasetError.invalid` without a pair, or for vocabularies without newline.
  public func batch(of pairs: [TextPair]) throws -> PairBatch {
    guard !pairs.isEmpty, let pad = source.lineEnd, let boundary = target.lineEnd else {
      throw DatasetError.invalid(
        parameter: name, reason: "a batch needs a pair and vocabularies with a newline")
    }
    let sources = pairs.map { source.encode($0.source).tokens }
    let steps = sources.map(\.count).max() ?? 0
    var tokens = [Int32](repeating: pad, count: steps * pairs.count)
    var mask = [Float](repeating: 0, count: steps * pairs.count)
    for (place, source) in sources.enumerated() {
      for (step, token) in source.enumerated() {
        tokens[step * pairs.count + place] = token
        mask[step * pairs.count + place] = 1
      }
    }
    return PairBatch(
      sourceSteps: steps, batchSize: pairs.count, source: tokens,
      sourceLengths: sources.map { Int32($0.count) }, sourceMask: mask,
      target: PaddedTokens(pairs.map { target.encode($0.target).tokens }, boundary: boundary))
  }
}
