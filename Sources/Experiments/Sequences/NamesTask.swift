import TandemDatasets
import TandemLayers
import TandemRuns
import TandemSequences
import TandemTensors

/// Names or other short texts, one a line, each learnt as a sequence of its own; see `NameList`.
public struct NamesTask: SequenceTask {
  /// What a token of a name is.
  public enum Level: String, CaseIterable, Sendable {
    case characters, bytes
  }

  /// Where the list is.
  public var place: DataPlace
  public var level: Level
  /// The share of the names to validate on.
  public var validation: Double
  /// How samples are drawn.
  public var sampling = NameSampling()

  public static let traits = SequenceTraits(
    readsTokens: true, canBeTied: true, canDropInputs: true, exampleUnit: .tokens)

  public init(_ section: inout ConfigurationReader) {
    place = DataPlace(&section)
    level = section.choice("level", from: Level.self, default: .characters)
    validation = section.number("validation", default: 0.1, in: 1e-6..<1)
  }

  public mutating func readSamples(_ section: inout ConfigurationReader) {
    sampling = NameSampling(&section)
  }

  public func located(_ place: (String) -> String) -> NamesTask {
    var copy = self
    copy.place = self.place.located(place)
    return copy
  }

  public func source(batchSize: Int, seed: UInt64) throws -> NamesSource {
    let level: Vocabulary.Level = level == .bytes ? .bytes : .characters
    let list = try NameList(try place.text(for: level), level: level)
    return try NamesSource(list, validation: validation, batchSize: batchSize, seed: seed)
  }

  public func model(
    _ network: RecurrentConfiguration, _ facts: NamesFacts, _ random: inout RandomStream
  ) -> LanguageModel {
    network.languageModel(of: facts.vocabulary, &random)
  }

  public func example(
    _ random: inout RandomStream
  ) -> (facts: NamesFacts, batch: SequenceBatch) {
    let vocabulary = Vocabulary.ofLetters("abcde\n")
    func tokens() -> Tensor {
      Tensor(indices: (0..<12).map { _ in random.integer(below: vocabulary.count) }, [4, 3])
    }
    let batch = SequenceBatch(
      inputs: tokens(), targets: tokens(), lengths: Tensor(indices: [4, 2, 3]))
    return (
      NamesFacts(vocabulary: vocabulary, boundary: vocabulary.lineEnd ?? 0, longest: 3), batch
    )
  }

  public var trainerSettings: SequenceTrainerSettings {
    SequenceTrainerSettings(carriesState: false)
  }

  /// A name has at least a step and its end.
  public var knownSteps: Int { 2 }

  public var reading: String {
    """
    The loss is in nats per \(level == .bytes ? "byte" : "character"), the end of a name counted: \
    guessing evenly costs ln(vocabulary). `names/new` is the share of the sampled names that are \
    not on the list; one near 0 says that the list was learnt by heart.
    """
  }

  public var readings: [String: String] {
    [
      "names/new": """
      The share of the sampled names that are not on the list learnt from; near 0 the list is \
      learnt by heart.
      """
    ]
  }

  public func sample(
    _ model: LanguageModel, _ source: NamesSource, step: Int, seed: UInt64, in run: RunDirectory
  ) throws -> [(name: String, value: Double)] {
    let names = try sampling.names(model, source.facts, seed: seed)
    try run.saveSample(
      tag: Self.tag, step: step, seed: seed, text: text(of: names, source.facts))
    return [("names/new", source.newShare(of: names))]
  }

  public func sample(
    _ tag: String, of run: StoredRun, _ model: (NamesFacts) -> LanguageModel
  ) throws -> String? {
    guard tag == Self.tag else { return nil }
    let (model, facts) = try run.model(model)
    let seed = run.configuration.settings.seed
    return text(of: try sampling.names(model, facts, seed: seed), facts)
  }

  /// The folder of the names below `samples`.
  private static let tag = "names"

  private func text(of names: [[Int32]], _ facts: NamesFacts) -> String {
    names.map { facts.vocabulary.decode($0) + "\n" }.joined()
  }

