import TandemDatasets
import TandemSequences

/// A source of examples that a sampler draws in a fresh order every epoch.
public protocol SampledSource: SequenceSource {
  /// The order of the examples, and how far it has been followed.
  var sampler: BatchSampler { get set }

  /// The examples at `indices`.
  func batch(at indices: [Int]) throws -> SequenceBatch
}

extension SampledSource {
  public var position: BatchSampler.Position { sampler.position }

  public var grain: BatchSampler.Grain? { sampler.grain }

  public mutating func seek(
    to position: BatchSampler.Position, of grain: BatchSampler.Grain?
  ) throws -> Bool {
    try sampler.seek(to: position, of: grain)
    return sampler.position.epoch > position.epoch
  }

  public func batchCount(epochs: Int) -> Int? {
    sampler.batchesPerEpoch.map { count in
      let (product, isTooLarge) = epochs.multipliedReportingOverflow(by: count)
      return isTooLarge ? .max : product
    }
  }

  public var epoch: Double {
    Double(position.epoch) + Double(position.batch) / Double(max(sampler.batchesPerEpoch ?? 1, 1))
  }

  public mutating func next() throws -> (batch: SequenceBatch, endsEpoch: Bool) {
    let batch = try batch(at: sampler.next())
    return (batch, sampler.position.batch == 0)
  }
}

/// All of `count` elements once, in order, in batches of `size` of which the last may be smaller:
/// nil behind the last.
///
/// - Throws: `DatasetError.invalid` when the size is below 1.
func batches(
  of count: Int, size: Int, _ batch: @escaping ([Int]) throws -> SequenceBatch
) throws -> () throws -> SequenceBatch? {
  var ranges = try batchRanges(of: count, batchSize: size).makeIterator()
  return { try ranges.next().map { try batch(Array($0)) } }
}
