import Foundation
import Synchronization
import TandemRuns
import Testing

/// Gives a body an empty folder and removes it afterwards.
func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let path = NSTemporaryDirectory() + "tandem-runs-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try body(path)
}

func text(of path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

func write(_ text: String, to path: String) throws {
  try text.write(toFile: path, atomically: false, encoding: .utf8)
}

/// The error that a body throws, in its one line.
func message(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch {
    return "\(error)"
  }
}

/// What a new run of an experiment is to record.
func makeDescription(_ experiment: String = "ring", tree: String? = nil) throws -> RunDescription {
  var reader = ConfigurationReader(yaml: "seed: 3", file: "experiment.yaml")
  let seed = reader.integer("seed", default: 1)
  return RunDescription(
    experiment: experiment, seed: UInt64(seed), configuration: try reader.finish(),
    source: "seed: 3", totalSteps: 100, arguments: ["tandem", "run", experiment],
    libraries: ["oneDNN": "2.6"], sourceTree: tree)
}

/// The machine's file system, in which one operation fails: the one after so many others, or all
/// from that one on.
final class FaultyFileSystem: FileSystem {
  private struct State {
    var operations = 0
    var failures = 0
  }

  private let state = Mutex(State())
  private let real = LocalFileSystem()
  private let goodOperations: Int
  private let isPersistent: Bool
  private let code: Int32

  init(failingAfter goodOperations: Int, persistent isPersistent: Bool, code: Int32 = ENOSPC) {
    self.goodOperations = goodOperations
    self.isPersistent = isPersistent
    self.code = code
  }

  /// Whether the operation that was to fail was reached.
  var hasFailed: Bool { state.withLock { $0.failures > 0 } }

  private func pass(_ operation: String, _ path: String) throws(RunError) {
    let fails = state.withLock { state in
      defer { state.operations += 1 }
      let fails =
        isPersistent
        ? state.operations >= goodOperations : state.operations == goodOperations
      if fails { state.failures += 1 }
      return fails
    }
    if fails { throw .system(operation: operation, path: path, code: code) }
  }

  func makeFolder(_ path: String) throws(RunError) {
    try pass("create folder", path)
    try real.makeFolder(path)
  }

  func open(_ path: String, for purpose: FilePurpose) throws(RunError) -> OpenFile {
    try pass("open", path)
    return try real.open(path, for: purpose)
  }

  func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile) throws(RunError) -> Int {
    // Half of the bytes go through, as on a disk that runs full.
    let half = UnsafeRawBufferPointer(rebasing: bytes.prefix((bytes.count + 1) / 2))
    try pass("write", file.path)
    return try real.write(half, to: file)
  }

  func synchronize(_ file: OpenFile) throws(RunError) {
    // Nothing here outlives a power cut, and waiting for the disk would take minutes.
    try pass("flush", file.path)
  }

  func lock(_ file: OpenFile) throws(RunError) -> Bool {
    try pass("lock", file.path)
    return try real.lock(file)
  }

  func close(_ file: OpenFile) throws(RunError) {
    // The descriptor goes also when closing reports that the last bytes could not be written.
    try real.close(file)
    try pass("close", file.path)
  }

  func rename(_ path: String, to target: String) throws(RunError) {
    try pass("rename to", target)
    try real.rename(path, to: target)
  }

  func remove(_ path: String) throws(RunError) {
    try pass("remove", path)
    try real.remove(path)
  }
}
