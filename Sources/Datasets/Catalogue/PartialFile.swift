import Crypto
import Foundation

/// The part of a download that has arrived, at `<final path>.part`, locked against other processes.
///
/// Beside it, `<final path>.part.tag` remembers which version of the file it began: the address
/// and the validator (ETag or date) of the answer.
final class PartialFile: @unchecked Sendable {
  let path: String
  private let finalPath: String
  private let descriptor: Int32
  /// Guards `written` and the order of writes: bytes come from the threads of the session.
  private let lock = NSLock()
  private var written: Int

  /// The bytes that have arrived.
  var length: Int { lock.withLock { written } }

  /// Opens what an earlier download left, or an empty file.
  init(for finalPath: String) throws {
    self.finalPath = finalPath
    path = finalPath + ".part"
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Self.failure(path) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let isBusy = errno == EWOULDBLOCK
      let error = isBusy ? DownloadError.busy(path: finalPath) : Self.failure(path)
      close(descriptor)
      throw error
    }
    // The one who held the lock before may have moved the file to its final name since.
    var (own, named) = (stat(), stat())
    guard fstat(descriptor, &own) == 0, stat(path, &named) == 0, own.st_ino == named.st_ino else {
      close(descriptor)
      throw DownloadError.busy(path: finalPath)
    }
    written = Int(max(lseek(descriptor, 0, SEEK_END), 0))
  }

  deinit {
    close(descriptor)
  }

  /// The validator of the version this part began, if it came from `url`.
  func validator(for url: String) -> String? {
    guard length > 0, let text = try? String(contentsOfFile: tagPath, encoding: .utf8) else {
      return nil
    }
    let lines = text.split(separator: "\n").map(String.init)
    return lines.count == 2 && lines[0] == url ? lines[1] : nil
  }

  /// Throws away what has arrived and remembers the version that follows.
  func restart(url: String? = nil, validator: String? = nil) throws {
    try lock.withLock {
      guard written == 0 || ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) >= 0
      else { throw Self.failure(path) }
      written = 0
    }
    if let url, let validator, !validator.contains("\n") {
      // Without the tag a resumed download is only checked by its sum, which suffices.
      try? "\(url)\n\(validator)\n".write(toFile: tagPath, atomically: false, encoding: .utf8)
    } else {
      unlink(tagPath)
    }
  }

  /// Adds bytes at the end; throws `DownloadError.storage` when the disk does not take them all.
  func append(_ data: Data) throws {
    try lock.withLock {
      try data.withUnsafeBytes { bytes in
        var sent = 0
        while sent < bytes.count {
          let count = write(descriptor, bytes.baseAddress! + sent, bytes.count - sent)
          if count < 0 && errno == EINTR { continue }
          guard count >= 0 else { throw Self.failure(path) }
          written += count
          sent += count
        }
      }
    }
  }

  /// The SHA-256 of what has arrived, in hexadecimal digits.
  func sha256() throws -> String {
    try FileSum.sha256(of: path)
  }

  /// Flushes the file to disk and gives it its final name in one step.
  func commit() throws {
    guard fsync(descriptor) == 0, rename(path, finalPath) == 0 else {
      throw Self.failure(finalPath)
    }
    unlink(tagPath)
    let directory = open((finalPath as NSString).deletingLastPathComponent, O_RDONLY | O_CLOEXEC)
    if directory >= 0 {
      fsync(directory)
      close(directory)
    }
  }

  /// Lets others go on with the file.
  func unlock() {
    flock(descriptor, LOCK_UN)
  }

  /// Removes the part and its tag.
  func discard() {
    unlink(path)
    unlink(tagPath)
  }

  private var tagPath: String { path + ".tag" }

  private static func failure(_ path: String) -> DownloadError {
    .storage(path: path, reason: String(cString: strerror(errno)))
  }
}

/// Sums of files on disk.
enum FileSum {
  /// The SHA-256 of a file's content in lower-case hexadecimal digits.
  static func sha256(of path: String) throws -> String {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw DatasetError.unreadable(path: path, reason: String(cString: strerror(errno)))
    }
    defer { try? handle.close() }
    var hash = SHA256()
    while let data = try handle.read(upToCount: 1 << 20), !data.isEmpty {
      hash.update(data: data)
    }
    return hash.finalize().map { String(format: "%02x", $0) }.joined()
  }
}
