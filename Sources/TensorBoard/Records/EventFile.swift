import SwiftProtobuf
import TandemRuns

/// An event file, read leniently: what is damaged is passed over and listed.
package struct EventFile {
  /// A stretch of the file that is no record.
  package struct Skipped: Equatable, Sendable {
    /// Of its first byte in the file.
    package let offset: Int
    /// Its length.
    package let count: Int
    /// What is wrong with it.
    package let reason: String

    /// A stretch with what is wrong with it.
    package init(offset: Int, count: Int, reason: String) {
      (self.offset, self.count, self.reason) = (offset, count, reason)
    }
  }

  /// The events, in the order of the file.
  package private(set) var events: [TensorBoardEvent] = []
  /// What is damaged, in the order of the file.
  package private(set) var skipped: [Skipped] = []

  /// Bytes of a record before its data: the length and its check sum.
  private static let headerSize = 12
  private static let sumSize = 4

  /// Reads the file at `path`; throws `RunError` when it cannot be read at all.
  package init(contentsOf path: String) throws(RunError) { self.init(try readFile(path)) }

  /// Reads a file that is in memory.
  package init(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { read($0) }
  }

  /// What was skipped, a line each, of a file that messages call `name`.
  package func notes(naming name: String) -> [String] {
    skipped.map { "\(name): \($0.count) bytes at byte \($0.offset) skipped: \($0.reason)" }
  }

  private mutating func read(_ bytes: UnsafeRawBufferPointer) {
    var offset = 0
    while offset < bytes.count {
      guard let length = Self.length(at: offset, in: bytes) else {
        let next = Self.nextHeader(after: offset, in: bytes)
        let isShort = bytes.count - offset < Self.headerSize
        skip(offset, next, isShort ? "it ends within a record" : "the length's check sum is wrong")
        offset = next
        continue
      }
      let data = offset + Self.headerSize
      guard length <= bytes.count - data - Self.sumSize else {
        skip(offset, bytes.count, "it ends within a record")
        return
      }
      let end = data + length + Self.sumSize
      take(UnsafeRawBufferPointer(rebasing: bytes[data..<data + length]), offset, end, bytes)
      offset = end
    }
  }

  /// Takes the event of one record.
  private mutating func take(
    _ data: UnsafeRawBufferPointer, _ offset: Int, _ end: Int, _ bytes: UnsafeRawBufferPointer
  ) {
    guard CRC32C.masked(data) == Self.word(at: end - Self.sumSize, in: bytes) else {
      skip(offset, end, "the check sum is wrong")
      return
    }
    do {
      events.append(try TensorBoardEvent(serializedBytes: Array(data)))
    } catch {
      skip(offset, end, "it is no event")
    }
  }

  private mutating func skip(_ start: Int, _ end: Int, _ reason: String) {
    skipped.append(Skipped(offset: start, count: end - start, reason: reason))
  }

  /// The length that a record's header holds; nil where there is no whole one, or its check sum is
  /// wrong.
  private static func length(at offset: Int, in bytes: UnsafeRawBufferPointer) -> Int? {
    guard bytes.count - offset >= headerSize else { return nil }
    let header = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + 8])
    let length = UInt64(littleEndian: header.loadUnaligned(as: UInt64.self))
    guard length <= UInt64(UInt32.max), CRC32C.masked(header) == word(at: offset + 8, in: bytes)
    else { return nil }
    return Int(length)
  }

  /// Where the next record after `offset` begins: a header with its check sum right.
  private static func nextHeader(after offset: Int, in bytes: UnsafeRawBufferPointer) -> Int {
    var next = offset + 1
    while next < bytes.count, length(at: next, in: bytes) == nil { next += 1 }
    return next
  }

  private static func word(at offset: Int, in bytes: UnsafeRawBufferPointer) -> UInt32 {
    UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }
}
