import Foundation
import Synchronization
import TandemDatasets
import Testing

/// A labelled set whose element i is [i, −i], which notes what is read and may fail at an index.
private final class Numbers: Dataset {
  struct Broken: Error, Equatable {
    let index: Int
  }

  let name = "numbers"
  let count: Int?
  let elementShape = [2]
  let classes: Classes? = Classes(count: 10)
  let failsAt: Int?
  let reads = Mutex(0)

  init(count: Int?, failsAt: Int? = nil) {
    self.count = count
    self.failsAt = failsAt
  }

  func read(_ indices: [Int], into elements: UnsafeMutableBufferPointer<Float>) throws {
    reads.withLock { $0 += 1 }
    for (place, index) in indices.enumerated() {
      if index == failsAt { throw Broken(index: index) }
      elements[2 * place] = Float(index)
      elements[2 * place + 1] = -Float(index)
    }
  }

  func readLabels(_ indices: [Int], into labels: UnsafeMutableBufferPointer<Int32>) {
    for (place, index) in indices.enumerated() { labels[place] = Int32(index % 10) }
  }
}

@Suite(.timeLimit(.minutes(1))) struct PrefetcherTests {
  @Test(arguments: 1...4) func batchesComeInTheSamplersOrder(depth: Int) throws {
    let start = try BatchSampler(count: 50, batchSize: 7, seed: 2)
    let prefetcher = try Prefetcher(Numbers(count: 50), sampler: start, depth: depth)
    var sampler = start
    for step in 0..<40 {
      if step % 9 == 0 { usleep(2000) }
      #expect(prefetcher.position == sampler.position)
      let position = sampler.position
      let expected = sampler.next()
      try prefetcher.withNextBatch { batch in
        #expect(batch.position == position)
        #expect(batch.indices == expected)
        #expect(batch.shape == [7, 2])
        #expect(Array(batch.elements) == expected.flatMap { [Float($0), -Float($0)] })
        #expect(batch.labels.map { Array($0) } == expected.map { Int32($0 % 10) })
      }
    }
    #expect(prefetcher.position == sampler.position)
  }

  @Test func readsNoFurtherAheadThanItsDepth() throws {
    let numbers = Numbers(count: nil)
    let sampler = try BatchSampler(for: numbers, batchSize: 4, seed: 0)
    let prefetcher = try Prefetcher(numbers, sampler: sampler, depth: 3)
    try prefetcher.withNextBatch { _ in _ = usleep(20_000) }
    usleep(20_000)
    #expect(numbers.reads.withLock { $0 } == 4)
  }

  @Test func anErrorComesInItsTurnAndStays() throws {
    let numbers = Numbers(count: nil, failsAt: 9)
    let sampler = try BatchSampler(for: numbers, batchSize: 4, seed: 0)
    let prefetcher = try Prefetcher(numbers, sampler: sampler, depth: 3)
    usleep(10_000)
    for step in 0..<2 {
      #expect(try prefetcher.withNextBatch { $0.indices.first } == step * 4)
    }
    for _ in 0..<3 {
      #expect(throws: Numbers.Broken(index: 9)) { try prefetcher.withNextBatch { _ in } }
      #expect(prefetcher.position == .init(epoch: 0, batch: 2))
    }
  }

  @Test func aBatchThatWasNotUsedUpStays() throws {
    let numbers = Numbers(count: nil)
    let prefetcher = try Prefetcher(
      numbers, sampler: BatchSampler(for: numbers, batchSize: 2, seed: 0))
    struct Interrupted: Error {}
    #expect(throws: Interrupted.self) { try prefetcher.withNextBatch { _ in throw Interrupted() } }
    #expect(prefetcher.position == .init(epoch: 0, batch: 0))
    #expect(try prefetcher.withNextBatch { $0.indices } == [0, 1])
    #expect(try prefetcher.withNextBatch { $0.indices } == [2, 3])
  }

  @Test func stoppingEndsTheThread() throws {
    weak var released: Numbers?
    do {
      let numbers = Numbers(count: nil)
      released = numbers
      let prefetcher = try Prefetcher(
        numbers, sampler: BatchSampler(for: numbers, batchSize: 2, seed: 0))
      try prefetcher.withNextBatch { _ in }
      prefetcher.stop()
      prefetcher.stop()
      let reads = numbers.reads.withLock { $0 }
      #expect(throws: CancellationError.self) { try prefetcher.withNextBatch { _ in } }
      usleep(5000)
      #expect(numbers.reads.withLock { $0 } == reads)
    }
    // The thread lets go of the set right after its last word.
    for _ in 0..<1000 where released != nil { usleep(1000) }
    #expect(released == nil)
  }

  @Test func manyShortLivesLeaveNothingBehind() throws {
    let numbers = Numbers(count: 30)
    for turn in 0..<200 {
      let prefetcher = try Prefetcher(
        numbers, sampler: BatchSampler(for: numbers, batchSize: 3, seed: UInt64(turn)))
      if turn % 2 == 0 { try prefetcher.withNextBatch { _ in } }
    }
  }

  @Test func senselessPrefetchersAreRefused() throws {
    let sampler = try BatchSampler(count: 10, batchSize: 2, seed: 0)
    #expect(throws: DatasetError.self) {
      try Prefetcher(Numbers(count: 10), sampler: sampler, depth: 0)
    }
    #expect(throws: DatasetError.self) { try Prefetcher(Numbers(count: 11), sampler: sampler) }
    let huge = try BatchSampler(count: nil, batchSize: Int.max / 4, seed: 0)
    #expect(throws: DatasetError.self) { try Prefetcher(Numbers(count: nil), sampler: huge) }
  }
}
