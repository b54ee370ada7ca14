/// The order in which a training run visits a data set, batch by batch.
///
/// Every epoch is a fresh permutation, a pure function of (seed, epoch); the elements left over at
/// its end are dropped. The position alone therefore says what comes next, in this process or in
/// one that resumes. An endless set is visited in the order of its indices and stays in epoch 0.
public struct BatchSampler: Sendable {
  /// A place in the order: the batch that comes next.
  public struct Position: Codable, Hashable, Sendable, Comparable {
    /// Passes over the set that are complete.
    public var epoch: Int
    /// Batches of the current pass that are complete.
    public var batch: Int

    /// The place of batch `batch` of epoch `epoch`, both counted from 0.
    public init(epoch: Int = 0, batch: Int = 0) {
      self.epoch = epoch
      self.batch = batch
    }

    /// Whether the data reach `left` first.
    public static func < (left: Position, right: Position) -> Bool {
      (left.epoch, left.batch) < (right.epoch, right.batch)
    }
  }

  /// The number of elements; nil for an endless set.
  public let count: Int?
  /// The number of elements in every batch.
  public let batchSize: Int
  /// The seed of all permutations.
  public let seed: UInt64
  /// Whether epochs are permuted; if not, each visits the set in its own order.
  public let shuffles: Bool
  /// The batch that `next` will return.
  public private(set) var position: Position

  private let random: Philox
  /// The permutation of the epoch it was drawn for; drawn when first needed.
  private var order: (epoch: Int, indices: [Int])?

  /// The order of a set of `count` elements in batches of `batchSize`.
  ///
  /// - Throws: `DatasetError.invalid` when the batch size is below 1 or above `count`, or the
  ///   position does not exist.
  public init(
    count: Int?, batchSize: Int, seed: UInt64, shuffles: Bool = true,
    from position: Position = .init()
  ) throws {
    guard batchSize >= 1 else {
      throw DatasetError.invalid(parameter: "batch size", reason: "\(batchSize) is below 1")
    }
    if let count, count < batchSize {
      throw DatasetError.invalid(
        parameter: "batch size", reason: "\(batchSize) is more than the \(count) elements there are"
      )
    }
    self.count = count
    self.batchSize = batchSize
    self.seed = seed
    self.shuffles = shuffles
    self.position = Position()
    random = Philox(seed: seed)
    try seek(to: position)
  }

  /// The number of batches in an epoch; nil for an endless set.
  public var batchesPerEpoch: Int? { count.map { $0 / batchSize } }

  /// Goes to another place; the batch after the last of an epoch is the first of the next one.
  ///
  /// - Throws: `DatasetError.invalid` when the position does not exist.
  public mutating func seek(to position: Position) throws {
    let last = batchesPerEpoch ?? Int.max / batchSize - 1
    guard (0..<Int.max).contains(position.epoch), (0...last).contains(position.batch),
      count != nil || position.epoch == 0
    else {
      throw DatasetError.invalid(
        parameter: "position",
        reason: "epoch \(position.epoch), batch \(position.batch) does not exist"
          + " where an epoch has \(batchesPerEpoch.map(String.init) ?? "endless") batches")
    }
    self.position =
      position.batch == batchesPerEpoch ? Position(epoch: position.epoch + 1) : position
  }

  /// What the batches are that a position counts: a position of another grain is a place in another
  /// order.
  public struct Grain: Codable, Hashable, Sendable {
    /// Elements of a batch.
    public let batchSize: Int
    /// Elements of the set; nil for an endless one.
    public let count: Int?

    /// Batches of a size of so many elements.
    public init(batchSize: Int, count: Int?) {
      self.batchSize = batchSize
      self.count = count
    }
  }

  /// Of this order.
  public var grain: Grain { Grain(batchSize: batchSize, count: count) }

  /// Goes on behind a place that may have been reached in batches of another size, or of another
  /// choice of elements.
  ///
  /// In an endless set that is the first batch none of whose elements has been visited. In another
  /// it is the start of the next epoch, unless the place is one: the rest of an epoch is left out
  /// rather than some of it visited twice.
  ///
  /// - Parameter grain: Of the batches that the place counts; nil for this order's own.
  /// - Throws: As `seek(to:)`.
  public mutating func seek(to position: Position, of grain: Grain?) throws {
    guard let grain, grain != self.grain, position.batch > 0 else { return try seek(to: position) }
    if count != nil { return try seek(to: Position(epoch: position.epoch + 1)) }
    let (visited, isTooLarge) = position.batch.multipliedReportingOverflow(by: grain.batchSize)
    let batch = isTooLarge ? .max : visited / batchSize + (visited % batchSize > 0 ? 1 : 0)
    try seek(to: Position(epoch: position.epoch, batch: batch))
  }

  /// The indices of the next batch; moves the position on by one.
  public mutating func next() -> [Int] {
    let range = position.batch * batchSize..<(position.batch + 1) * batchSize
    guard let count, let batchesPerEpoch else {
      position.batch += 1
      return Array(range)
    }
    if shuffles, order?.epoch != position.epoch {
      order = nil
      order = (position.epoch, random.permutation(of: count, round: position.epoch))
    }
    let indices = order.map { Array($0.indices[range]) } ?? Array(range)
    position.batch += 1
    if position.batch == batchesPerEpoch { position = Position(epoch: position.epoch + 1) }
    return indices
  }
}

extension BatchSampler {
  /// The order of a data set in batches of `batchSize`; throws as the other initialiser does.
  public init(
    for dataset: any Dataset, batchSize: Int, seed: UInt64, shuffles: Bool = true,
    from position: Position = .init()
  ) throws {
    try self.init(
      count: dataset.count, batchSize: batchSize, seed: seed, shuffles: shuffles, from: position)
  }
}
