/// One batch in memory that a `Prefetcher` lends; valid only inside the closure it is handed to.
public struct Batch {
  /// The indices of the elements in the data set, in their order in the batch.
  public let indices: [Int]
  /// Where the batch stands in the order of the run.
  public let position: BatchSampler.Position
  /// The shape of all elements together: [batch size] + the shape of one.
  public let shape: [Int]
  /// The elements, one after another, row-major.
  public let elements: UnsafeBufferPointer<Float>
  /// The label of each element; nil where the set has none.
  public let labels: UnsafeBufferPointer<Int32>?
}
