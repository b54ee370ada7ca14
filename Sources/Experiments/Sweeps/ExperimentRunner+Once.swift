import Foundation
import TandemRuns

extension ExperimentRunner {
  /// What asking for a run came to whose twin may be there already.
  public enum Once: Sendable {
    /// It has reached its last step now.
    case finished(path: String)
    /// It had been done before; nothing was changed.
    case alreadyDone(path: String)
    /// Another process is at work on it; nothing was changed.
    case running(path: String)
  }

  /// Sees to it that the experiment has been run once with this configuration and seed: goes on
  /// with the run where it is interrupted or lost, starts it where there is none, and leaves one
  /// that is done or at work as it is.
  ///
  /// Any number of processes may ask for the same run at the same time.
  ///
  /// - Parameters:
  ///   - retry: Whether to go on with a run that failed or was stopped by a health rule.
  ///   - note: As of `resume`.
  /// - Throws: As `run()` and `resume()`; `RunFailure` for a run that failed earlier, unless it is
  ///   to be tried again.
  public func runOnce(retry: Bool = false, note: (String) -> Void = { _ in }) throws -> Once {
    try runOnce(experiment.configuration, retry, note)
  }

  private func runOnce(
    _ configuration: some ExperimentConfiguration, _ retry: Bool, _ note: (String) -> Void
  ) throws -> Once {
    let runs = options.runsDirectory ?? "\(experiment.directory)/runs"
    let wanted = WantedRun(experiment, maxSteps: options.maxSteps)
    if let standing = try RunsByIdentity(in: runs).standing(of: wanted) {
      return try settle(standing, retry, note)
    }
    // The data are read before the lock is taken, so that others need not wait for that.
    let loop = try loop(configuration)
    switch try claim(wanted, in: runs, { try makeRun(configuration, for: loop) }) {
    case .made(let directory): return .finished(path: try carryOut(loop, in: directory))
    case .found(let standing): return try settle(standing, retry, note)
    }
  }

  /// Does what is left to do about a run that is there already.
  private func settle(
    _ standing: RunStanding, _ retry: Bool, _ note: (String) -> Void
  ) throws -> Once {
    switch standing {
    case .done(let run): return .alreadyDone(path: run.path)
    case .running(let run): return .running(path: run.path)
    case .failed(let run) where !retry:
      throw RunFailure(
        exitCode: run.status == .stopped ? 3 : 1,
        reason: "\(run.path) \(run.status.rawValue) earlier: \(run.message ?? "no reason given")",
        advice: "--retry goes on with it")
    case .failed(let run), .broken(let run):
      let origin = try RunOrigin(path: run.path)
      do {
        switch try ExperimentRunner(origin.experiment, options: options)
          .resume(run.path, note: note)
        {
        case .finished(let path), .nothingToDo(let path, _): return .finished(path: path)
        }
      } catch RunError.inUse {
        return .running(path: run.path)
      }
    }
  }

  private enum Claim {
    case made(RunDirectory)
    case found(RunStanding)
  }

  /// Makes a run's directory unless another process has made one since; a lock of the folder keeps
  /// two processes from looking, and then making, at the same time.
  private func claim(
    _ wanted: WantedRun, in runs: String, _ make: () throws -> RunDirectory
  ) throws -> Claim {
    let fileSystem = options.fileSystem
    try fileSystem.makeFolders(runs)
    let lock = try fileSystem.waitForLock("\(runs)/.once.lock", of: runs)
    defer { try? fileSystem.close(lock) }
    if let standing = try RunsByIdentity(in: runs).standing(of: wanted) { return .found(standing) }
    StopSignals.watch()
    return .made(try make())
  }
}
