import Foundation
import Synchronization
import TandemRuns

/// The machine's file system, in which one operation fails: the one after so many others, or all
/// from that one on.
public final class FaultyFileSystem: FileSystem {
  /// How much of its bytes a write takes, when one can fail behind it.
  public enum Writes: Sendable {
    /// Half at every call, so that each part of a file is followed by a failure in some test.
    case halves
    /// All, but for the one whose turn it is to fail: half, and the operation after it fails.
    case wholes
  }

  private struct State {
    var operations = 0
    var failures = 0
    var isTorn = false
  }

  private let state = Mutex(State())
  private let real = LocalFileSystem()
  private let goodOperations: Int
  private let isPersistent: Bool
  private let code: Int32
  private let writes: Writes

  /// A file system in which an operation fails with an error of the system.
  public init(
    failingAfter goodOperations: Int, persistent isPersistent: Bool, code: Int32 = ENOSPC,
    writes: Writes = .halves
  ) {
    self.goodOperations = goodOperations
    self.isPersistent = isPersistent
    self.code = code
    self.writes = writes
  }

  /// Whether the operation that was to fail was reached.
  public var hasFailed: Bool { state.withLock { $0.failures > 0 } }

  private func pass(_ operation: String, _ path: String) throws(RunError) {
    let fails = state.withLock { state in
      defer { state.operations += 1 }
      let fails =
        isPersistent
        ? state.operations >= goodOperations : state.operations == goodOperations
      if fails || state.isTorn { state.failures += 1 }
      defer { state.isTorn = false }
      return fails || state.isTorn
    }
    if fails { throw .system(operation: operation, path: path, code: code) }
  }

  /// Whether a write's turn to fail has come that has not torn anything yet.
  private var tears: Bool {
    state.withLock { state in
      guard writes == .wholes, state.operations == goodOperations, !state.isTorn else {
        return false
      }
      state.isTorn = true
      state.operations += 1
      return true
    }
  }

  public func makeFolder(_ path: String) throws(RunError) {
    try pass("create folder", path)
    try real.makeFolder(path)
  }

  public func open(_ path: String, for purpose: FilePurpose) throws(RunError) -> OpenFile {
    try pass("open", path)
    return try real.open(path, for: purpose)
  }

  public func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile) throws(RunError) -> Int {
    // As on a disk that runs full, some of the bytes go through.
    let half = UnsafeRawBufferPointer(rebasing: bytes.prefix((bytes.count + 1) / 2))
    if bytes.count > 1, tears { return try real.write(half, to: file) }
    try pass("write", file.path)
    return try real.write(writes == .halves ? half : bytes, to: file)
  }

  public func synchronize(_ file: OpenFile) throws(RunError) {
    // Nothing here outlives a power cut, and waiting for the disk would take minutes.
    try pass("flush", file.path)
  }

  public func lock(_ file: OpenFile) throws(RunError) -> Bool {
    try pass("lock", file.path)
    return try real.lock(file)
  }

  public func close(_ file: OpenFile) throws(RunError) {
    // The descriptor goes also when closing reports that the last bytes could not be written.
    try real.close(file)
    try pass("close", file.path)
  }

  public func rename(_ path: String, to target: String) throws(RunError) {
    try pass("rename to", target)
    try real.rename(path, to: target)
  }

  public func remove(_ path: String) throws(RunError) {
    try pass("remove", path)
    try real.remove(path)
  }
}
