import Foundation

/// A block of bytes that is filled once and then only read, shared by all copies of its owner.
final class ByteStorage: @unchecked Sendable {
  /// The bytes; written to by the one that made the storage, before it is shared.
  let bytes: UnsafeMutableRawBufferPointer

  /// Unfilled memory for `count` bytes; nil when the system has not that much.
  init?(count: Int) {
    // The system promises more than it has, and kills the process that takes it at its word.
    guard count <= Int(ProcessInfo.processInfo.physicalMemory / 4 * 3) else { return nil }
    guard let start = malloc(max(count, 1)) else { return nil }
    bytes = UnsafeMutableRawBufferPointer(start: start, count: count)
  }

  deinit {
    free(bytes.baseAddress)
  }
}
