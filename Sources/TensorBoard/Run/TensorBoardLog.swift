import Dispatch
import Foundation
import Synchronization
import TandemRuns

/// Writes what happens to a run into an event file, for TensorBoard to show while it trains.
///
/// ```
/// <run>/tensorboard/events.out.tfevents.<seconds>.<host>.<process>.<session>
/// <run>/tensorboard/events.out.tfevents.<seconds>.<host>.<process>.<session>.end
/// ```
///
/// Each session has a file of its own, which begins with a mark of the step from which on readers
/// drop what earlier sessions recorded. How a session has ended is in a second file, for a session
/// that goes on removes it: of what is said twice, TensorBoard believes the first.
///
/// Where the file cannot be written, a warning is given once and the training goes on without. A
/// row costs its caller some microseconds: it is written a second later by another thread, at the
/// latest before the next checkpoint.
public final class TensorBoardLog: RunObserver {
  private struct State {
    /// Nil once the file could not be written, or is closed.
    var writer: EventFileWriter?
    var isFlushPlanned = false
  }

  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "tandem.tensorboard")
  private let delay: Double
  /// The first step that this session has to tell of.
  private let firstStep: Int
  private let runPath: String
  private let fileSystem: any FileSystem
  private let warn: @Sendable (String) -> Void

  /// Begins the file of a run's session and lets it follow the run to the session's end.
  ///
  /// - Parameters:
  ///   - delay: How many seconds an event may wait in memory.
  ///   - warn: Is told, once, why there is no file or no more of it.
  public static func follow(
    _ run: RunDirectory, delay: Double = 1, warn: @escaping @Sendable (String) -> Void
  ) -> TensorBoardLog {
    let log = TensorBoardLog(run, delay: delay, warn: warn)
    log.begin(run.record)
    run.add(log)
    return log
  }

  private init(
    _ run: RunDirectory, delay: Double, warn: @escaping @Sendable (String) -> Void
  ) {
    self.delay = delay
    self.warn = warn
    runPath = run.path
    fileSystem = run.fileSystem
    // A checkpoint's own row and samples were written by the session that saved it; a run that
    // begins again at its start has none, and paints its first samples again.
    let start = run.record.sessions.last?.firstStep ?? 0
    firstStep = run.session == 1 || start == 0 ? 0 : start + 1
  }

  deinit { close() }

  public func noteRow(step: Int, values: [String: Float]) {
    add(step: step) { SessionSummaries.row(values) }
  }

  public func noteSample(_ sample: SampleRecord, bytes: [UInt8]) {
    add(step: sample.step) { SessionSummaries.sample(sample, bytes).map { [$0] } ?? [] }
  }

  /// Adds how the values of tensors are distributed; of those without a finite one, nothing.
  public func noteHistograms(step: Int, _ tensors: [(name: String, values: [Float])]) {
    add(step: step) { tensors.compactMap { .histogram($0.name, of: $0.values) } }
  }

  public func synchronize() {
    write { (writer) throws(RunError) in try writer.synchronize() }
  }

  public func noteEnd(_ record: RunRecord) {
    let path = state.withLock { $0.writer?.path }
    close()
    guard let path else { return }
    do {
      let time = Date().timeIntervalSince1970
      var writer = try EventFileWriter(path: "\(path).end", time: time, fileSystem: fileSystem)
      writer.add(.summary(step: record.step, time: time, [SessionSummaries.end(of: record)]))
      try writer.close()
    } catch {
      tell(error)
    }
  }

  // MARK: - Writing

  /// Creates the file with what is known at the start.
  private func begin(_ record: RunRecord) {
    do {
      let folder = "\(runPath)/tensorboard"
      try fileSystem.makeFolders(folder)
      var earlier = try EventFileName.all(in: folder)
      for name in earlier where name.isEnd { try fileSystem.remove("\(folder)/\(name.text)") }
      earlier.removeAll(where: \.isEnd)
      let now = Date()
      let session = record.sessions.last
      let name = EventFileName(
        seconds: max(Int(now.timeIntervalSince1970), (earlier.map(\.seconds).max() ?? -1) + 1),
        host: session?.process.host ?? "unknown", process: session?.process.pid ?? 0,
        session: session?.number ?? 1)
      let time = now.timeIntervalSince1970
      var writer = try EventFileWriter(
        path: "\(folder)/\(name.text)", time: time, fileSystem: fileSystem)
      writer.add(.start(step: firstStep, time: time))
      if earlier.isEmpty {
        let values = SessionSummaries.start(of: record, at: runPath)
        writer.add(.summary(step: 0, time: time, values))
      }
      state.withLock { $0.writer = writer }
      // At once: whatever becomes of this session, later ones do not tell it again.
      write { (writer) throws(RunError) in try writer.flush() }
    } catch {
      tell(error)
    }
  }

  /// Adds an event of values, if its step is one of this session and there are any.
  private func add(step: Int, _ values: () -> [TensorBoardSummary.Value]) {
    guard step >= firstStep else { return }
    let mustPlan = state.withLock { state in
      guard state.writer != nil else { return false }
      let values = values()
      if values.isEmpty { return false }
      let time = Date().timeIntervalSince1970
      state.writer?.add(.summary(step: step, time: time, values))
      defer { state.isFlushPlanned = true }
      return !state.isFlushPlanned
    }
    guard mustPlan else { return }
    queue.asyncAfter(deadline: .now() + delay) { [weak self] in
      self?.state.withLock { $0.isFlushPlanned = false }
      self?.write { (writer) throws(RunError) in try writer.flush() }
    }
  }

  /// Does something with the file; where that fails, there is no file from then on.
  private func write(_ body: (inout EventFileWriter) throws(RunError) -> Void) {
    let failure = state.withLock { state -> RunError? in
      guard var writer = state.writer.take() else { return nil }
      do throws(RunError) {
        try body(&writer)
        state.writer = writer
        return nil
      } catch {
        try? writer.abandon()
        return error
      }
    }
    if let failure { tell(failure) }
  }

  private func close() {
    let failure = state.withLock { state -> RunError? in
      guard var writer = state.writer.take() else { return nil }
      do throws(RunError) {
        try writer.close()
        return nil
      } catch {
        return error
      }
    }
    if let failure { tell(failure) }
  }

  private func tell(_ error: RunError) {
    warn("TensorBoard's file is not written any more: \(error)")
  }
}
