/// The batches in which all of 0 ..< `count` is read once, in order: the last one may be smaller.
///
/// For validation, where nothing is dropped and nothing is shuffled.
///
/// - Throws: `DatasetError.invalid` when the batch size is below 1.
public func batchRanges(of count: Int, batchSize: Int) throws -> [Range<Int>] {
  guard batchSize >= 1 else {
    throw DatasetError.invalid(parameter: "batch size", reason: "\(batchSize) is below 1")
  }
  return stride(from: 0, to: count, by: batchSize).map { $0..<min($0 + batchSize, count) }
}

/// Throws unless there is an index and each is in 0 ..< `count`.
func checkIndices(_ indices: [Int], count: Int, name: String) throws {
  guard !indices.isEmpty else {
    throw DatasetError.invalid(parameter: name, reason: "a batch needs at least one index")
  }
  if let wrong = indices.first(where: { !(0..<count).contains($0) }) {
    throw DatasetError.invalid(
      parameter: name, reason: "index \(wrong) is outside 0 ..< \(count)")
  }
}
