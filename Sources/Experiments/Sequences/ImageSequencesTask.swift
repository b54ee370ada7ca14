import TandemDatasets
import TandemLayers
import TandemRuns
import TandemSequences
import TandemTensors

/// Images read row by row or pixel by pixel, to be classified; see `ImageSequences`.
///
/// Validated on the images that the set's authors put aside for tests.
public struct ImageSequencesTask: SequenceTask {
  /// The sets of labelled images.
  public enum ImageSet: String, CaseIterable, Sendable {
    case fashionMNIST = "fashion-mnist"
    case mnist
  }

  public var set: ImageSet
  /// The folder of the set's four files; nil for where a package or `tandem data fetch` puts them.
  public var path: String?
  /// What a step reads.
  public var stepReading: ImageSequences.Reading
  /// The seed of the order in which pixels are read; nil for the image's own.
  public var permutationSeed: UInt64?

  public static let traits = SequenceTraits(
    readsTokens: false, watch: .accuracy, exampleUnit: .images)

  public init(_ section: inout ConfigurationReader) {
    set = section.choice("set", from: ImageSet.self, default: .fashionMNIST)
    path = section.optionalText("path")
    stepReading = section.choice("reading", from: ImageSequences.Reading.self, default: .rows)
    permutationSeed = section.optionalInteger("permutationSeed", in: 0...).map { UInt64($0) }
    if stepReading == .rows, permutationSeed != nil {
      section.problem(
        at: "permutationSeed", "permutes pixels, not rows: needs reading: pixels",
        comparing: ["reading"])
    }
  }

  public func located(_ place: (String) -> String) -> ImageSequencesTask {
    var copy = self
    copy.path = path.map(place)
    return copy
  }

  public func source(batchSize: Int, seed: UInt64) throws -> ImageSequencesSource {
    func sequences(_ split: DatasetCatalogue.Split) throws -> ImageSequences {
      try ImageSequences(
        try DatasetCatalogue().images(set.rawValue, split, in: path), reading: stepReading,
        permutationSeed: permutationSeed)
    }
    return try ImageSequencesSource(
      train: try sequences(.train), test: try sequences(.test), batchSize: batchSize, seed: seed)
  }

  public func model(
    _ network: RecurrentConfiguration, _ facts: ImageFacts, _ random: inout RandomStream
  ) -> SequenceClassifier {
    SequenceClassifier(
      network.network(features: facts.features, outputs: facts.classes.count, &random))
  }

  public func example(
    _ random: inout RandomStream
  ) -> (facts: ImageFacts, batch: SequenceBatch) {
    let batch = SequenceBatch(
      inputs: random.normal([5, 4, 2], .float64), targets: Tensor(indices: [2, 0, 1, 2]))
    return (ImageFacts(features: 2, classes: ["0", "1", "2"]), batch)
  }

  public var trainerSettings: SequenceTrainerSettings {
    SequenceTrainerSettings(carriesState: false, watch: Self.traits.watch, countsHits: true)
  }

  /// Images of these sets have 28 rows of 28 pixels.
  public var knownSteps: Int { stepReading == .rows ? 28 : 28 * 28 }

  public var reading: String {
    """
    The loss is in nats per image: guessing evenly among ten classes costs ln 10 = 2.303. Accuracy \
    is the share of images classified rightly, on the test images after each validation.
    """
  }
}

/// What a set of images decides of its model.
public struct ImageFacts: Codable, Equatable, Sendable {
  /// Numbers that a step reads.
  public let features: Int
  /// The names of the classes.
  public let classes: [String]
}

/// Labelled images in batches.
public struct ImageSequencesSource: SampledSource {
  public let facts: ImageFacts
  private let train: ImageSequences
  private let held: ImageSequences
  public var sampler: BatchSampler

  init(train: ImageSequences, test: ImageSequences, batchSize: Int, seed: UInt64) throws {
    facts = ImageFacts(features: train.features, classes: train.classes.names)
    (self.train, held) = (train, test)
    sampler = try BatchSampler(for: train.images, batchSize: batchSize, seed: seed)
  }

  public func batch(at indices: [Int]) throws -> SequenceBatch {
    SequenceBatch(try train.batch(at: indices))
  }

  public func validation() throws -> () throws -> SequenceBatch? {
    try batches(of: held.images.count ?? 0, size: sampler.batchSize) {
      SequenceBatch(try held.batch(at: $0))
    }
  }
}

extension SequenceBatch {
  /// Images as sequences.
  init(_ batch: ImageSequences.Batch) {
    self.init(
      inputs: Tensor(batch.inputs, [batch.steps, batch.batchSize, batch.features]),
      targets: Tensor(tokens: batch.labels, [batch.batchSize]))
  }
}
