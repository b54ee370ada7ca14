import Foundation
import TandemDatasets
import Testing

@Suite struct TokenStreamTests {
  private func stream(
    _ count: Int, batchSize: Int, steps: Int, keeps: Bool = false
  ) throws -> TokenStream {
    try TokenStream(
      (0..<Int32(count)).map { $0 }, batchSize: batchSize,
      .init(steps: steps, keepsRemainder: keeps))
  }

  @Test func aTextIsReadInStreamsSideBySide() throws {
    // 23 tokens in 2 streams: 0 ... 10 and 11 ... 21; 22 is dropped.
    var stream = try stream(23, batchSize: 2, steps: 4)
    #expect(stream.streamLength == 11 && stream.windowCount() == 2)
    let first = stream.next()
    #expect(first.steps == 4 && first.batchSize == 2 && first.resets == nil)
    #expect(first.inputs == [0, 11, 1, 12, 2, 13, 3, 14])
    #expect(first.targets == [1, 12, 2, 13, 3, 14, 4, 15])
    #expect(first.position == .init())
    let second = stream.next()
    #expect(second.position == .init(epoch: 0, window: 1))
    #expect(second.inputs == [4, 15, 5, 16, 6, 17, 7, 18])
    #expect(second.targets == [5, 16, 6, 17, 7, 18, 8, 19])
    let again = stream.next()
    #expect(again.position == .init(epoch: 1) && again.inputs == first.inputs)
  }

  @Test func theRemainderIsKeptWhereAskedFor() throws {
    var stream = try stream(23, batchSize: 2, steps: 4, keeps: true)
    #expect(stream.windowCount() == 3)
    let windows = (0..<4).map { _ in stream.next() }
    #expect(windows.map(\.steps) == [4, 4, 2, 4])
    #expect(windows[2].inputs == [8, 19, 9, 20] && windows[2].targets == [9, 20, 10, 21])
    #expect(windows.map(\.position.window) == [0, 1, 2, 0])
  }

