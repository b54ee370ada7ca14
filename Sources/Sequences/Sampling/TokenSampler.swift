import TandemLayers
import TandemTensors

/// Draws tokens from a language model one by one, each fed back for the next.
///
///     var sampler = try TokenSampler(model, filter: filter, prime: tokens, random: stream)
///     for _ in 0..<200 { print(vocabulary[sampler.next()], terminator: "") }
///
/// Several samples can be drawn side by side, each from a random stream of its own.
public struct TokenSampler: Sendable {
  public let model: LanguageModel
  public let filter: TokenFilter
  /// Samples drawn side by side.
  public let count: Int
  /// What the model has made of the tokens fed so far.
  private var state: RecurrentState?
  /// Tokens to be fed before the next draw, int32 `[T, count]`.
  private var pending: Tensor?
  private var streams: [RandomStream]
  private var selection = TokenSelection()

  /// A sampler that goes on behind `prime`.
  ///
  /// - Parameters:
  ///   - count: Samples drawn side by side, all behind the same prime.
  ///   - prime: Tokens that the model reads first. Behind none the first token of a sample is any,
  ///     each equally likely: the model predicts nothing there.
  ///   - random: Sample i draws from its child `i`.
  /// - Throws: `SamplingError` for a token that the model does not know, or no samples.
  public init(
    _ model: LanguageModel, filter: TokenFilter, count: Int = 1, prime: [Int],
    random: RandomStream
  ) throws(SamplingError) {
    guard count > 0 else { throw .noSamples(count) }
    self.model = model
    self.filter = filter
    self.count = count
    streams = (0..<count).map { random.child("\($0)") }
    try feed(prime)
  }

  /// Lets the model read tokens before the next draw.
  ///
  /// - Throws: `SamplingError` for a token that the model does not know.
  public mutating func feed(_ tokens: [Int]) throws(SamplingError) {
    if tokens.isEmpty { return }
    try SamplingError.check(tokens, vocabulary: model.vocabulary)
    let count = count
    let more = Tensor(
      indices: tokens.flatMap { [Int](repeating: $0, count: count) }, [tokens.count, count])
    pending = pending.map { .concatenate([$0, more]) } ?? more
  }

  /// The next token of the first sample.
  public mutating func next() -> Int {
    var result = 0
    advance { if $0 == 0 { result = $1 } }
    return result
  }

  /// The next token of every sample.
  public mutating func nextTokens() -> [Int] {
    var result = [Int](repeating: 0, count: count)
    advance { result[$0] = $1 }
    return result
  }

  /// Draws `length` tokens of each sample, or up to its end.
  ///
  /// - Parameters:
  ///   - end: The token that ends a sample; it is not part of it.
  ///   - isWanted: Told of each token as it is drawn, with the number of its sample; drawing stops
  ///     where it returns false.
  /// - Returns: The tokens of each sample.
  public mutating func generate(
    _ length: Int, until end: Int? = nil,
    _ isWanted: (_ sample: Int, _ token: Int) throws -> Bool
  ) rethrows -> [[Int]] {
    var samples = [[Int]](repeating: [], count: count)
    var isOpen = [Bool](repeating: true, count: count)
    for _ in 0..<max(length, 0) {
      for (sample, token) in nextTokens().enumerated() where isOpen[sample] {
        if token == end {
          isOpen[sample] = false
          continue
        }
        samples[sample].append(token)
        if try !isWanted(sample, token) { return samples }
      }
      if !isOpen.contains(true) { break }
    }
    return samples
  }

  /// Draws `length` tokens of each sample, or up to the token that ends it.
  public mutating func generate(_ length: Int, until end: Int? = nil) -> [[Int]] {
    generate(length, until: end) { _, _ in true }
  }

  /// Draws a token of each sample, and keeps them to be fed.
  private mutating func advance(_ take: (_ sample: Int, _ token: Int) -> Void) {
    let vocabulary = model.vocabulary
    guard let pending else {
      let drawn = streams.indices.map { streams[$0].integer(below: vocabulary) }
      for (sample, token) in drawn.enumerated() { take(sample, token) }
      self.pending = Tensor(indices: drawn, [1, count])
      return
    }
    let (logits, next) = model.nextLogits(pending, state: state)
    state = next
    var drawn = [Int](repeating: 0, count: count)
    logits.converted(to: .float32).withUnsafeBytes { bytes in
      let all = bytes.bindMemory(to: Float.self)
      for sample in 0..<count {
        let row = UnsafeBufferPointer(
          rebasing: all[(sample * vocabulary)..<((sample + 1) * vocabulary)])
        selection.select(filter, row)
        drawn[sample] =
          selection.tokens.count == 1
          ? Int(selection.tokens[0]) : selection.token(at: streams[sample].unit())
      }
    }
    for sample in 0..<count { take(sample, drawn[sample]) }
    self.pending = Tensor(indices: drawn, [1, count])
  }
}

/// A request for samples that cannot be met.
public enum SamplingError: Error, Sendable, Hashable, CustomStringConvertible {
  case noSamples(Int)
  case unknownToken(Int, vocabulary: Int)
  case noPrime
  case emptySource

  public var description: String {
    switch self {
    case .noSamples(let count): "\(count) samples were asked for, it must be at least 1"
    case .unknownToken(let token, let vocabulary):
      "token \(token) is not in the vocabulary of \(vocabulary) tokens"
    case .noPrime: "a search needs at least one token to begin with"
    case .emptySource: "a source to be read has no tokens"
    }
  }

  static func check(_ tokens: [Int], vocabulary: Int) throws(SamplingError) {
    if let token = tokens.first(where: { !(0..<vocabulary).contains($0) }) {
      throw .unknownToken(token, vocabulary: vocabulary)
    }
  }
}

extension RandomStream {
  /// A number in `0 ..< 1` of 53 random bits.
  mutating func unit() -> Double { Double(integer(below: 1 << 53)) * 0x1p-53 }
}

extension LanguageModel {
  /// The logits `[B, vocabulary]` of what follows the last of the tokens `[T, B]`, outside of
  /// training.
  func nextLogits(
    _ tokens: Tensor, state: RecurrentState?
  ) -> (logits: Tensor, state: RecurrentState) {
    var pass = Pass.inference
    let x = inputDropout(embedding(tokens, &pass), &pass)
    let (output, state) = recurrent(x, state: state, lengths: nil, &pass)
    let steps = output.shape[0]
    let last = output.slice(axis: 0, (steps - 1)..<steps)
      .reshaped(to: Array(output.shape.dropFirst()))
    return (last.linear(decoderWeight ?? embedding.weight, bias: decoderBias), state)
  }
}
