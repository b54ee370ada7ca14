import Foundation
import TandemTensorBoard
import TestDisks
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
  func check(
    _ bytes: [UInt8]
  ) -> (events: [TensorBoardEvent], skipped: [EventFile.Skipped]) {
    let file = read(bytes)
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
    let empty = check([])
    #expect(empty.events.isEmpty && empty.skipped.isEmpty)
  }

  @Test func aTornFileGivesItsWholeRecords() {
    for count in 0..<Self.good.count {
      let file = check(Array(Self.good.prefix(count)))
      #expect(file.events.count == Self.ends.prefix { $0 <= count }.count)
      #expect(file.skipped.count == (count == 0 || Self.ends.contains(count) ? 0 : 1))
    }
    #expect(
      EventFile(Array(Self.good.prefix(Self.ends[0] + 5))).skipped
        == [.init(offset: 50, count: 5, reason: .unfinished)])
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
    var generator = FuzzGenerator(seed: 7)
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
      file.skipped == [.init(offset: Self.ends[3], count: 19, reason: .noEvent)])
  }

  /// What a report says of a run's event files.
  @Test func aRunsDamageIsTold() throws {
    try withFolder { run in
      let folder = "\(run)/tensorboard"
      #expect(EventFile.damage(ofRun: run) == [])
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let name = "events.out.tfevents.0000000001.host.1.1"
      func write(_ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(filePath: "\(folder)/\(name)"))
      }
      try write(Self.good)
      #expect(EventFile.damage(ofRun: run) == [])
      // As a killed process leaves it.
      try write(Self.good.dropLast(3))
      #expect(EventFile.damage(ofRun: run) == [])
      var bytes = Self.good
      for index in 0..<5 { bytes[Self.ends[2 * index] + 14] ^= 1 }
      try write(bytes)
      let size = Self.ends[1] - Self.ends[0]
      let lines = EventFile.damage(ofRun: run)
      #expect(lines.count == 4)
      #expect(
        lines.first
          == "\(folder)/\(name): \(size) bytes at byte 50 skipped, the check sum is wrong")
      #expect(lines.last == "\(folder)/\(name): 2 more stretches skipped")
      try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
      try FileManager.default.createDirectory(
        atPath: "\(folder)/\(name)", withIntermediateDirectories: false)
      #expect(EventFile.damage(ofRun: run) == ["cannot read \(folder)/\(name): Is a directory"])
    }
  }
}
