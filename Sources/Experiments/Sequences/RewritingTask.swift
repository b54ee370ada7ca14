import TandemDatasets
import TandemLayers
import TandemRuns
import TandemSequences
import TandemTensors

/// Sequence to sequence: strings written backwards, or dates in the one form of ISO 8601.
public struct RewritingTask: SequenceTask {
  /// What is rewritten as what.
  public enum Rewriting: Sendable {
    /// Strings of lower-case letters, backwards.
    case reversal(lengths: ClosedRange<Int>)
    /// Dates in many forms, as 1998-05-03.
    case dates
  }

  private enum Kind: String, CaseIterable {
    case reversal, dates
  }

  public var rewriting: Rewriting
  /// Batches of a validation.
  public var validationBatches: Int
  /// Pairs of a sample.
  public var count = 10

  public static let traits = SequenceTraits(
    readsTokens: true, canBeBidirectional: true, isEncoderDecoder: true, watch: .exactMatch,
    isEndless: true, exampleUnit: .sequences)

  public init(_ section: inout ConfigurationReader) {
    switch section.kind(from: Kind.self) {
    case .reversal:
      let shortest = section.integer("shortest", default: 1, in: 1...1000)
      let longest = section.integer("longest", default: 10, in: 1...1000)
      if shortest > longest {
        section.problem(
          at: "shortest", "\(shortest) is above longest, \(longest)", comparing: ["longest"])
      }
      rewriting = .reversal(lengths: min(shortest, longest)...longest)
    case .dates: rewriting = .dates
    }
    validationBatches = section.validationBatches()
  }

  public mutating func readSamples(_ section: inout ConfigurationReader) {
    count = section.integer("count", default: 10, in: 1...1000)
  }

  public func source(batchSize: Int, seed: UInt64) throws -> RewritingSource {
    let task: any PairTask =
      switch rewriting {
      case .reversal(let lengths): try StringReversal(lengths: lengths, seed: seed)
      case .dates: DateRewriting(seed: seed)
      }
    return RewritingSource(task, batchSize: batchSize, validationBatches: validationBatches)
  }

  public func model(
    _ network: RecurrentConfiguration, _ facts: RewritingFacts, _ random: inout RandomStream
  ) -> SequenceToSequence {
    // The newline begins a target and ends it.
    let boundary = Int(facts.target.lineEnd ?? 0)
    return SequenceToSequence(
      network.encoderDecoder(source: facts.source, target: facts.target, &random),
      start: boundary, end: boundary)
  }

  public func example(
    _ random: inout RandomStream
  ) -> (facts: RewritingFacts, batch: SequenceBatch) {
    let vocabulary = Vocabulary.ofLetters("\nabcd")
    func tokens(_ steps: Int) -> Tensor {
      Tensor(
        indices: (0..<(3 * steps)).map { _ in random.integer(below: vocabulary.count) }, [steps, 3])
    }
    return (
      RewritingFacts(source: vocabulary, target: vocabulary),
      SequenceBatch(
        inputs: tokens(4), targets: tokens(3), lengths: Tensor(indices: [4, 2, 3]),
        targetLengths: Tensor(indices: [3, 3, 1]))
    )
  }

  public var trainerSettings: SequenceTrainerSettings {
    SequenceTrainerSettings(carriesState: false, watch: Self.traits.watch)
  }

  public var knownSteps: Int {
    if case .reversal(let lengths) = rewriting { lengths.upperBound } else { 10 }
  }

  public var reading: String {
    """
    The loss is in nats per token written, given the right ones before it; exact is the share of \
    texts that are right from the first token to the last.
    """
  }

  public var readings: [String: String] {
    var readings: [String: String] = [:]
    for part in ["train", "valid", "test"] {
      readings["exact/\(part)"] = """
        The share of texts that are right from the first token to the last, each given the right \
        ones before it; the validation's decides what is best.
        """
    }
    return readings
  }

  public func sample(
    _ model: SequenceToSequence, _ source: RewritingSource, step: Int, seed: UInt64,
    in run: RunDirectory
  ) throws -> [(name: String, value: Double)] {
    try run.saveSample(
      tag: Self.tag, step: step, seed: seed, text: try text(model, source.task))
    return []
  }

  public func sample(
    _ tag: String, of run: StoredRun, _ model: (RewritingFacts) -> SequenceToSequence
  ) throws -> String? {
    guard tag == Self.tag else { return nil }
    // The pairs follow from the configuration.
    let source = try source(batchSize: 1, seed: run.configuration.settings.seed)
    return try text(try run.model(model).model, source.task)
  }

  /// The folder of the texts below `samples`.
  private static let tag = "text"

  /// Pairs of the validation with what a model makes of them.
  private func text(_ model: SequenceToSequence, _ task: any PairTask) throws -> String {
    let pairs = (0..<count).map { task.pair(.validation, $0) }
    let sources = pairs.map { task.source.encode($0.source).tokens.map { Int($0) } }
    let longest = pairs.map { task.target.encode($0.target).tokens.count }.max() ?? 0
    let written = try model.greedy(sources, length: 2 * longest + 2)
    let lines = zip(pairs, written).map { pair, tokens in
      let text = task.target.decode(tokens.map { Int32($0) })
      return "\(text == pair.target ? "right" : "wrong")  \(pair.source) -> \(text)"
        + (text == pair.target ? "" : "  (\(pair.target))")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

/// What the pairs decide of their model.
public struct RewritingFacts: Codable, Equatable, Sendable {
  public let source: Vocabulary
  public let target: Vocabulary
}

/// Endless batches of pairs.
public struct RewritingSource: SequenceSource {
  let task: any PairTask
  private var batches: GeneratedSource

  init(_ task: any PairTask, batchSize: Int, validationBatches: Int) {
    self.task = task
    batches = GeneratedSource(batchSize: batchSize, validationBatches: validationBatches) {
      SequenceBatch(try task.batch($0, step: $1, size: $2))
    }
  }

  public var facts: RewritingFacts { RewritingFacts(source: task.source, target: task.target) }
  public var position: Int { batches.position }
  public var grain: Never? { batches.grain }

  public mutating func seek(to position: Int, of grain: Never?) throws -> Bool {
    try batches.seek(to: position, of: grain)
  }

  public func batchCount(epochs: Int) -> Int? { nil }
  public var epoch: Double { 0 }

  public mutating func next() throws -> (batch: SequenceBatch, endsEpoch: Bool) {
    try batches.next()
  }

  public func validation() -> () throws -> SequenceBatch? { batches.validation() }
  public func test() -> (() throws -> SequenceBatch?)? { batches.test() }
}

extension SequenceBatch {
  /// Texts and what they are to be rewritten as.
  init(_ pairs: PairBatch) {
    let (target, size) = (pairs.target, pairs.batchSize)
    self.init(
      inputs: Tensor(tokens: pairs.source, [pairs.sourceSteps, size]),
      targets: Tensor(tokens: target.targets, [target.steps, size]),
      lengths: Tensor(tokens: pairs.sourceLengths, [size]),
      targetLengths: Tensor(tokens: target.lengths, [size]))
  }
}