  /// TensorFlow's reader: batch_len = n // batch_size, epoch_size = (batch_len − 1) // num_steps.
  @Test func theCountsOfWindowsAreThePublishedOnes() throws {
    for count in 2..<60 {
      for batchSize in 1...4 {
        for steps in 1...7 {
          let length = count / batchSize
          if length - 1 >= steps {
            #expect(
              try stream(count, batchSize: batchSize, steps: steps).windowCount()
                == (length - 1) / steps)
          } else {
            #expect(throws: DatasetError.self) {
              try stream(count, batchSize: batchSize, steps: steps)
            }
          }
          if length >= 2 {
            var kept = try stream(count, batchSize: batchSize, steps: steps, keeps: true)
            #expect(kept.windowCount() == (length - 2 + steps) / steps)
            let windows = (0..<kept.windowCount()).map { _ in kept.next() }
            #expect(windows.reduce(0) { $0 + $1.steps } == length - 1)
            #expect(kept.position == .init(epoch: 1))
          }
        }
      }
    }
  }

  @Test func aTextTooShortIsToldHowLongItMustBe() throws {
    #expect(
      throws: DatasetError.invalid(
        parameter: "text",
        reason: "99 tokens are too few: 20 streams with windows of 5 need 120 or more")
    ) { try stream(99, batchSize: 20, steps: 5) }
    #expect(try stream(120, batchSize: 20, steps: 5).windowCount() == 1)
    #expect(throws: DatasetError.self) { try stream(119, batchSize: 20, steps: 5) }
    #expect(throws: DatasetError.self) { try stream(0, batchSize: 1, steps: 1, keeps: true) }
    #expect(throws: DatasetError.self) { try stream(10, batchSize: 0, steps: 1) }
    #expect(throws: DatasetError.self) { try stream(10, batchSize: 1, steps: 0) }
    #expect(throws: DatasetError.self) { try stream(10, batchSize: .max, steps: 1) }
    #expect(throws: DatasetError.self) { try stream(10, batchSize: 2, steps: .max) }
  }

  @Test func documentsEndAtTheirBoundary() throws {
    // Streams 1 2 9 3 9 4 and 5 9 9 6 7 8; 9 ends a document.
    let tokens: [Int32] = [1, 2, 9, 3, 9, 4, 5, 9, 9, 6, 7, 8]
    var stream = try TokenStream(
      tokens, batchSize: 2, .init(steps: 2, keepsRemainder: true), boundary: 9)
    #expect(stream.next().resets == [1, 1, 0, 0])
    #expect(stream.next().resets == [0, 1, 1, 1])
    #expect(stream.next().resets == [0, 0])
    #expect(stream.next().resets == [1, 1, 0, 0])
  }

  private func varying(seed: UInt64, from position: TokenStream.Position = .init()) throws
    -> TokenStream
  {
    try TokenStream(
      (0..<Int32(4001)).map { $0 }, batchSize: 2,
      .init(steps: 30, variation: .init(), keepsRemainder: true), seed: seed, from: position)
  }

  @Test func varyingWindowsCoverTheTextWithoutGaps() throws {
    var stream = try varying(seed: 4)
    var lengths: [[Int]] = []
    for epoch in 0..<3 {
      var next: Int32 = 0
      let count = stream.windowCount(inEpoch: epoch)
      lengths.append([])
      for number in 0..<count {
        let window = stream.next()
        #expect(window.position == .init(epoch: epoch, window: number))
        #expect(window.inputs[0] == next)
        next += Int32(window.steps)
        lengths[epoch].append(window.steps)
      }
      #expect(next == 1999)
      #expect(lengths[epoch].dropLast().allSatisfy { $0 >= 5 })
    }
    #expect(Set(lengths).count == 3)
    var same = try varying(seed: 4)
    #expect(lengths[0].map { _ in same.next().steps } == lengths[0])
    var other = try varying(seed: 5)
    #expect(lengths[0].map { _ in other.next().steps } != lengths[0])
  }

  /// 0.95 N(30, 5) + 0.05 N(15, 5), rounded down: mean 28.75, and a second hump around 15.
  @Test func varyingLengthsHaveTheirDistribution() throws {
    var stream = try TokenStream(
      [Int32](repeating: 0, count: 600_001), batchSize: 1, .init(steps: 30, variation: .init()),
      seed: 1)
    let lengths = (0..<stream.windowCount()).map { _ in Double(stream.next().steps) }
    let mean = lengths.reduce(0, +) / Double(lengths.count)
    let deviation =
      (lengths.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(lengths.count)).squareRoot()
    #expect(lengths.count > 20_000)
    // Deviations of the estimates: 0.04 and below.
    #expect(abs(mean - 28.75) < 0.2)
    #expect(abs(deviation - (25 + 0.95 * 0.05 * 225 + 1.0 / 12).squareRoot()) < 0.15)
    let short = Double(lengths.count { $0 < 15 }) / Double(lengths.count)
    #expect(abs(short - 0.026) < 0.005)
  }

  @Test func everyPositionCanBeResumed() throws {
    var whole = try varying(seed: 8)
    for _ in 0..<150 {
      let saved = try JSONEncoder().encode(whole.position)
      let position = try JSONDecoder().decode(TokenStream.Position.self, from: saved)
      var resumed = try varying(seed: 8, from: position)
      #expect(resumed.position == whole.position)
      #expect(resumed.next() == whole.next())
    }
    #expect(whole.position.epoch == 2)
    var fixed = try stream(23, batchSize: 2, steps: 4)
    try fixed.seek(to: .init(epoch: 3, window: 2))
    #expect(fixed.position == .init(epoch: 4, window: 0))
    try fixed.seek(to: .init(epoch: 3, window: 1))
    #expect(fixed.next().inputs[0] == 4)
    for position in [(0, 3), (-1, 0), (0, -1), (Int.max, 0)] {
      #expect(throws: DatasetError.self) {
        try fixed.seek(to: .init(epoch: position.0, window: position.1))
      }
    }
    #expect(TokenStream.Position(epoch: 1, window: 9) < .init(epoch: 2))
  }

  @Test func senselessVariationsAreRefused() throws {
    for variation in [
      WindowVariation(probability: 1.1), .init(probability: .nan), .init(deviation: -1),
      .init(deviation: .infinity), .init(minimum: 0),
    ] {
      #expect(throws: DatasetError.self) {
        try TokenStream([1, 2, 3], batchSize: 1, .init(steps: 1, variation: variation))
      }
    }
  }
}
