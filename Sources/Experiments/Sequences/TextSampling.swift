import TandemDatasets
import TandemRuns
import TandemSequences
import TandemTensors

/// How a language model's samples are drawn in training: keys of the `samples` section.
public struct TextSampling: Sendable {
  /// Tokens of a sample.
  public var length = 500
  /// Samples of a file.
  public var count = 1
  /// What samples begin with.
  public var prime = "\n"
  /// Which tokens can be drawn, and how likely each is.
  public var filter = TokenFilter.asPredicted

  /// Samples with nothing special about them.
  init() {}

  /// Reads the keys.
  init(_ section: inout ConfigurationReader) {
    length = section.integer("length", default: 500, in: 1...1_000_000)
    count = section.integer("count", default: 1, in: 1...1000)
    prime = section.text("prime", default: "\n")
    filter = TokenFilter(&section)
  }

  /// The samples of a model, each under the other.
  func text(
    _ model: LanguageModel, _ vocabulary: Vocabulary, seed: UInt64
  ) throws -> String {
    let tokens = vocabulary.encode(prime).tokens.map { Int($0) }
    var sampler = try TokenSampler(
      model, filter: filter,
      count: count, prime: tokens, random: RandomStream(seed: seed, name: "samples"))
    let samples = sampler.generate(length)
    return samples.map { vocabulary.decode((tokens + $0).map { Int32($0) }) }
      .joined(separator: "\n\n") + "\n"
  }
}

extension TokenFilter {
  /// Reads `temperature`, `topK` and `topP` in a `samples` section.
  init(_ section: inout ConfigurationReader) {
    let temperature = section.number("temperature", default: 1, in: 0...100)
    let topK = section.optionalInteger("topK", in: 1...)
    let topP = section.optionalNumber("topP", in: 1e-9...1)
    do {
      self = try TokenFilter(temperature: temperature, topK: topK, topP: topP)
    } catch {
      section.problem(at: "temperature", error.description)
      self = .asPredicted
    }
  }
}

extension Vocabulary.Level {
  /// One token of this level in a sentence.
  var singular: String {
    switch self {
    case .characters: "character"
    case .bytes: "byte"
    case .words: "word"
    }
  }
}

extension Vocabulary {
  /// The characters of a short text as a vocabulary, for examples.
  static func ofLetters(_ letters: String) -> Vocabulary {
    guard let vocabulary = try? Vocabulary(of: Text(letters), level: .characters) else {
      fatalError("letters are always a vocabulary")
    }
    return vocabulary
  }
}
