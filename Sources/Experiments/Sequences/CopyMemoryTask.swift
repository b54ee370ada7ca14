import TandemDatasets
import TandemLayers
import TandemRuns
import TandemSequences
import TandemTensors

/// Copy memory: ten symbols repeated after a delay; see `CopyMemory`.
///
/// The ten steps in which symbols are to be repeated count, in the loss as in the accuracy: what
/// remembers nothing has a loss of ln 8 = 2.079 and an accuracy of 1/8.
public struct CopyMemoryTask: SequenceTask {
  /// Steps between the last symbol and the marker.
  public var delay: Int
  /// Batches of a validation.
  public var validationBatches: Int

  public static let traits = SequenceTraits(
    readsTokens: true, isEndless: true, exampleUnit: .sequences)

  public init(_ section: inout ConfigurationReader) {
    delay = section.integer("delay", default: 50, in: 1...100_000)
    validationBatches = section.validationBatches()
  }

  public func source(batchSize: Int, seed: UInt64) throws -> GeneratedSource {
    let problem = try CopyMemory(delay: delay, seed: seed)
    let recallStart = problem.recallStart
    return GeneratedSource(batchSize: batchSize, validationBatches: validationBatches) {
      SequenceBatch(try problem.batch($0, step: $1, size: $2), from: recallStart)
    }
  }

  public func model(
    _ network: RecurrentConfiguration, _ facts: NoFacts, _ random: inout RandomStream
  ) -> SequenceTagger {
    SequenceTagger(
      network.network(
        vocabulary: CopyMemory.tokenCount, outputs: CopyMemory.tokenCount, decodesEachStep: true,
        &random))
  }

  public func example(
    _ random: inout RandomStream
  ) -> (facts: NoFacts, batch: SequenceBatch) {
    func tokens() -> Tensor {
      Tensor(indices: (0..<12).map { _ in random.integer(below: CopyMemory.tokenCount) }, [4, 3])
    }
    let weights = Tensor((0..<12).map { $0 < 6 ? 0.0 : 1 }, [4, 3])
    return (NoFacts(), SequenceBatch(inputs: tokens(), targets: tokens(), weights: weights))
  }

  public var trainerSettings: SequenceTrainerSettings {
    SequenceTrainerSettings(carriesState: false, countsHits: true)
  }

  public var knownSteps: Int { delay + 2 * CopyMemory.length }

  public var reading: String {
    """
    The loss is in nats per recalled symbol: ln 8 = 2.079 says that nothing is remembered, 0 that \
    all is; accuracy is the share of the ten symbols that are right, 1/8 by guessing.
    """
  }
}

extension SequenceBatch {
  /// Sequences to copy, of whose targets those from a step on count.
  init(_ batch: CopyMemory.Batch, from recallStart: Int) {
    let shape: Shape = [batch.steps, batch.batchSize]
    let silent = recallStart * batch.batchSize
    self.init(
      inputs: Tensor(tokens: batch.inputs, shape), targets: Tensor(tokens: batch.targets, shape),
      weights: Tensor((0..<shape.elementCount).map { $0 < silent ? Float(0) : 1 }, shape))
  }
}