  public func sampler(
    of run: StoredRun, _ model: (NamesFacts) -> LanguageModel
  ) throws -> RunSampler? {
    let (model, facts) = try run.model(model)
    return .text(
      TextSampler(
        model, facts.vocabulary, boundary: Int(facts.boundary),
        usualLength: max(2 * facts.longest, 1), of: run))
  }
}

/// What a list of names decides of its model.
public struct NamesFacts: Codable, Equatable, Sendable {
  public let vocabulary: Vocabulary
  /// The token before and after every name.
  public let boundary: Int32
  /// The tokens of the longest name.
  public let longest: Int

  init(vocabulary: Vocabulary, boundary: Int32, longest: Int) {
    self.vocabulary = vocabulary
    self.boundary = boundary
    self.longest = longest
  }

  /// Reads what a checkpoint holds, and checks that the model can be given it.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    vocabulary = try values.decode(Vocabulary.self, forKey: .vocabulary)
    boundary = try values.decode(Int32.self, forKey: .boundary)
    longest = try values.decode(Int.self, forKey: .longest)
    guard 0..<vocabulary.count ~= Int(boundary) else {
      throw DecodingError.dataCorruptedError(
        forKey: .boundary, in: values, debugDescription: "\(boundary) is no token")
    }
    guard 0...500_000 ~= longest else {
      throw DecodingError.dataCorruptedError(
        forKey: .longest, in: values, debugDescription: "\(longest) is no length of a name")
    }
  }
}

/// How names are drawn in training: keys of the `samples` section.
public struct NameSampling: Sendable {
  /// Names of a sample.
  public var count = 20
  /// Which tokens can be drawn, and how likely each is.
  public var filter = TokenFilter.asPredicted

  /// Samples with nothing special about them.
  init() {}

  /// Reads the keys.
  init(_ section: inout ConfigurationReader) {
    count = section.integer("count", default: 20, in: 1...10_000)
    filter = TokenFilter(&section)
  }

  /// The tokens of names drawn from a model, without boundary; what has not ended at twice the
  /// length of the longest name of the list is cut there.
  func names(
    _ model: LanguageModel, _ facts: NamesFacts, seed: UInt64
  ) throws -> [[Int32]] {
    var sampler = try TokenSampler(
      model, filter: filter,
      count: count, prime: [Int(facts.boundary)],
      random: RandomStream(seed: seed, name: "samples"))
    return sampler.generate(2 * facts.longest, until: Int(facts.boundary))
      .map { $0.map { Int32($0) } }
  }
}

/// Names in batches.
public struct NamesSource: SampledSource {
  public let facts: NamesFacts
  public let notes: [String]
  private let train: NameList
  private let held: NameList
  private let known: Set<[Int32]>
  public var sampler: BatchSampler

  init(_ list: NameList, validation: Double, batchSize: Int, seed: UInt64) throws {
    facts = NamesFacts(
      vocabulary: list.vocabulary, boundary: list.boundary, longest: list.longest)
    notes = list.note.map { [$0] } ?? []
    (train, held) = try list.split(validation: validation, seed: seed)
    known = Set(train.names)
    sampler = try train.sampler(batchSize: batchSize, seed: seed)
  }

  /// The share of names that the model was not shown.
  func newShare(of names: [[Int32]]) -> Double {
    Double(names.count { !$0.isEmpty && !known.contains($0) }) / Double(max(names.count, 1))
  }

  public func batch(at indices: [Int]) throws -> SequenceBatch {
    SequenceBatch(try train.batch(at: indices))
  }

  public func validation() throws -> () throws -> SequenceBatch? {
    try batches(of: held.count, size: sampler.batchSize) {
      SequenceBatch(try held.batch(at: $0))
    }
  }
}

extension SequenceBatch {
  /// Token sequences of different lengths.
  init(_ batch: PaddedTokens) {
    let shape: Shape = [batch.steps, batch.batchSize]
    self.init(
      inputs: Tensor(tokens: batch.inputs, shape), targets: Tensor(tokens: batch.targets, shape),
      lengths: Tensor(tokens: batch.lengths, [batch.batchSize]))
  }
}
