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
    /// A step behind which to stop as at a signal, without an error.
    package var pauseStep: Int?
    /// Whether health alerts are printed, as they are even where progress is not.
    package var tellsAlerts = true

    /// Options with nothing special about them unless given.
    public init(runsDirectory: String? = nil, maxSteps: Int? = nil, isQuiet: Bool = false) {
      self.runsDirectory = runsDirectory
      self.maxSteps = maxSteps
      self.isQuiet = isQuiet
    }
  }

  let experiment: Experiment
  let options: Options

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
    let loop = try loop(configuration)
    StopSignals.watch()
    return try carryOut(loop, in: try makeRun(configuration, for: loop))
  }

  // MARK: - Parts of running, resuming and forking

  /// The loop at the training's start.
  func loop<Configuration: ExperimentConfiguration>(
    _ configuration: Configuration
  ) throws -> TrainingLoop<Configuration.Training> {
    try configuration.memory.check()
    var loop = TrainingLoop(
      try configuration.training(), configuration.settings, maxSteps: options.maxSteps,
      isQuiet: options.isQuiet)
    loop.pauseStep = options.pauseStep
    loop.tellsAlerts = options.tellsAlerts
    return loop
  }

  /// Makes the directory of a new run.
  func makeRun<Training>(
    _ configuration: some ExperimentConfiguration, for loop: TrainingLoop<Training>,
    parent: ParentRun? = nil
  ) throws -> RunDirectory {
    let directory = try RunDirectory.create(
      in: options.runsDirectory ?? "\(experiment.directory)/runs",
      RunDescription(
        experiment: experiment.name, seed: configuration.settings.seed,
        configuration: experiment.resolved, source: experiment.source,
        totalSteps: loop.totalSteps, configuredSteps: loop.training.totalSteps,
        directory: experiment.directory,
        overrides: experiment.overrides, parent: parent, libraries: Libraries.versions,
        sourceTree: experiment.directory, readings: loop.training.readings),
      fileSystem: options.fileSystem)
    return directory
  }

  /// Trains in a run directory to the end.
  ///
  /// - Returns: The path of the run directory.
  /// - Throws: `RunFailure` where the training ended early.
  func carryOut<Training>(
    _ loop: TrainingLoop<Training>, in directory: RunDirectory
  ) throws -> String {
    var loop = loop
    do {
      let (from, epoch) = (loop.training.step, loop.training.epoch)
      try directory.log(
        "session \(directory.session) of run \(directory.id) of \(directory.record.experiment), "
          + "steps \(from) to \(loop.totalSteps)" + (epoch > 0 ? ", from epoch \(epoch) on" : ""))
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
      guard let exitCode else { return directory.path }
      let command = ShellCommand([ShellCommand.program, "resume", directory.path])
      throw RunFailure(
        exitCode: exitCode, reason: message,
        // A number that is not finite would come again.
        advice: status == .interrupted || error is StoppedByHealth
          ? "go on with: \(command)" : "the run is \(directory.path)")
    }
    return directory.path
  }

  /// How a training that was ended by an error stands, and what is told of it; no exit code where
  /// it was meant to end.
  private static func end(
    by error: any Error, lastCheckpoint: Int?
  ) -> (status: RunStatus, exitCode: Int32?, message: String) {
    switch error {
    case let error as NonFiniteError:
      let saved = lastCheckpoint.map { "step \($0)" } ?? "none"
      return (.stopped, 3, "\(error); the last good checkpoint: \(saved)")
    case let stop as StoppedByHealth: return (.stopped, 3, "\(stop)")
    case let interruption as Interrupted:
      return (.interrupted, interruption.signal.map { 128 + $0 }, "\(interruption)")
    default: return (.failed, 1, "\(error)")
    }
  }
}

/// A training that ended before its last step.
public struct RunFailure: Error, CustomStringConvertible {
  /// What the program exits with: 1 failed, 3 stopped by a health rule, 128 + signal.
  public let exitCode: Int32
  /// What happened.
  public let reason: String
  /// Where the run directory is, or how to go on.
  public let advice: String

  /// What happened, and what there is to do about it.
  public var message: String { "\(reason); \(advice)" }

  public var description: String { message }
}
