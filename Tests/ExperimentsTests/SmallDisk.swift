import Foundation
import Synchronization
import TandemRuns

/// The machine's file system, on a disk with room for so many bytes of files.
final class SmallDisk: FileSystem {
  private let real = LocalFileSystem()
  private let size: Int
  private let room: Mutex<Int>

  init(bytes: Int = .max) {
    size = bytes
    room = Mutex(bytes)
  }

  /// How many bytes were written.
  var written: Int { room.withLock { size - $0 } }

  func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile) throws(RunError) -> Int {
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
  func synchronize(_ file: OpenFile) throws(RunError) {}

  func makeFolder(_ path: String) throws(RunError) { try real.makeFolder(path) }
  func open(_ path: String, for purpose: FilePurpose) throws(RunError) -> OpenFile {
    try real.open(path, for: purpose)
  }
  func lock(_ file: OpenFile) throws(RunError) -> Bool { try real.lock(file) }
  func close(_ file: OpenFile) throws(RunError) { try real.close(file) }
  func rename(_ path: String, to target: String) throws(RunError) {
    try real.rename(path, to: target)
  }
  func remove(_ path: String) throws(RunError) { try real.remove(path) }
}
