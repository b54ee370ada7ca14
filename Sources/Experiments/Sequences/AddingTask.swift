import TandemDatasets
import TandemLayers
import TandemRuns
import TandemSequences
import TandemTensors

/// The adding problem: the sum of the two marked numbers of a sequence; see `AddingProblem`.
public struct AddingTask: SequenceTask {
  /// Steps of a sequence.
  public var steps: Int
  /// Batches of a validation.
  public var validationBatches: Int

  public static let traits = SequenceTraits(
    readsTokens: false, isEndless: true, exampleUnit: .sequences)

  public init(_ section: inout ConfigurationReader) {
    steps = section.integer("steps", default: 100, in: 2...100_000)
    validationBatches = section.validationBatches()
  }

  public func source(batchSize: Int, seed: UInt64) throws -> GeneratedSource {
    let problem = try AddingProblem(steps: steps, seed: seed)
    return GeneratedSource(batchSize: batchSize, validationBatches: validationBatches) {
      SequenceBatch(try problem.batch($0, step: $1, size: $2))
    }
  }

  public func model(
    _ network: RecurrentConfiguration, _ facts: NoFacts, _ random: inout RandomStream
  ) -> SequenceRegressor {
    SequenceRegressor(network.network(features: 2, outputs: 1, &random))
  }

  public func example(
    _ random: inout RandomStream
  ) -> (facts: NoFacts, batch: SequenceBatch) {
    let batch = SequenceBatch(
      inputs: random.normal([5, 3, 2], .float64), targets: random.normal([3, 1], .float64))
    return (NoFacts(), batch)
  }

  public var trainerSettings: SequenceTrainerSettings {
    SequenceTrainerSettings(carriesState: false)
  }

  public var knownSteps: Int { steps }

  public var reading: String {
    """
    The loss is the mean squared error of the sum. Always to say 1, the mean, costs 1/6 = 0.167: a \
    loss that stays there says that nothing of the early marker reaches the end.
    """
  }
}

extension SequenceBatch {
  /// Sequences of the adding problem.
  init(_ batch: AddingProblem.Batch) {
    self.init(
      inputs: Tensor(batch.inputs, [batch.steps, batch.batchSize, 2]),
      targets: Tensor(batch.targets, [batch.batchSize, 1]))
  }
}
