import TandemHealth
import TandemRuns
import TandemTraining

/// Carries out an experiment, of whatever kind, in a run directory of its own.
public struct ExperimentRunner {
  /// What a launch decides beside the configuration.
  public struct Options: Sendable {
    /// Where the run directory is made; `runs` in the experiment's directory if absent.
    public var runsDirectory: String?
    /// Steps after which to stop, if fewer than the configuration's.
    public var maxSteps: Int?
    /// Whether to keep progress to oneself.
    public var isQuiet: Bool

    /// What run directories are written through; tests let it fail.
    package var fileSystem: any FileSystem = LocalFileSystem()

    /// Options with nothing special about them unless given.
    public init(runsDirectory: String? = nil, maxSteps: Int? = nil, isQuiet: Bool = false) {
      self.runsDirectory = runsDirectory
      self.maxSteps = maxSteps
      self.isQuiet = isQuiet
    }
  }

  private let experiment: Experiment
  private let options: Options

  /// A runner of `experiment`.
  public init(_ experiment: Experiment, options: Options = Options()) {
    self.experiment = experiment
    self.options = options
  }

  /// Runs the experiment from its start.
  ///
  /// - Returns: The path of the run directory.
  /// - Throws: `ExperimentError` or `DatasetError` before there is a run directory; `RunError`
  ///   where none can be made; `RunFailure` where the training ended early, with the run directory
  ///   intact.
  public func run() throws -> String { try run(experiment.configuration) }

  private func run(_ configuration: some ExperimentConfiguration) throws -> String {
    try configuration.memory.check()
    var loop = TrainingLoop(
      try configuration.training(), configuration.settings, maxSteps: options.maxSteps,
      isQuiet: options.isQuiet)
    Interruption.watch()
    let directory = try RunDirectory.create(
      in: options.runsDirectory ?? "\(experiment.directory)/runs",
      RunDescription(
        experiment: experiment.name, seed: configuration.settings.seed,
        configuration: experiment.resolved, source: experiment.source,
        totalSteps: loop.totalSteps, libraries: Libraries.versions,
        sourceTree: experiment.directory, readings: loop.training.readings),
      fileSystem: options.fileSystem)
    do {
      try directory.log("run \(directory.id) of \(experiment.name), \(loop.totalSteps) steps")
      try directory.log("how to read the losses: \(loop.training.reading)")
      try loop.run(in: directory)
      try directory.finish(.done)
    } catch {
      let (status, exitCode, message) = ExperimentRunner.end(
        by: error, lastCheckpoint: loop.lastCheckpoint)
      // What failed may be the writing itself: the first error is the one to tell.
      try? directory.progress(step: loop.training.step)
      if let error = error as? NonFiniteError {
        let alert = HealthAlert(
          error, step: loop.training.step, lastCheckpoint: loop.lastCheckpoint)
        try? directory.record(alert.event, step: alert.step)
      }
      try? directory.log(message)
      try? directory.finish(status, message: message)
      throw RunFailure(exitCode: exitCode, message: "\(message); the run is \(directory.path)")
    }
    return directory.path
  }

  /// How a training that was ended by an error stands, and what is told of it.
  private static func end(
    by error: any Error, lastCheckpoint: Int?
  ) -> (status: RunStatus, exitCode: Int32, message: String) {
    switch error {
    case let error as NonFiniteError:
      let saved = lastCheckpoint.map { "step \($0)" } ?? "none"
      return (.stopped, 3, "\(error); the last good checkpoint: \(saved)")
    case let stop as StoppedByHealth: return (.stopped, 3, "\(stop)")
    case let interruption as Interrupted:
      return (.interrupted, 128 + interruption.signal, "\(interruption)")
    default: return (.failed, 1, "\(error)")
    }
  }
}

/// A training that ended before its last step.
public struct RunFailure: Error, CustomStringConvertible {
  /// What the program exits with: 1 failed, 3 stopped by a health rule, 128 + signal.
  public let exitCode: Int32
  /// What happened, and the run directory.
  public let message: String

  public var description: String { message }
}
