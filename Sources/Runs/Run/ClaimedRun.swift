import Foundation
import Synchronization

/// A run that nobody else can write, before its next session begins: what is done to find out where
/// the session is to begin.
///
/// The lock is held until `begin` hands it to the session, or until the object goes.
public final class ClaimedRun: Sendable {
  /// The directory.
  public let path: String
  /// What `run.json` says.
  public let record: RunRecord
  /// The checkpoints, without what a process that died has left half done.
  public let checkpoints: CheckpointStore
  private let fileSystem: any FileSystem
  private let lock: Mutex<OpenFile?>

  /// Locks a run and cleans up after a process that died.
  ///
  /// Throws `RunError.inUse` where another process writes the run.
  public init(_ path: String, fileSystem: any FileSystem = LocalFileSystem()) throws(RunError) {
    let lock = try RunDirectory.takeLock(path, fileSystem)
    do {
      record = try RunRecord(directory: path)
      checkpoints = CheckpointStore(path: "\(path)/checkpoints", fileSystem: fileSystem)
      try checkpoints.recover()
    } catch {
      try? fileSystem.close(lock)
      throw error
    }
    self.path = path
    self.fileSystem = fileSystem
    self.lock = Mutex(lock)
  }

  deinit {
    if let lock = lock.withLock({ $0 }) { try? fileSystem.close(lock) }
  }

  /// Begins the next session. To be called once.
  ///
  /// - Parameters:
  ///   - step: That of the checkpoint that training goes on from; 0 where there is none.
  ///   - totalSteps: How many steps the run is to have now; as before if absent.
  public func begin(
    from step: Int, totalSteps: Int? = nil, arguments: [String] = CommandLine.arguments
  ) throws(RunError) -> RunDirectory {
    let held = lock.withLock { lock in
      defer { lock = nil }
      return lock
    }
    guard let held else {
      throw .invalid(path: path, reason: "its session has begun already")
    }
    var record = record
    if let last = record.sessions.indices.last, record.sessions[last].status == .running {
      record.sessions[last].status = .lost
    }
    record.sessions.append(
      .init(
        number: (record.sessions.last?.number ?? 0) + 1, started: Timestamp.rounded(Date()),
        firstStep: step, status: .running, arguments: arguments, process: .current))
    record.status = .running
    record.ended = nil
    record.message = nil
    record.step = step
    record.totalSteps = totalSteps ?? record.totalSteps
    let run = try RunDirectory.open(path, record, lock: held, fileSystem)
    try run.update { _ in }
    let folder = CheckpointStore.folderName(step)
    let hasCheckpoint = exists("\(checkpoints.path)/\(folder)")
    try run.record(.resume(checkpoint: hasCheckpoint ? folder : nil), step: step)
    return run
  }
}
