import Foundation
import Synchronization
import TandemRuns

/// The machine's file system, on a disk with room for so many bytes of files.
public final class SmallDisk: FileSystem {
  private let real = LocalFileSystem()
  private let size: Int
  private let room: Mutex<Int>

  /// A disk with room for so many bytes.
  public init(bytes: Int = .max) {
    size = bytes
    room = Mutex(bytes)
  }

  /// How many bytes were written.
  public var written: Int { room.withLock { size - $0 } }

  public func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile) throws(RunError) -> Int {
    let count = room.withLock { room in
      let count = min(room, bytes.count)
      room -= count
      return count
    }
    if count == 0, !bytes.isEmpty {
      throw .system(operation: "write", path: file.path, code: ENOSPC)
    }
    return try real.write(UnsafeRawBufferPointer(rebasing: bytes.prefix(count)), to: file)
  }

  // Nothing here outlives a power cut, and waiting for the disk would take seconds.
  public func synchronize(_ file: OpenFile) throws(RunError) {}

  public func makeFolder(_ path: String) throws(RunError) { try real.makeFolder(path) }
  public func open(_ path: String, for purpose: FilePurpose) throws(RunError) -> OpenFile {
    try real.open(path, for: purpose)
  }
  public func lock(_ file: OpenFile) throws(RunError) -> Bool { try real.lock(file) }
  public func close(_ file: OpenFile) throws(RunError) { try real.close(file) }
  public func rename(_ path: String, to target: String) throws(RunError) {
    try real.rename(path, to: target)
  }
  public func remove(_ path: String) throws(RunError) { try real.remove(path) }
}
