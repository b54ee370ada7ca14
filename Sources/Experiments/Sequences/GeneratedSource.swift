import TandemDatasets
import TandemRuns
import TandemSequences

/// Endless batches, each a function of its step: those of the generated tasks.
public struct GeneratedSource: SequenceSource {
  /// Gives the batch of a step, counted from 0, with so many sequences.
  typealias Generator = @Sendable (TaskPart, _ step: Int, _ size: Int) throws -> SequenceBatch

  /// The number of batches taken.
  public private(set) var position = 0
  private let batchSize: Int
  /// Batches to validate on, and as many to test on.
  private let validationBatches: Int
  private let batch: Generator

  init(batchSize: Int, validationBatches: Int, _ batch: @escaping Generator) {
    self.batchSize = batchSize
    self.validationBatches = validationBatches
    self.batch = batch
  }

  public var facts: NoFacts { NoFacts() }

  /// None: each batch follows from its number.
  public var grain: Never? { nil }

  public mutating func seek(to position: Int, of grain: Never?) throws -> Bool {
    guard position >= 0 else {
      throw DatasetError.invalid(parameter: "position", reason: "\(position) is below 0")
    }
    self.position = position
    return false
  }

  public func batchCount(epochs: Int) -> Int? { nil }

  public var epoch: Double { 0 }

  public mutating func next() throws -> (batch: SequenceBatch, endsEpoch: Bool) {
    let next = try batch(.train, position, batchSize)
    position += 1
    return (next, false)
  }

  public func validation() -> () throws -> SequenceBatch? { batches(.validation) }

  public func test() -> (() throws -> SequenceBatch?)? { batches(.test) }

  private func batches(_ part: TaskPart) -> () throws -> SequenceBatch? {
    var step = 0
    return {
      guard step < validationBatches else { return nil }
      defer { step += 1 }
      return try batch(part, step, batchSize)
    }
  }
}

/// Of generated data the model follows from the configuration alone.
public struct NoFacts: Codable, Equatable, Sendable {}

extension ConfigurationReader {
  /// Reads `validationBatches` in the `data` section of a generated task.
  mutating func validationBatches() -> Int {
    integer("validationBatches", default: 20, in: 1...1_000_000)
  }
}
