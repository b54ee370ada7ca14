import Foundation

/// The machine's own file system.
public struct LocalFileSystem: FileSystem {
  /// The file system at hand.
  public init() {}

  public func makeFolder(_ path: String) throws(RunError) {
    try check(mkdir(path, 0o777), "create folder", path)
  }

  public func open(_ path: String, for purpose: FilePurpose) throws(RunError) -> OpenFile {
    let flags: Int32
    switch purpose {
    case .writing: flags = O_WRONLY | O_CREAT | O_TRUNC
    case .appending: flags = O_WRONLY | O_CREAT | O_APPEND
    case .folder: flags = O_RDONLY | O_DIRECTORY
    case .locking: flags = O_RDWR | O_CREAT
    }
    // Closed on exec: a child process that kept a lock open would keep the run locked.
    let descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o666)
    try check(descriptor, "open", path)
    return OpenFile(descriptor: descriptor, path: path)
  }

  public func write(
    _ bytes: UnsafeRawBufferPointer, to file: OpenFile
  ) throws(RunError) -> Int {
    while true {
      let count = Glibc.write(file.descriptor, bytes.baseAddress, bytes.count)
      if count >= 0 { return count }
      if errno != EINTR { throw .system(operation: "write", path: file.path, code: errno) }
    }
  }

  public func synchronize(_ file: OpenFile) throws(RunError) {
    while fsync(file.descriptor) != 0 {
      // Some file systems cannot flush a folder or a device and say so by EINVAL.
      if errno == EINVAL { return }
      if errno != EINTR { throw .system(operation: "flush", path: file.path, code: errno) }
    }
  }

  public func lock(_ file: OpenFile) throws(RunError) -> Bool {
    while flock(file.descriptor, LOCK_EX | LOCK_NB) != 0 {
      if errno == EWOULDBLOCK { return false }
      if errno != EINTR { throw .system(operation: "lock", path: file.path, code: errno) }
    }
    return true
  }

  public func close(_ file: OpenFile) throws(RunError) {
    // A child that another thread forks holds a copy of the descriptor until its exec, and with it
    // the lock: only unlocking gives it up at once.
    _ = flock(file.descriptor, LOCK_UN)
    // After EINTR the descriptor is closed all the same on Linux.
    if Glibc.close(file.descriptor) != 0, errno != EINTR {
      throw .system(operation: "close", path: file.path, code: errno)
    }
  }

  public func rename(_ path: String, to target: String) throws(RunError) {
    try check(Glibc.rename(path, target), "rename to", target)
  }

  public func remove(_ path: String) throws(RunError) {
    try check(Glibc.remove(path), "remove", path)
  }

  private func check(_ result: Int32, _ operation: String, _ path: String) throws(RunError) {
    if result < 0 { throw .system(operation: operation, path: path, code: errno) }
  }
}
