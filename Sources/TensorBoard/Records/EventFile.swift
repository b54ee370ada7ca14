import SwiftProtobuf
import TandemRuns

/// An event file, read leniently: what is damaged is passed over and listed.
public struct EventFile {
  /// A stretch of the file that is no record.
  package struct Skipped: Equatable, Sendable {
    /// Of its first byte in the file.
    package let offset: Int
    /// Its length.
    package let count: Int
    /// What is wrong with it.
    package let reason: Reason

    /// A stretch with what is wrong with it.
    package init(offset: Int, count: Int, reason: Reason) {
      (self.offset, self.count, self.reason) = (offset, count, reason)
    }
  }

  /// Why a stretch is no record.
  package enum Reason: String, Sendable {
    /// As a process leaves it that is killed while it writes; readers stop there.
    case unfinished = "it ends within a record"
    case lengthSum = "the length's check sum is wrong"
    case sum = "the check sum is wrong"
    case noEvent = "it is no event"
  }

  /// What is damaged, in the order of the file.
  package private(set) var skipped: [Skipped] = []

  /// Bytes of a record before its data: the length and its check sum.
  private static let headerSize = 12
  private static let sumSize = 4

  /// Reads the file at `path`; throws `RunError` when it cannot be read at all.
  ///
  /// - Parameter onEvent: Told of each event, in the order of the file.
  package init(
    contentsOf path: String, onEvent: (TensorBoardEvent) -> Void = { _ in }
  ) throws(RunError) {
    self.init(try readFile(path), onEvent: onEvent)
  }

  /// Reads a file that is in memory.
  package init(_ bytes: [UInt8], onEvent: (TensorBoardEvent) -> Void = { _ in }) {
    bytes.withUnsafeBytes { read($0, onEvent) }
  }

  private mutating func read(
    _ bytes: UnsafeRawBufferPointer, _ onEvent: (TensorBoardEvent) -> Void
  ) {
    var offset = 0
    while offset < bytes.count {
      guard let length = Self.length(at: offset, in: bytes) else {
        let next = Self.nextHeader(after: offset, in: bytes)
        let isShort = bytes.count - offset < Self.headerSize
        skip(offset, next, isShort ? .unfinished : .lengthSum)
        offset = next
        continue
      }
      let data = offset + Self.headerSize
      guard length <= bytes.count - data - Self.sumSize else {
        skip(offset, bytes.count, .unfinished)
        return
      }
      let end = data + length + Self.sumSize
      let content = UnsafeRawBufferPointer(rebasing: bytes[data..<data + length])
      if let event = event(content, offset, end, bytes) { onEvent(event) }
      offset = end
    }
  }

  /// The event of one record; nil where that is damaged.
  private mutating func event(
    _ data: UnsafeRawBufferPointer, _ offset: Int, _ end: Int, _ bytes: UnsafeRawBufferPointer
  ) -> TensorBoardEvent? {
    guard CRC32C.masked(data) == Self.word(at: end - Self.sumSize, in: bytes) else {
      skip(offset, end, .sum)
      return nil
    }
    do {
      return try TensorBoardEvent(serializedBytes: Array(data))
    } catch {
      skip(offset, end, .noEvent)
      return nil
    }
  }

  private mutating func skip(_ start: Int, _ end: Int, _ reason: Reason) {
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
