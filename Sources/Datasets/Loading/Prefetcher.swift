import Foundation

/// Reads the batches of a data set ahead of their use, on one background thread.
///
/// The batches come in the sampler's order whatever the timing, and an error comes in the place of
/// the batch it happened in. Memory is `depth` batches, reused. For one consumer; the thread ends
/// with `stop()` or with the prefetcher.
public final class Prefetcher {
  /// The next batch `withNextBatch` will lend: what a checkpoint stores.
  public private(set) var position: BatchSampler.Position

  private let queue: PrefetchQueue
  private var failure: (any Error)?

  /// Starts reading `dataset` from the sampler's position.
  ///
  /// - Parameter depth: batches read ahead; 2 suffices unless the time a batch takes varies much.
  /// - Throws: `DatasetError.invalid` when `depth` is below 1, the sampler was made for a set of
  ///   another size, or the batches do not fit in memory.
  public init(_ dataset: any Dataset, sampler: BatchSampler, depth: Int = 2) throws {
    guard depth >= 1 else {
      throw DatasetError.invalid(parameter: "prefetch depth", reason: "\(depth) is below 1")
    }
    guard sampler.count == dataset.count else {
      throw DatasetError.invalid(
        parameter: dataset.name,
        reason: "has \(dataset.count.map(String.init) ?? "endless") elements, its sampler"
          + " \(sampler.count.map(String.init) ?? "endless")")
    }
    position = sampler.position
    queue = try PrefetchQueue(dataset, batchSize: sampler.batchSize, depth: depth)
    let thread = Thread { [queue] in queue.fill(from: sampler) }
    thread.name = "tandem.prefetch"
    thread.start()
  }

  deinit {
    stop()
  }

  /// Lends the next batch to `body`, waiting for it if need be.
  ///
  /// - Throws: what reading the batch threw, now and on every later call; what `body` throws, and
  ///   then the batch stays the next one; `CancellationError` after `stop()`.
  public func withNextBatch<R>(_ body: (Batch) throws -> R) throws -> R {
    if let failure { throw failure }
    let batch: Batch
    do {
      batch = try queue.take()
    } catch {
      failure = error
      throw error
    }
    position = batch.position
    let result = try body(batch)
    position = queue.giveBack()
    return result
  }

  /// Ends the background thread and waits until it has left the data set alone.
  public func stop() {
    queue.stop()
  }
}
