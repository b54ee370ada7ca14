import TandemDatasets
import TandemRuns
import TandemSequences
import TandemTensors

/// Draws texts from the language model of a run.
public struct TextSampler: Sendable {
  /// What is asked for.
  public struct Request: Sendable {
    /// What every sample begins with.
    public var prime = ""
    /// Tokens of a sample behind the prime, at most; the sampler's usual number if absent.
    public var length: Int?
    /// Samples.
    public var count = 1
    /// How tokens are drawn.
    public var method = Method.drawing(.usual)
    /// What the random numbers follow from.
    public var seed: UInt64

    /// How tokens are found.
    public enum Method: Sendable {
      /// Each is drawn.
      case drawing(TokenFilter)
      /// The likeliest texts are searched for, with a beam of so many.
      case search(beam: Int)
    }

    /// One sample as the model predicts unless told otherwise.
    public init(seed: UInt64) { self.seed = seed }
  }

  /// One sample.
  public struct Sample: Sendable, Equatable, Encodable {
    /// Its number, from 0: what is drawn depends on it and the seed, not on how many there are.
    public let sample: Int
    /// Steps that the model had been trained for.
    public let step: Int
    /// What was drawn follows from it; nil of a search, which draws nothing.
    public let seed: UInt64?
    /// The sample with its prime.
    public let text: String
    /// The numbers of the text's tokens in the vocabulary.
    public let tokens: [Int]
    /// The natural logarithm of the probability of what was found behind the prime; nil of a draw.
    public let logProbability: Double?
  }

  public let model: LanguageModel
  /// The tokens that the model knows.
  public let vocabulary: Vocabulary
  /// The token before and after every sample, as of names; nil where a sample is a piece of a text
  /// without end.
  public let boundary: Int?
  /// Tokens of a sample behind the prime, at most, where a request does not say.
  public let usualLength: Int
  /// Steps that the model had been trained for.
  public let step: Int
  /// What the run's random numbers follow from.
  public let runSeed: UInt64

  /// A sampler of a model of that vocabulary.
  public init(
    _ model: LanguageModel, _ vocabulary: Vocabulary, boundary: Int? = nil,
    usualLength: Int = 500, step: Int = 0, runSeed: UInt64 = 1
  ) {
    self.model = model
    self.vocabulary = vocabulary
    self.boundary = boundary
    self.usualLength = usualLength
    self.step = step
    self.runSeed = runSeed
  }

  /// A sampler of the model of a run.
  init(
    _ model: LanguageModel, _ vocabulary: Vocabulary, boundary: Int? = nil,
    usualLength: Int = 500, of run: StoredRun
  ) {
    self.init(
      model, vocabulary, boundary: boundary, usualLength: usualLength, step: run.checkpoint.step,
      runSeed: run.record.seed)
  }

  /// What of a prime the model does not know, in a line; nil where it knows all.
  public func note(on prime: String) -> String? { vocabulary.encode(prime).note }

  /// Draws samples one after the other.
  ///
  /// Without a prime a piece of text begins where a line does, or with any token if the vocabulary
  /// has no lines. What the model does not know of a prime is left out; see `note`.
  ///
  /// - Parameters:
  ///   - write: Given the text as it is drawn, piece by piece, the prime first, with the number of
  ///     its sample; from a search given at once.
  ///   - finish: Given every sample when it is whole.
  /// - Throws: `SamplingRequestError` for a search that cannot be made; what the bodies throw.
  public func draw(
    _ request: Request, write: (_ piece: String, _ sample: Int) throws -> Void = { _, _ in },
    finish: (Sample) throws -> Void
  ) throws {
    let start = self.start(request.prime)
    switch request.method {
    case .drawing(let filter):
      for sample in 0..<request.count {
        try finish(
          try draw(sample, request, filter, start) { try write($0, sample) })
      }
    case .search(let beam):
      for sample in try search(request, beam: beam, start) {
        try write(sample.text, sample.sample)
        try finish(sample)
      }
    }
  }

  /// Where samples begin.
  private struct Start {
    /// The prime's tokens, part of the sample.
    let prime: [Int]
    /// What the model reads first, with what comes before a sample in front where it is needed.
    let read: [Int]
  }

  private func start(_ prime: String) -> Start {
    let tokens = vocabulary.encode(prime).tokens.map { Int($0) }
    let before = boundary ?? (tokens.isEmpty ? vocabulary.lineEnd.map { Int($0) } : nil)
    return Start(prime: tokens, read: (before.map { [$0] } ?? []) + tokens)
  }

  private func draw(
    _ index: Int, _ request: Request, _ filter: TokenFilter, _ start: Start,
    _ write: (String) throws -> Void
  ) throws -> Sample {
    var sampler = try TokenSampler(
      model, filter: filter, prime: start.read,
      random: RandomStream(seed: request.seed, name: "samples").child("\(index)"))
    var decoder = StreamDecoder(vocabulary)
    var (text, tokens) = ("", start.prime)
    func take(_ piece: String) throws {
      if piece.isEmpty { return }
      text += piece
      try write(piece)
    }
    for token in start.prime { try take(decoder.append(Int32(token))) }
    for _ in 0..<(request.length ?? usualLength) {
      let token = sampler.next()
      if token == boundary { break }
      tokens.append(token)
      try take(decoder.append(Int32(token)))
    }
    try take(decoder.finish())
    return Sample(
      sample: index, step: step, seed: request.seed, text: text, tokens: tokens,
      logProbability: nil)
  }

  private func search(_ request: Request, beam: Int, _ start: Start) throws -> [Sample] {
    guard !start.read.isEmpty else {
      throw SamplingRequestError(
        "a search needs a prime to begin with: the vocabulary has no line ends")
    }
    let search = try BeamSearch(
      beam: beam, length: request.length ?? usualLength, end: boundary)
    return try model.search(search, prime: start.read).prefix(request.count).enumerated().map {
      let tokens = start.prime + $1.tokens
      return Sample(
        sample: $0, step: step, seed: nil, text: vocabulary.decode(tokens.map { Int32($0) }),
        tokens: tokens, logProbability: $1.logProbability)
    }
  }
}

extension TokenFilter {
  /// Draws as the model predicts.
  public static var usual: TokenFilter {
    guard let filter = try? TokenFilter() else { preconditionFailure("the defaults are valid") }
    return filter
  }
}
