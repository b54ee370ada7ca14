import TandemDatasets
import TandemLayers
import TandemRuns
import TandemSequences
import TandemTensors

/// The next character, byte or word of a text, read in windows with the state carried on.
public struct LanguageModelTask: SequenceTask {
  /// Where the text is.
  public var place: DataPlace
  public var level: Vocabulary.Level
  /// The most words of the vocabulary.
  public var vocabularySize: Int?
  /// Parts of a text in one file.
  public var fractions: SplitFractions
  /// Whether the state is forgotten at the end of a line.
  public var forgetsAtLineEnd: Bool
  /// Steps of a window.
  public var window = 0
  /// How the lengths of windows vary.
  public var variation: WindowVariation?
  /// What the summed cost of a window is divided by.
  public var lossForm = SequenceTrainerSettings.LossForm.perToken
  /// Whether the last window of an epoch is read although it is shorter.
  public var keepsRemainder = false
  /// How samples are drawn.
  public var sampling = TextSampling()

  public static let traits = SequenceTraits(
    readsTokens: true, canBeTied: true, canDropInputs: true, exampleUnit: .tokens)

  public init(_ section: inout ConfigurationReader) {
    place = DataPlace(&section)
    level = section.choice("level", from: Vocabulary.Level.self, default: .characters)
    vocabularySize =
      level == .words ? section.optionalInteger("vocabularySize", in: 3...10_000_000) : nil
    fractions = SplitFractions(&section, default: .text)
    forgetsAtLineEnd = section.flag("forgetAtLineEnd", default: false)
  }

  public mutating func readTraining(_ section: inout ConfigurationReader) {
    window = section.integer("window", default: 64, in: 1...1_000_000)
    variation = section.optionalSection("windowVariation") { section in
      WindowVariation(
        probability: section.number("probability", default: 0.95, in: 0...1),
        deviation: section.number("deviation", default: 5, in: 0...1e6),
        minimum: section.integer("minimum", default: 5, in: 1...1_000_000))
    }
    keepsRemainder = section.flag("keepRemainder", default: false)
    lossForm = section.choice(
      "loss", from: SequenceTrainerSettings.LossForm.self, default: .perToken)
  }

  public mutating func readSamples(_ section: inout ConfigurationReader) {
    sampling = TextSampling(&section)
  }

  public func located(_ place: (String) -> String) -> LanguageModelTask {
    var copy = self
    copy.place = self.place.located(place)
    return copy
  }

  public func source(batchSize: Int, seed: UInt64) throws -> TextSource {
    let parts =
      switch place {
      case .set: try TextParts(try place.text(for: level), fractions, for: level)
      case .path(let path): try TextParts(contentsOf: path, fractions, for: level)
      }
    return try TextSource(
      try Corpus(parts, level: level, maximumSize: vocabularySize), batchSize: batchSize,
      .init(steps: window, variation: variation, keepsRemainder: keepsRemainder),
      forgetsAtLineEnd: forgetsAtLineEnd, seed: seed)
  }

  public func model(
    _ network: RecurrentConfiguration, _ facts: TextFacts, _ random: inout RandomStream
  ) -> LanguageModel {
    network.languageModel(of: facts.vocabulary, &random)
  }

  public func example(
    _ random: inout RandomStream
  ) -> (facts: TextFacts, batch: SequenceBatch) {
    let vocabulary = Vocabulary.ofLetters("abcde\n")
    func tokens() -> Tensor {
      Tensor(indices: (0..<12).map { _ in random.integer(below: vocabulary.count) }, [4, 3])
    }
    return (TextFacts(vocabulary: vocabulary), SequenceBatch(inputs: tokens(), targets: tokens()))
  }

  public var trainerSettings: SequenceTrainerSettings {
    SequenceTrainerSettings(
      carriesState: true, loss: lossForm, baseLength: variation == nil ? nil : window)
  }

  public var knownSteps: Int { window }

  public var reading: String {
    """
    The loss is in nats per \(level.singular): guessing evenly costs ln(vocabulary), and e^loss, \
    the perplexity, says among how many it is as if the model guessed. Validation rising while \
    training falls is over-fitting.
    """
  }

  public func sample(
    _ model: LanguageModel, _ source: TextSource, step: Int, seed: UInt64, in run: RunDirectory
  ) throws -> [(name: String, value: Double)] {
    try run.saveSample(
      tag: Self.tag, step: step, seed: seed,
      text: try sampling.text(model, source.facts.vocabulary, seed: seed))
    return []
  }

