import Foundation
import TandemTensorBoard
import Testing

/// The reader of event files, of whatever bytes.
@Suite struct EventFileTests {
  /// A file of 20 events and where each ends.
  static let (good, ends): ([UInt8], [Int]) = {
    var bytes: [UInt8] = []
    var ends: [Int] = []
    for step in 0..<20 {
      let event: TensorBoardEvent =
        switch step {
        case 0: .version(time: 1)
        case 1: .start(step: 0, time: 2)
        default:
          .summary(
            step: step, time: Double(step),
            [.scalar("loss", Float(step)), .text("words", String(repeating: "a", count: step))])
        }
      EventFileWriter.append(event, to: &bytes)
      ends.append(bytes.count)
    }
    return (bytes, ends)
  }()

  /// The bytes of events that are left and of what was skipped together are the file.
  func check(_ bytes: [UInt8]) -> EventFile {
    let file = EventFile(bytes)
    var left: [UInt8] = []
    for event in file.events { EventFileWriter.append(event, to: &left) }
    let skipped = file.skipped.reduce(0) { $0 + $1.count }
    #expect(left.count + skipped == bytes.count)
    var end = 0
    for stretch in file.skipped {
      #expect(stretch.offset >= end && stretch.count > 0)
      end = stretch.offset + stretch.count
    }
    #expect(end <= bytes.count)
    return file
  }

  @Test func aGoodFile() {
    let file = check(Self.good)
    #expect(file.events.count == 20 && file.skipped.isEmpty)
    #expect(file.events[5].step == 5 && file.events[5].summary.value[0].simpleValue == 5)
    #expect(EventFile([]).events.isEmpty && EventFile([]).skipped.isEmpty)
  }

  @Test func aTornFileGivesItsWholeRecords() {
    for count in 0..<Self.good.count {
      let file = check(Array(Self.good.prefix(count)))
      #expect(file.events.count == Self.ends.prefix { $0 <= count }.count)
      #expect(file.skipped.count == (count == 0 || Self.ends.contains(count) ? 0 : 1))
    }
    let notes = EventFile(Array(Self.good.prefix(Self.ends[0] + 5))).notes(naming: "x")
    #expect(notes == ["x: 5 bytes at byte 50 skipped: it ends within a record"])
  }

  /// One flipped bit costs one record, wherever it is.
  @Test func aFlippedBitCostsOneRecord() {
    for offset in Self.good.indices {
      var bytes = Self.good
      bytes[offset] ^= 1 << UInt8(offset % 8)
      let file = check(bytes)
      #expect(file.events.count == 19 && file.skipped.count == 1)
    }
  }

  @Test func anyBytesAreRead() {
    var generator = Generator(state: 7)
    for _ in 0..<10_000 {
      var bytes = Self.good
      switch generator.next() % 4 {
      case 0:
        for _ in 0...generator.next() % 40 {
          bytes[Int(generator.next() % UInt64(bytes.count))] = UInt8(
            truncatingIfNeeded: generator.next())
        }
      case 1:
        let start = Int(generator.next() % UInt64(bytes.count))
        bytes.removeSubrange(start..<min(bytes.count, start + Int(generator.next() % 100)))
      case 2:
        let place = Int(generator.next() % UInt64(bytes.count))
        let count = Int(generator.next() % 100)
        bytes.insert(
          contentsOf: (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) },
          at: place)
      default:
        bytes = (0..<Int(generator.next() % 300)).map { _ in
          UInt8(truncatingIfNeeded: generator.next())
        }
      }
      let file = check(bytes)
      #expect(bytes == Self.good || !file.skipped.isEmpty || file.events.count < 20)
    }
  }

  /// A record whose check sums are right, of bytes that are no event.
  @Test func aRecordThatIsNoEventIsSkipped() {
    var bytes = Self.good
    let data: [UInt8] = [0xFF, 0xFF, 0xFF]
    let length = withUnsafeBytes(of: UInt64(data.count).littleEndian) { Array($0) }
    func sum(_ bytes: [UInt8]) -> [UInt8] {
      withUnsafeBytes(of: bytes.withUnsafeBytes(CRC32C.masked).littleEndian) { Array($0) }
    }
    bytes.insert(contentsOf: length + sum(length) + data + sum(data), at: Self.ends[3])
    let file = check(bytes)
    #expect(file.events.count == 20)
    #expect(
      file.skipped == [.init(offset: Self.ends[3], count: 19, reason: "it is no event")])
  }
}

/// Numbers that are the same each time (SplitMix64).
struct Generator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
