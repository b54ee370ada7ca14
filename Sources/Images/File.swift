import Glibc

/// Whole files, with errors in one line.
package enum File {
  /// All bytes of a file that has at most `limit`.
  package static func read(_ path: String, limit: Int) throws(ImageError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(file: path, reason: lastError()) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        throw .unreadable(file: path, reason: lastError())
      }
      bytes += chunk[..<count]
      guard bytes.count <= limit else {
        throw .tooLarge(file: path, reason: "it has more than \(limit) bytes")
      }
    }
  }

  /// Writes beside the path, flushes to the disk and renames.
  package static func write(_ bytes: [UInt8], to path: String) throws(ImageError) {
    let beside = "\(path).\(String(UInt64.random(in: 0...UInt64.max), radix: 36)).tmp"
    let descriptor = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .unwritable(file: path, reason: lastError()) }
    do throws(ImageError) {
      try fill(descriptor, bytes, path)
      guard rename(beside, path) == 0 else {
        throw .unwritable(file: path, reason: lastError())
      }
    } catch {
      unlink(beside)
      throw error
    }
  }

  /// Writes all bytes to an open file, flushes and closes it; `path` stands for it in errors.
  package static func fill(
    _ descriptor: Int32, _ bytes: [UInt8], _ path: String
  ) throws(ImageError) {
    var failure: String?
    var done = 0
    while done < bytes.count && failure == nil {
      let count = bytes.withUnsafeBytes { bytes in
        Glibc.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
      }
      if count >= 0 {
        done += count
      } else if errno != EINTR {
        failure = lastError()
      }
    }
    if failure == nil && fsync(descriptor) != 0 { failure = lastError() }
    if close(descriptor) != 0 && failure == nil { failure = lastError() }
    if let failure { throw .unwritable(file: path, reason: failure) }
  }

  private static func lastError() -> String {
    String(cString: strerror(errno))
  }
}