  public func sample(
    _ tag: String, of run: StoredRun, _ model: (TextFacts) -> LanguageModel
  ) throws -> String? {
    guard tag == Self.tag else { return nil }
    let (model, facts) = try run.model(model)
    return try sampling.text(model, facts.vocabulary, seed: run.configuration.settings.seed)
  }

  /// The folder of the texts below `samples`.
  private static let tag = "text"

  public func sampler(
    of run: StoredRun, _ model: (TextFacts) -> LanguageModel
  ) throws -> RunSampler? {
    let (model, facts) = try run.model(model)
    return .text(TextSampler(model, facts.vocabulary, of: run))
  }
}

/// What a text decides of its model.
public struct TextFacts: Codable, Equatable, Sendable {
  public let vocabulary: Vocabulary
}

/// A text in windows.
public struct TextSource: SequenceSource {
  public let facts: TextFacts
  public let notes: [String]
  private var stream: TokenStream
  private let validationTokens: [Int32]
  private let testTokens: [Int32]?

  init(
    _ corpus: Corpus, batchSize: Int, _ cutting: TokenStream.Cutting, forgetsAtLineEnd: Bool,
    seed: UInt64
  ) throws {
    facts = TextFacts(vocabulary: corpus.vocabulary)
    notes = corpus.notes
    stream = try TokenStream(
      corpus.train, batchSize: batchSize, cutting,
      boundary: forgetsAtLineEnd ? corpus.vocabulary.lineEnd : nil, seed: seed)
    validationTokens = corpus.validation
    testTokens = corpus.test
    // Said before the training rather than after its first part.
    _ = try validation()
    _ = try test()
  }

  public var position: TokenStream.Position { stream.position }

  /// What the windows are that a position counts.
  public struct Grain: Codable, Equatable, Sendable {
    let batchSize: Int
    let steps: Int
    let variation: WindowVariation?
  }

  public var grain: Grain? {
    let cutting = stream.cutting
    return Grain(
      batchSize: stream.batchSize, steps: cutting.steps, variation: cutting.variation)
  }

  public mutating func seek(to position: TokenStream.Position, of grain: Grain?) throws -> Bool {
    let leaves = grain != nil && grain != self.grain && position.window > 0
    try stream.seek(to: leaves ? .init(epoch: position.epoch + 1) : position)
    return leaves
  }

  public func batchCount(epochs: Int) -> Int? {
    guard stream.cutting.variation != nil else {
      let (count, isTooLarge) = epochs.multipliedReportingOverflow(by: stream.windowCount())
      return isTooLarge ? .max : count
    }
    return (0..<epochs).reduce(0) { $0 + stream.windowCount(inEpoch: $1) }
  }

  public var epoch: Double {
    Double(stream.position.epoch)
      + Double(stream.position.window)
      / Double(max(stream.windowCount(inEpoch: stream.position.epoch), 1))
  }

  public mutating func next() -> (batch: SequenceBatch, endsEpoch: Bool) {
    let window = stream.next()
    return (SequenceBatch(window), stream.position.window == 0)
  }

  public func validation() throws -> () throws -> SequenceBatch? {
    // A short part is read in as many streams as it gives windows.
    let streams = min(
      stream.batchSize, max(validationTokens.count / (stream.cutting.steps + 1), 1))
    return try batches(of: validationTokens, streams: streams)
  }

  public func test() throws -> (() throws -> SequenceBatch?)? {
    // One stream: every token is predicted from all that stand before it.
    try testTokens.map { try batches(of: $0, streams: 1) }
  }

  private func batches(
    of tokens: [Int32], streams: Int
  ) throws -> () throws -> SequenceBatch? {
    let steps = min(stream.cutting.steps, max(tokens.count - 1, 1))
    var reader = try TokenStream(
      tokens, batchSize: streams, .init(steps: steps, keepsRemainder: streams == 1),
      boundary: stream.boundary)
    return { reader.position.epoch > 0 ? nil : SequenceBatch(reader.next()) }
  }
}

extension SequenceBatch {
  /// A window of a text.
  init(_ window: TokenWindow) {
    let shape: Shape = [window.steps, window.batchSize]
    self.init(
      inputs: Tensor(tokens: window.inputs, shape),
      targets: Tensor(tokens: window.targets, shape),
      resets: window.resets.map { Tensor($0, shape) })
  }
}
