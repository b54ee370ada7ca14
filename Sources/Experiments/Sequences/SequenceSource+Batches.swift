import TandemDatasets
import TandemSequences

extension BatchSampler {
  /// Batches in the first so many epochs; nil of an endless set.
  func batchCount(epochs: Int) -> Int? {
    batchesPerEpoch.map { count in
      let (product, isTooLarge) = epochs.multipliedReportingOverflow(by: count)
      return isTooLarge ? .max : product
    }
  }

  /// Passes over the set so far, with the share of the present one.
  var epoch: Double {
    Double(position.epoch) + Double(position.batch) / Double(max(batchesPerEpoch ?? 1, 1))
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
