import Foundation
import Synchronization

/// A run directory, held by the process that writes it.
///
/// ```
/// <runs>/20251121-105200-amber-falcon/
///   run.json              replaced atomically     config.resolved.json  config.source.yaml
///   env.json              code/diff.patch         log.txt
///   metrics.jsonl  events.jsonl  samples/index.jsonl      append-only
///   checkpoints/
/// ```
///
/// It appears under its name complete, and is locked until `finish` or the process's end: a
/// second process that tries to write it gets `RunError.inUse`. `ClaimedRun` goes on with one.
public final class RunDirectory: Sendable {
  private struct State {
    var record: RunRecord
    var log: AppendFile
    var lock: OpenFile?
    var lastWrite = ContinuousClock.now
  }

  /// The directory.
  public let path: String
  /// The run's id, the directory's name.
  public let id: String
  /// The number of this session, from 1.
  public let session: Int
  /// `metrics.jsonl`.
  public let metrics: MetricsLog
  /// `events.jsonl`.
  public let events: EventLog
  /// `samples/index.jsonl`; `saveSample` appends to it.
  public let samples: SampleIndex
  /// The `checkpoints` folder; `saveCheckpoint` writes into it.
  public let checkpoints: CheckpointStore
  package let fileSystem: any FileSystem
  private let state: Mutex<State>
  let observers = Mutex<[any RunObserver]>([])

  /// Makes a new run in a folder of runs, which is made when absent.
  ///
  /// Throws `RunError`; nothing with a run's name is left behind when an operation before its
  /// naming fails.
  public static func create(
    in runs: String, _ description: RunDescription, fileSystem: any FileSystem = LocalFileSystem()
  ) throws(RunError) -> RunDirectory {
    try create(in: runs, description, fileSystem: fileSystem, name: RunName.random(at:))
  }

  /// Makes a new run whose names come from a function; one that is taken is asked for again.
  package static func create(
    in runs: String, _ description: RunDescription, fileSystem: any FileSystem,
    name: (Date) -> String
  ) throws(RunError) -> RunDirectory {
    guard isPlainName(description.experiment) else {
      throw .invalid(path: runs, reason: "'\(description.experiment)' cannot name an experiment")
    }
    try fileSystem.makeFolders(runs)
    let git = description.sourceTree.flatMap(GitState.observe)
    while true {
      let created = Timestamp.rounded(Date())
      let id = name(created)
      let partial = "\(runs)/.\(id).new"
      if exists("\(runs)/\(id)") { continue }
      do {
        try fileSystem.makeFolder(partial)
      } catch {
        if case .system(_, _, EEXIST) = error { continue }
        throw error
      }
      let record = RunRecord(
        id: id, description: description, configuration: description.configuration.fingerprint(),
        git: git?.state, created: created)
      do throws(RunError) {
        let lock = try fill(partial, description, record, patch: git?.patch ?? [], fileSystem)
        do {
          try fileSystem.rename(partial, to: "\(runs)/\(id)")
        } catch {
          try? fileSystem.close(lock)
          throw error
        }
        let run = try open("\(runs)/\(id)", record, lock: lock, fileSystem)
        try fileSystem.synchronizeFolder(runs)
        try run.record(.start)
        return run
      } catch {
        try? fileSystem.removeTree(partial)
        // Another process took the name between the look and the renaming.
        if case .system(_, _, let code) = error, code == ENOTEMPTY || code == EEXIST { continue }
        throw error
      }
    }
  }

  /// Opens the files of a run that is locked, or gives up its lock.
  static func open(
    _ path: String, _ record: RunRecord, lock: OpenFile, _ fileSystem: any FileSystem
  ) throws(RunError) -> RunDirectory {
    do {
      return try RunDirectory(path, record, lock: lock, fileSystem)
    } catch {
      try? fileSystem.close(lock)
      throw error
    }
  }

