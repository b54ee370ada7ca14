import Foundation
import TandemAdversarial
import TandemRuns
import TandemTensors
import TandemTraining

/// Carries out an experiment: one plain loop that trains, logs, paints samples and saves.
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
  public func run() throws -> String {
    let configuration = experiment.configuration
    try MemoryEstimate(configuration).check()
    var training = try GANTraining(configuration)
    let total = min(configuration.steps, options.maxSteps ?? .max)
    Interruption.watch()
    let directory = try RunDirectory.create(
      in: options.runsDirectory ?? "\(experiment.directory)/runs",
      RunDescription(
        experiment: experiment.name, seed: configuration.seed, configuration: experiment.resolved,
        source: experiment.source, totalSteps: total, libraries: Libraries.versions,
        sourceTree: experiment.directory), fileSystem: options.fileSystem)
    do {
      try directory.log("run \(directory.id) of \(experiment.name), \(total) steps")
      try directory.log("how to read the losses: \(configuration.objective.reading)")
      try train(&training, until: total, in: directory)
      try directory.finish(.done)
    } catch {
      let (status, exitCode, message) = ExperimentRunner.end(of: training, by: error)
      // What failed may be the writing itself: the first error is the one to tell.
      try? directory.progress(step: training.trainer.step)
      try? directory.log(message)
      try? directory.finish(status, message: message)
      throw RunFailure(exitCode: exitCode, message: "\(message); the run is \(directory.path)")
    }
    return directory.path
  }

  /// How a training that was ended by an error stands, and what is told of it.
  private static func end(
    of training: GANTraining, by error: any Error
  ) -> (status: RunStatus, exitCode: Int32, message: String) {
    let saved = training.lastCheckpoint.map { "step \($0)" } ?? "none"
    switch error {
    case let error as NonFiniteError:
      return (.stopped, 3, "\(error); the last good checkpoint: \(saved)")
    case let interruption as Interrupted:
      return (.interrupted, 128 + interruption.signal, "\(interruption)")
    default: return (.failed, 1, "\(error)")
    }
  }

  private func train(_ training: inout GANTraining, until total: Int, in run: RunDirectory) throws {
    let configuration = experiment.configuration
    let painter = try SamplePainter(configuration, run: run)
    var progress = ProgressLine(from: 0, to: total, isQuiet: options.isQuiet)
    defer { progress.finish() }
    var throughput = Throughput()
    let start = ContinuousClock.now
    _ = try painter.paint(training.trainer, step: 0)
    while training.trainer.step < total {
      let metrics = try training.takeStep()
      let step = training.trainer.step
      throughput.advance(examples: configuration.batchSize)
      progress.show(
        step: step, metrics.values.filter { $0.name == "loss/d" || $0.name == "loss/g" })

      let isLast = step == total
      let signal = Interruption.signal
      let paints = isLast || step.isMultiple(of: configuration.samples.every)
      let saves = isLast || signal != nil || step.isMultiple(of: configuration.checkpoints.every)
      guard paints || saves || step.isMultiple(of: configuration.metricsEvery) else { continue }

      var row = Dictionary(uniqueKeysWithValues: metrics.values.map { ($0.name, Float($0.value)) })
      row["images/s"] = throughput.examplesPerSecond.map { Float($0) }
      throughput.pause()
      if paints {
        for (name, value) in try painter.paint(training.trainer, step: step) {
          row[name] = Float(value)
        }
      }
      try run.metrics.append(
        step: step, epoch: training.epoch, seconds: start.duration(to: .now) / .seconds(1),
        floats: row)
      try run.progress(step: step, metrics: row.mapValues { Double($0) })
      if saves { try training.save(in: run) }
      if let signal, !isLast { throw Interrupted(signal: signal, step: step) }
      throughput.resume()
    }
  }
}

/// A signal that ended a run after its step.
struct Interrupted: Error, CustomStringConvertible {
  let signal: Int32
  let step: Int

  var description: String {
    "interrupted by \(signal == SIGINT ? "SIGINT" : "SIGTERM") after step \(step), which is saved"
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
