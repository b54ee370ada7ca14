import CZlib
import Foundation

/// Reads a file from its start to its end, inflating it on the way where it is gzip.
///
/// A gzip file's checksum is proved when the end has been read.
final class GzipReader {
  /// The path as it was given.
  let path: String
  /// The size of the file as it lies on disk, in bytes.
  let fileSize: Int

  private let file: gzFile

  init(path: String) throws {
    self.path = path
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw DatasetError.unreadable(path: path, reason: String(cString: strerror(errno)))
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw DatasetError.unreadable(path: path, reason: "not a regular file")
    }
    fileSize = Int(status.st_size)
    guard let file = gzdopen(descriptor, "rb") else {
      close(descriptor)
      throw DatasetError.unreadable(path: path, reason: "out of memory")
    }
    self.file = file
    gzbuffer(file, 1 << 18)
  }

  deinit {
    gzclose(file)
  }

  /// Whether the bytes are taken as they are, without inflating; known after the first read.
  var isPlain: Bool { gzdirect(file) == 1 }

  /// Fills `target` as far as the file goes; returns the number of bytes written.
  func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    var filled = 0
    while filled < target.count {
      let part = UInt32(min(target.count - filled, 1 << 26))
      let count = gzread(file, target.baseAddress! + filled, part)
      guard count >= 0 else { throw failure() }
      filled += Int(count)
      if count < part { break }
    }
    if filled < target.count { try checkEnd() }
    return filled
  }

  /// Throws when the bytes so far ended in the middle of a gzip member.
  private func checkEnd() throws {
    var code: Int32 = 0
    gzerror(file, &code)
    if code != Z_OK && code != Z_STREAM_END { throw failure() }
  }

  private func failure() -> DatasetError {
    var code: Int32 = 0
    // zlib puts a name for the file before what is wrong.
    let message = gzerror(file, &code).map { String(cString: $0) } ?? ""
    let reason = message.range(of: ": ").map { String(message[$0.upperBound...]) } ?? message
    switch code {
    case Z_BUF_ERROR: return .damaged(path: path, reason: "the gzip data end too early")
    case Z_ERRNO: return .unreadable(path: path, reason: String(cString: strerror(errno)))
    default:
      return .damaged(path: path, reason: "the gzip data are corrupt (\(reason))")
    }
  }
}
