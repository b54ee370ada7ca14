import Foundation
import SwiftProtobuf
import TandemRuns

/// Writes an event file: a record for each event, its length and bytes each with a check sum.
///
/// ```
/// u64 length | u32 masked CRC-32C of those 8 bytes | bytes | u32 masked CRC-32C of the bytes
/// ```
///
/// all little-endian. Events wait in memory until `flush`.
package struct EventFileWriter {
  /// The file.
  package let path: String
  private let fileSystem: any FileSystem
  private let file: OpenFile
  /// What waits to be written.
  private(set) var pending: [UInt8] = []

  /// Creates a file, or empties one, and gives it the first record of every event file.
  ///
  /// - Parameter time: The first record's, in seconds since 1970.
  package init(path: String, time: Double, fileSystem: any FileSystem) throws(RunError) {
    self.path = path
    self.fileSystem = fileSystem
    file = try fileSystem.open(path, for: .writing)
    add(.version(time: time))
  }

  /// Writes a whole file, which is on the disk before it takes its place.
  ///
  /// - Parameter folder: The folder of the file. What a killed process has left there gives way.
  static func replace(
    _ path: String, in folder: String, time: Double, fileSystem: any FileSystem,
    _ body: (inout EventFileWriter) throws(RunError) -> Void
  ) throws(RunError) {
    // TensorBoard reads no file that is not called an event file.
    let partial = "\(folder)/.export.partial"
    var writer = try EventFileWriter(path: partial, time: time, fileSystem: fileSystem)
    do throws(RunError) {
      do throws(RunError) {
        try body(&writer)
        try writer.synchronize()
      } catch {
        try? writer.abandon()
        throw error
      }
      try writer.close()
      try fileSystem.rename(partial, to: path)
    } catch {
      try? fileSystem.remove(partial)
      throw error
    }
    try fileSystem.synchronizeFolder(folder)
  }

  /// Adds an event to those that wait.
  package mutating func add(_ event: TensorBoardEvent) { Self.append(event, to: &pending) }

  /// Hands all waiting events to the system.
  package mutating func flush() throws(RunError) {
    guard !pending.isEmpty else { return }
    var written = 0
    defer { pending.removeFirst(written) }
    let (bytes, fileSystem, file) = (pending, fileSystem, file)
    try typed(path) {
      try bytes.withUnsafeBytes {
        while written < $0.count {
          written += try fileSystem.write(
            UnsafeRawBufferPointer(rebasing: $0[written...]), to: file)
        }
      }
    }
  }

  /// Flushes to the disk itself, so that the events survive a power cut.
  package mutating func synchronize() throws(RunError) {
    try flush()
    try fileSystem.synchronize(file)
  }

  /// Flushes and closes; the file is closed also when that fails.
  package mutating func close() throws(RunError) {
    do {
      try flush()
    } catch {
      try? fileSystem.close(file)
      throw error
    }
    try fileSystem.close(file)
  }

  /// Closes the file as it is; what waits is lost.
  func abandon() throws(RunError) { try fileSystem.close(file) }

  /// Appends an event's record to bytes.
  package static func append(_ event: TensorBoardEvent, to bytes: inout [UInt8]) {
    let data = Self.bytes(of: event)
    withUnsafeBytes(of: UInt64(data.count).littleEndian) { length in
      bytes.append(contentsOf: length)
      append(CRC32C.masked(length), to: &bytes)
    }
    bytes.append(contentsOf: data)
    append(data.withUnsafeBytes(CRC32C.masked), to: &bytes)
  }

  /// A message's bytes, the same each time: a map's keys are sorted.
  static func bytes(of message: some Message) -> Data {
    var options = BinaryEncodingOptions()
    options.useDeterministicOrdering = true
    // Only messages of more than 2 GB cannot be written: what they hold is left out.
    return (try? message.serializedBytes(options: options)) ?? Data()
  }

  private static func append(_ sum: UInt32, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: sum.littleEndian) { bytes.append(contentsOf: $0) }
  }
}
