import Foundation

/// A ring of batches that one thread fills and another one empties, each in order.
///
/// A slot belongs to the filling thread until it is counted in `filled` and to the emptying one
/// until it is counted in `emptied`; the condition guards the counts and orders the accesses.
final class PrefetchQueue: @unchecked Sendable {
  /// A batch's memory, allocated once, and what the last filling put there.
  private final class Slot {
    let elements: UnsafeMutableBufferPointer<Float>
    let labels: UnsafeMutableBufferPointer<Int32>?
    var indices: [Int] = []
    var position = BatchSampler.Position()
    var following = BatchSampler.Position()

    init?(elementCount: Int, labelCount: Int?) {
      guard let memory = malloc(max(elementCount * MemoryLayout<Float>.stride, 1)) else {
        return nil
      }
      elements = UnsafeMutableBufferPointer(
        start: memory.bindMemory(to: Float.self, capacity: elementCount), count: elementCount)
      labels = labelCount.map { .allocate(capacity: $0) }
      elements.initialize(repeating: 0)
      labels?.initialize(repeating: 0)
    }

    deinit {
      free(elements.baseAddress)
      labels?.deallocate()
    }
  }

  private let dataset: any Dataset
  private let slots: [Slot]
  private let shape: [Int]

  private let condition = NSCondition()
  private var filled = 0
  private var emptied = 0
  private var failure: (any Error)?
  private var stops = false
  private var ended = false

  init(_ dataset: any Dataset, batchSize: Int, depth: Int) throws {
    self.dataset = dataset
    shape = [batchSize] + dataset.elementShape
    let (elementCount, overflows) = batchSize.multipliedReportingOverflow(by: dataset.elementSize)
    slots = (0..<depth).compactMap { _ in
      overflows || elementCount > Int.max / 8
        ? nil
        : Slot(elementCount: elementCount, labelCount: dataset.classes == nil ? nil : batchSize)
    }
    guard slots.count == depth else {
      throw DatasetError.invalid(
        parameter: "batch size",
        reason: "\(depth) batches of \(IDXArray.text(shape)) values do not fit in memory")
    }
  }

  /// Fills slots in the sampler's order until `stop` or the first error; runs on its own thread.
  func fill(from start: BatchSampler) {
    var sampler = start
    while let slot = freeSlot() {
      do {
        slot.position = sampler.position
        slot.indices = sampler.next()
        slot.following = sampler.position
        try dataset.read(slot.indices, into: slot.elements)
        if let labels = slot.labels { try dataset.readLabels(slot.indices, into: labels) }
        signal { filled += 1 }
      } catch {
        signal { failure = error }
        break
      }
    }
    signal { ended = true }
  }

  /// The oldest full batch, which stays in its slot until `giveBack`; waits for it.
  func take() throws -> Batch {
    condition.lock()
    defer { condition.unlock() }
    while filled == emptied, failure == nil, !stops { condition.wait() }
    if stops { throw CancellationError() }
    if filled == emptied, let failure { throw failure }
    let slot = slots[emptied % slots.count]
    return Batch(
      indices: slot.indices, position: slot.position, shape: shape,
      elements: UnsafeBufferPointer(slot.elements),
      labels: slot.labels.map { UnsafeBufferPointer($0) })
  }

  /// Frees the slot that `take` lent; returns the position of the batch after it.
  func giveBack() -> BatchSampler.Position {
    let following = slots[emptied % slots.count].following
    signal { emptied += 1 }
    return following
  }

  /// Ends `fill` and waits for its last access to the data set.
  func stop() {
    condition.lock()
    defer { condition.unlock() }
    stops = true
    condition.broadcast()
    while !ended { condition.wait() }
  }

  /// The next slot to fill; waits for one to be free; nil after `stop`.
  private func freeSlot() -> Slot? {
    condition.lock()
    defer { condition.unlock() }
    while filled - emptied == slots.count, !stops { condition.wait() }
    return stops ? nil : slots[filled % slots.count]
  }

  private func signal(_ change: () -> Void) {
    condition.lock()
    change()
    condition.broadcast()
    condition.unlock()
  }
}