  private init(
    _ path: String, _ record: RunRecord, lock: OpenFile, _ fileSystem: any FileSystem
  ) throws(RunError) {
    self.path = path
    self.fileSystem = fileSystem
    id = record.id
    session = record.sessions.last?.number ?? 1
    checkpoints = CheckpointStore(path: "\(path)/checkpoints", fileSystem: fileSystem)
    metrics = try MetricsLog(
      path: "\(path)/metrics.jsonl", session: session, fileSystem: fileSystem)
    events = try EventLog(path: "\(path)/events.jsonl", fileSystem: fileSystem)
    samples = try SampleIndex(path: "\(path)/samples/index.jsonl", fileSystem: fileSystem)
    let log = try AppendFile(path: "\(path)/log.txt", fileSystem: fileSystem)
    state = Mutex(State(record: record, log: log, lock: lock))
  }

  deinit {
    state.withLock { state in
      try? state.log.close()
      if let lock = state.lock { try? fileSystem.close(lock) }
    }
  }

  /// What `run.json` holds, as of now.
  public var record: RunRecord { state.withLock { $0.record } }

  /// Changes the record and writes it at once.
  public func update(_ change: (inout RunRecord) -> Void) throws(RunError) {
    try state.withLock { (state) throws(RunError) in
      change(&state.record)
      try write(&state)
    }
  }

  /// Notes how far the run is; the record is written when two seconds have passed since it last
  /// was, so that this may be called every step.
  public func progress(step: Int, metrics: [String: Double] = [:]) throws(RunError) {
    try state.withLock { (state) throws(RunError) in
      state.record.step = step
      state.record.metrics.merge(metrics) { $1 }
      if ContinuousClock.now - state.lastWrite > .seconds(2) { try write(&state) }
    }
  }

  /// Appends an event at a step, by default the record's.
  public func record(_ kind: RunEvent.Kind, step: Int? = nil) throws(RunError) {
    let step = step ?? record.step
    try events.append(RunEvent(session: session, step: step, kind: kind))
  }

  /// Appends a line to `log.txt`, after the time; further lines of the text are indented.
  public func log(_ text: String) throws(RunError) {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let entry = "\(Timestamp.text(of: Date())) \(lines.joined(separator: "\n    "))\n"
    try state.withLock { (state) throws(RunError) in
      state.log.add { $0.append(contentsOf: entry.utf8) }
      try state.log.flush()
    }
  }

  /// Ends the session: writes the status, closes every file and gives up the lock.
  ///
  /// All of it is tried; the first error is thrown after that.
  ///
  /// - Parameters:
  ///   - status: `done`, `failed`, `stopped` or `interrupted`.
  ///   - message: why the run failed or was stopped.
  public func finish(_ status: RunStatus, message: String? = nil) throws(RunError) {
    var failure: RunError?
    func attempt(_ body: () throws(RunError) -> Void) {
      do { try body() } catch { failure = failure ?? error }
    }
    attempt { () throws(RunError) in try metrics.close() }
    attempt { () throws(RunError) in try record(.end(status: status, message: message)) }
    attempt { () throws(RunError) in try events.close() }
    attempt { () throws(RunError) in try samples.close() }
    let now = Timestamp.rounded(Date())
    func end(_ record: inout RunRecord) {
      // A run whose last rows could not be written is not done.
      record.status = status == .done && failure != nil ? .failed : status
      record.ended = now
      record.message = message ?? failure?.description
      if let last = record.sessions.indices.last {
        record.sessions[last].status = record.status
        record.sessions[last].ended = now
      }
    }
    // Before the lock is given up: a session that comes after must find the files complete. And
    // before the log is closed, which takes what observers have to say.
    var ended = record
    end(&ended)
    removeObservers(at: ended)
    state.withLock { state in
      attempt { () throws(RunError) in try state.log.close() }
      end(&state.record)
      attempt { () throws(RunError) in try write(&state) }
      if let lock = state.lock {
        state.lock = nil
        attempt { () throws(RunError) in try fileSystem.close(lock) }
      }
    }
    if let failure { throw failure }
  }

  private func write(_ state: inout State) throws(RunError) {
    state.record.updated = Timestamp.rounded(Date())
    state.lastWrite = .now
    let place = "\(path)/run.json"
    try fileSystem.replaceFile(place, bytes: try JSONCoding.file(state.record, path: place))
  }
}
