import Foundation
import TandemRuns

/// Shows whether an experiment that is stopped and resumed ends as one that is not: two short runs,
/// compared by `ResumeReport`.
public struct ResumeCheck {
  private let experiment: Experiment
  private let steps: Int
  private let stop: Int

  /// A check of the experiment in a directory, with intervals short enough that rows, samples,
  /// validations and checkpoints fall between and onto the steps before and behind the stop.
  ///
  /// - Parameters:
  ///   - steps: Of both runs, at least 2.
  ///   - stop: The step behind which the second run is stopped, below `steps`; nearly half of them
  ///     unless given.
  /// - Throws: As reading the experiment does.
  public init(
    directory: String, overrides: [String] = [], steps: Int = 12, stop: Int? = nil
  ) throws {
    let whole = try Experiment(directory: directory, overrides: overrides)
    let shares = [
      ("metrics.every", 6), ("samples.every", 4), ("validation.every", 3), ("checkpoints.every", 2),
    ]
    let shorter = shares.compactMap { key, share -> String? in
      guard case .integer(let interval)? = whole.resolved[key] else { return nil }
      return "\(key)=\(min(interval, max(1, steps / share)))"
    }
    try self.init(
      Experiment(directory: directory, overrides: overrides + shorter), steps: steps, stop: stop)
  }

  /// A check of an experiment as it is.
  package init(_ experiment: Experiment, steps: Int, stop: Int? = nil) {
    self.experiment = experiment
    self.steps = max(2, steps)
    self.stop = min(max(1, stop ?? self.steps / 2 - 1), self.steps - 1)
  }

  /// Runs the experiment twice in a temporary folder and compares the runs.
  ///
  /// - Parameter inOneProcess: Whether this process goes on with the stopped run, by a freshly made
  ///   training; else a process of its own does, which nothing but the run directory can have told
  ///   where it stands.
  /// - Throws: `RunFailure` where a training ends early; `ResumptionError` where the experiment has
  ///   too few steps.
  public func report(inOneProcess: Bool = true) throws -> ResumeReport {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "tandem-verify-\(UUID().uuidString)").path(percentEncoded: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var options = ExperimentRunner.Options(
      runsDirectory: folder, maxSteps: steps, isQuiet: true)
    // How these runs fare is nobody's concern.
    options.tellsAlerts = false
    do {
      let whole = try ExperimentRunner(experiment, options: options).run()
      options.pauseStep = stop
      let stopped = try ExperimentRunner(experiment, options: options).run()
      guard try RunRecord(directory: stopped).status == .interrupted else {
        throw ResumptionError(
          "\(experiment.name) has too few steps to be stopped behind step \(stop)")
      }
      if inOneProcess {
        options.pauseStep = nil
        _ = try ExperimentRunner(experiment, options: options).resume(stopped)
      } else {
        let ending = try TandemProcess(["resume", stopped, "--quiet", "--max-steps", "\(steps)"])
          .ending()
        guard ending.status == 0 else {
          throw RunFailure(exitCode: ending.status, reason: ending.message, advice: "")
        }
      }
      return try ResumeReport(
        experiment: experiment.name, whole: whole, resumed: stopped, stop: stop)
    } catch let failure as RunFailure {
      // The run directories go with the folder.
      throw RunFailure(
        exitCode: failure.exitCode, reason: failure.reason, advice: "nothing was verified")
    }
  }
}
