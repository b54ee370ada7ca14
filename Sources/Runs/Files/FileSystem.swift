import Foundation

/// What a file is opened for.
public enum FilePurpose: Sendable {
  /// Written from its start; an old file of the name is emptied.
  case writing
  /// Written at its end, created when absent.
  case appending
  /// A folder, opened to be flushed.
  case folder
  /// A lock, created when absent.
  case locking
}

/// An open file: the system's number for it, and its path for messages.
public struct OpenFile: Sendable {
  /// The number that the system gave it.
  public let descriptor: Int32
  /// What messages call it.
  public let path: String

  /// A file that is open under the given number.
  public init(descriptor: Int32, path: String) {
    self.descriptor = descriptor
    self.path = path
  }
}

/// Every operation by which this room changes the disk.
///
/// A run directory's promises (nothing half-written is ever seen, the last good checkpoint
/// survives) rest on the order of these calls; tests stand in for the disk here and let each call
/// fail in turn. Reading does not pass the seam.
public protocol FileSystem: Sendable {
  /// Makes one folder; fails with EEXIST when the path exists.
  func makeFolder(_ path: String) throws(RunError)
  func open(_ path: String, for purpose: FilePurpose) throws(RunError) -> OpenFile
  /// Writes some of the bytes, at least one, and returns how many.
  func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile) throws(RunError) -> Int
  /// Returns once the file's bytes (a folder's entries) are on the disk.
  func synchronize(_ file: OpenFile) throws(RunError)
  /// Takes the exclusive lock of an open file, without waiting; false when another holds it.
  func lock(_ file: OpenFile) throws(RunError) -> Bool
  func close(_ file: OpenFile) throws(RunError)
  /// Gives a file or folder a new path; replaces a file or an empty folder there, atomically.
  func rename(_ path: String, to target: String) throws(RunError)
  /// Removes a file, or an empty folder.
  func remove(_ path: String) throws(RunError)
}

extension FileSystem {
  /// Writes all bytes.
  package func writeAll(_ bytes: UnsafeRawBufferPointer, to file: OpenFile) throws(RunError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      rest = rest.dropFirst(try write(UnsafeRawBufferPointer(rebasing: rest), to: file))
    }
  }

  /// Makes a folder and those above it; one that exists is fine.
  package func makeFolders(_ path: String) throws(RunError) {
    if isFolder(path) { return }
    if let parent = parentFolder(of: path), !isFolder(parent) { try makeFolders(parent) }
    do {
      try makeFolder(path)
    } catch {
      // Another process may have made it since.
      guard isFolder(path) else { throw error }
    }
  }

  /// Opens a lock and takes it as soon as no other process holds it.
  ///
  /// - Parameters:
  ///   - subject: The path of what it keeps from being changed by two at once.
  ///   - limit: How long to wait; nil for as long as it takes.
  /// - Throws: `RunError.inUse` of the subject when the time is over.
  package func waitForLock(
    _ path: String, of subject: String, atMost limit: Duration? = nil
  ) throws(RunError) -> OpenFile {
    let lock = try open(path, for: .locking)
    let start = ContinuousClock.now
    do throws(RunError) {
      while try !self.lock(lock) {
        if let limit, start.duration(to: .now) >= limit { throw .inUse(path: subject, pid: nil) }
        usleep(10_000)
      }
      return lock
    } catch {
      try? close(lock)
      throw error
    }
  }

  /// Flushes a folder, so that the names in it survive a power cut.
  package func synchronizeFolder(_ path: String) throws(RunError) {
    let folder = try open(path, for: .folder)
    do {
      try synchronize(folder)
    } catch {
      try? close(folder)
      throw error
    }
    try close(folder)
  }

  /// Creates or overwrites a file by a body, flushes and closes it. Not atomic.
  func createFile(
    _ path: String, _ body: (OpenFile) throws(RunError) -> Void
  ) throws(RunError) {
    let file = try open(path, for: .writing)
    do {
      try body(file)
      try synchronize(file)
    } catch {
      try? close(file)
      throw error
    }
    try close(file)
  }

  /// Creates or overwrites a file, flushed. Not atomic.
  func createFile(_ path: String, bytes: [UInt8]) throws(RunError) {
    try createFile(path) { (file) throws(RunError) in
      try typed(path) { try bytes.withUnsafeBytes { try writeAll($0, to: file) } }
    }
  }

  /// Replaces a file so that every reader sees the old bytes or the new, also after a power cut:
  /// written beside, flushed, renamed, its folder flushed.
  ///
  /// Only one process may replace a path at a time.
  func replaceFile(_ path: String, bytes: [UInt8]) throws(RunError) {
    let folder = parentFolder(of: path) ?? "."
    let beside = "\(folder)/.\(lastComponent(of: path)).new"
    do {
      try createFile(beside, bytes: bytes)
      try rename(beside, to: path)
    } catch {
      try? remove(beside)
      throw error
    }
    try synchronizeFolder(folder)
  }

  /// Removes a file, or a folder with all that is in it; of a symbolic link the link alone.
  func removeTree(_ path: String) throws(RunError) {
    if isFolder(path), !isSymbolicLink(path) {
      for name in try namesInFolder(path) { try removeTree("\(path)/\(name)") }
    }
    try remove(path)
  }
}
