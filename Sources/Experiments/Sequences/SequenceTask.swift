import TandemLayers
import TandemRuns
import TandemSequences
import TandemTensors

/// What an experiment on sequences learns: its data, its model, and what samples of it show.
///
/// A kind of sequence experiment is a task; `SequenceConfiguration` and `SequenceTraining` are the
/// same for all.
public protocol SequenceTask: Sendable {
  /// Where its batches come from.
  associatedtype Source: SequenceSource
  /// What is trained.
  associatedtype Model: SequenceModel

  /// What its network can have.
  static var traits: SequenceTraits { get }

  /// Reads the `data` section.
  init(_ section: inout ConfigurationReader)

  /// Reads the task's own keys of the `training` section.
  mutating func readTraining(_ section: inout ConfigurationReader)

  /// Reads the task's own keys of the `samples` section.
  mutating func readSamples(_ section: inout ConfigurationReader)

  /// The task with paths that hold wherever the program was started.
  func located(_ place: (String) -> String) -> Self

  /// The data, read.
  ///
  /// - Throws: What is wrong with them; see `DatasetError`.
  func source(batchSize: Int, seed: UInt64) throws -> Source

  /// A model with its first weights.
  func model(
    _ network: RecurrentConfiguration, _ facts: Source.Facts, _ random: inout RandomStream
  ) -> Model

  /// A small example for gradient checks, which needs no data: facts and a batch, float64.
  func example(_ random: inout RandomStream) -> (facts: Source.Facts, batch: SequenceBatch)

  /// How the trainer goes about it.
  var trainerSettings: SequenceTrainerSettings { get }

  /// Steps of a window or sequence, as far as the configuration says.
  var knownSteps: Int { get }

  /// How to read the loss, in a sentence.
  var reading: String { get }

  /// How to read the metrics that only this task has, or otherwise than every task, by name.
  var readings: [String: String] { get }

  /// The measures of a model in the unit of the data, by name; see `SequenceMeasures.metrics`.
  func inUnits(
    _ metrics: [(name: String, value: Double)], _ facts: Source.Facts
  ) -> [(name: String, value: Double)]

  /// Takes samples of a model and saves them with the run.
  ///
  /// - Returns: What they were found to be, for the metrics.
  func sample(
    _ model: Model, _ source: Source, step: Int, seed: UInt64, in run: RunDirectory
  ) throws -> [(name: String, value: Double)]

  /// What draws samples from the model of a run's checkpoint; nil where there is nothing to draw.
  ///
  /// - Parameter model: Makes the model whose weights are to be read; see `StoredRun.model`.
  func sampler(of run: StoredRun, _ model: (Source.Facts) -> Model) throws -> RunSampler?

  /// The text that `sample` saves under a tag, drawn from the model of a run's checkpoint again;
  /// nil for a sample that shows the data.
  ///
  /// - Parameter model: Makes the model whose weights are to be read; see `StoredRun.model`.
  func sample(
    _ tag: String, of run: StoredRun, _ model: (Source.Facts) -> Model
  ) throws -> String?
}

extension SequenceTask {
  public func sample(
    _ tag: String, of run: StoredRun, _ model: (Source.Facts) -> Model
  ) throws -> String? { nil }

  public func sampler(of run: StoredRun, _ model: (Source.Facts) -> Model) throws -> RunSampler? {
    nil
  }

  public var readings: [String: String] { [:] }
  public mutating func readTraining(_ section: inout ConfigurationReader) {}
  public mutating func readSamples(_ section: inout ConfigurationReader) {}
  public func located(_ place: (String) -> String) -> Self { self }
  public func inUnits(
    _ metrics: [(name: String, value: Double)], _ facts: Source.Facts
  ) -> [(name: String, value: Double)] { metrics }
  public func sample(
    _ model: Model, _ source: Source, step: Int, seed: UInt64, in run: RunDirectory
  ) throws -> [(name: String, value: Double)] { [] }
}

/// What the experiments of a sequence task are like.
public struct SequenceTraits: Sendable {
  /// Whether inputs are tokens.
  public var readsTokens: Bool
  /// Whether the decoder can share the embedding's table.
  public var canBeTied = false
  /// Whether a sequence can be read backwards too.
  public var canBeBidirectional = false
  /// Whether what the recurrent layers read can be dropped.
  public var canDropInputs = false
  /// Whether one network reads a sequence and another writes one.
  public var isEncoderDecoder = false
  /// The measure that says which model is best.
  public var watch = SequenceTrainerSettings.Watch.loss
  /// Whether the data never end, so that there are no epochs.
  public var isEndless = false
  /// What examples are counted in.
  public var exampleUnit: ExampleUnit

  /// Traits of a task with nothing special unless given.
  public init(
    readsTokens: Bool, canBeTied: Bool = false, canBeBidirectional: Bool = false,
    canDropInputs: Bool = false, isEncoderDecoder: Bool = false,
    watch: SequenceTrainerSettings.Watch = .loss, isEndless: Bool = false, exampleUnit: ExampleUnit
  ) {
    self.readsTokens = readsTokens
    self.canBeTied = canBeTied
    self.canBeBidirectional = canBeBidirectional
    self.canDropInputs = canDropInputs
    self.isEncoderDecoder = isEncoderDecoder
    self.watch = watch
    self.isEndless = isEndless
    self.exampleUnit = exampleUnit
  }
}

/// What the examples of a sequence task are: the tokens to predict, or whole sequences by what they
/// are in the data.
public enum ExampleUnit: String, Sendable {
  case tokens, sequences, windows, images
}

/// The batches of a sequence task.
public protocol SequenceSource {
  /// What the data decide of the model, stored with every checkpoint: a model can be made from
  /// them without the data.
  associatedtype Facts: Codable & Equatable & Sendable
  /// The next batch's place in the data.
  associatedtype Position: Codable & Sendable
  /// What the batches are that a position counts: a position of another grain is a place in another
  /// order.
  associatedtype Grain: Codable & Equatable & Sendable

  var facts: Facts { get }
  var position: Position { get }

  /// Of this order; nil where each batch follows from its number alone, whatever its size.
  var grain: Grain? { get }

  /// Goes to a place, or where it counts batches of another grain to the start of the epoch behind
  /// it, unless the place is the start of one.
  ///
  /// - Parameter grain: Of the batches that the place counts; nil for the source's own.
  /// - Returns: Whether an epoch was left.
  mutating func seek(to position: Position, of grain: Grain?) throws -> Bool

  /// Batches in the first so many epochs; nil of endless data.
  func batchCount(epochs: Int) -> Int?

  /// Passes over the data so far, with the share of the present one; 0 of endless data.
  var epoch: Double { get }

  /// The next batch, and whether an epoch ends behind it.
  mutating func next() throws -> (batch: SequenceBatch, endsEpoch: Bool)

  /// The batches to validate on, from the first: nil behind the last.
  func validation() throws -> () throws -> SequenceBatch?

  /// The batches to judge the finished model by; nil where there are none.
  func test() throws -> (() throws -> SequenceBatch?)?

  /// What the user should know of the data, a line each.
  var notes: [String] { get }
}

extension SequenceSource {
  public func test() throws -> (() throws -> SequenceBatch?)? { nil }
  public var notes: [String] { [] }
}

extension Tensor {
  /// An int32 tensor over the elements of an array.
  init(tokens: [Int32], _ shape: Shape) {
    self = tokens.withUnsafeBytes { Tensor(bytes: $0, shape, .int32) }
  }
}
