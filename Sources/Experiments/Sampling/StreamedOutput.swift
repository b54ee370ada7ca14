import Foundation

/// A file or pipe that text is written to as it comes: what was written is there for a reader
/// after a moment, without a call of the system for every piece.
public struct StreamedOutput {
  /// Bytes after which all is passed on whatever the time.
  private static let capacity = 8192
  /// The time after which what has come is passed on.
  private static let patience = Duration.milliseconds(10)

  private let descriptor: Int32
  private var held: [UInt8] = []
  private var lastFlush: ContinuousClock.Instant?

  /// Output to an open file, by default to standard output.
  public init(descriptor: Int32 = STDOUT_FILENO) { self.descriptor = descriptor }

  /// Takes text; the first at once.
  ///
  /// - Throws: `OutputError` where it cannot be written.
  public mutating func write(_ text: String) throws {
    held.append(contentsOf: text.utf8)
    if held.count < StreamedOutput.capacity, let lastFlush,
      ContinuousClock.now - lastFlush < StreamedOutput.patience
    {
      return
    }
    try flush()
  }

  /// Passes on what is held back: to be called at the end.
  ///
  /// - Throws: `OutputError` where it cannot be written.
  public mutating func flush() throws {
    defer {
      held.removeAll(keepingCapacity: true)
      lastFlush = .now
    }
    try held.withUnsafeBytes { try StreamedOutput.writeAll($0, to: descriptor) }
  }

  /// Writes all bytes to an open file.
  static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = UnsafeRawBufferPointer(rebasing: rest)
      let count = Foundation.write(descriptor, part.baseAddress, part.count)
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        throw OutputError(code: errno)
      }
    }
  }
}

/// Output that cannot be written. Prints as one line.
public struct OutputError: Error, Equatable, CustomStringConvertible {
  /// The system's number of what is wrong.
  public let code: Int32

  public var description: String { "cannot write the output: \(String(cString: strerror(code)))" }
}
