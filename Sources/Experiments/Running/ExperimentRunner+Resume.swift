import Foundation
import TandemRuns

extension ExperimentRunner {
  /// What going on with a run came to.
  public enum Resumption: Equatable, Sendable {
    /// It has reached its last step.
    case finished(path: String)
    /// It had no steps left; nothing was changed.
    case nothingToDo(path: String, step: Int)
  }

  /// Goes on with a run of the experiment from its last good checkpoint, or from the start where
  /// there is none yet, exactly as it would have gone on without the interruption.
  ///
  /// The experiment must be what the run was started with: see `RunOrigin.check`.
  ///
  /// - Parameter note: Receives what the user should know, a line each: checkpoints that are
  ///   damaged and were passed over; and, unless progress is kept to oneself, the step that the run
  ///   goes on from.
  /// - Throws: `RunError` where the run cannot be read or another process writes it; what is wrong
  ///   with the data; `RunFailure` where the training ended early.
  public func resume(_ path: String, note: (String) -> Void = { _ in }) throws -> Resumption {
    try resume(path, experiment.configuration, note)
  }

  private func resume(
    _ path: String, _ configuration: some ExperimentConfiguration, _ note: (String) -> Void
  ) throws -> Resumption {
    let run = try ClaimedRun(path, fileSystem: options.fileSystem)
    var lines: [String] = []
    let checkpoint = try run.checkpoints.last { lines.append("\($0)") }
    let from = checkpoint?.step ?? 0
    if checkpoint == nil, let parent = run.record.parent, parent.step > 0 {
      throw ResumptionError(
        "\(path) has no checkpoint of its own; fork \(parent.run) again in its place")
    }
    lines = lines.map { "\($0); going back to step \(from)" }
    lines.forEach(note)
    var loop = try loop(configuration)
    if let checkpoint {
      try loop.restore(checkpoint, seconds: run.seconds(at: from), as: .checkpoint)
    }
    if from > loop.totalSteps || (from == loop.totalSteps && run.record.status == .done) {
      return .nothingToDo(path: path, step: from)
    }
    StopSignals.watch()
    let directory = try run.begin(from: from, totalSteps: loop.totalSteps)
    for line in lines { try? directory.log(line) }
    if !options.isQuiet {
      let place = "step \(from) of \(loop.training.totalSteps)"
      let none = lines.isEmpty ? "no checkpoint yet" : "no checkpoint is whole"
      note(checkpoint == nil ? "\(none): begun anew at \(place)" : "resumed at \(place)")
    }
    return .finished(path: try carryOut(loop, in: directory))
  }

  /// Starts a child of a run: a new run of this experiment, whose configuration may be another,
  /// that begins behind the last good checkpoint of the parent, or at the start where there is none.
  ///
  /// The run directory is made beside the parent's unless the options say where. A child whose
  /// batches, or windows of a text, are of another size than its parent's goes on at the start of
  /// the next epoch: the parent's place within one counts other batches. Of data without epochs it
  /// goes on with the first batch that its parent has seen nothing of.
  ///
  /// - Returns: The path of the child's run directory.
  /// - Throws: What of the checkpoint does not fit the changed configuration, before there is a
  ///   run directory; else as `run()`.
  public func fork(_ parent: String, note: (String) -> Void = { _ in }) throws -> String {
    var options = options
    options.runsDirectory =
      options.runsDirectory ?? URL(filePath: parent).deletingLastPathComponent().relativePath
    return try ExperimentRunner(experiment, options: options)
      .fork(parent, experiment.configuration, note)
  }

  private func fork(
    _ path: String, _ configuration: some ExperimentConfiguration, _ note: (String) -> Void
  ) throws -> String {
    let record = try RunRecord(directory: path)
    // Read without the lock: a run may be forked while it goes on.
    let checkpoint = try CheckpointStore(path: "\(path)/checkpoints").last { note("\($0)") }
    var loop = try loop(configuration)
    if let checkpoint { try loop.restore(checkpoint, seconds: 0, as: .fork) }
    let step = loop.training.step
    guard step < loop.totalSteps else {
      throw ResumptionError(
        "\(path) is at step \(step), and the child run would end at step \(loop.totalSteps)")
    }
    StopSignals.watch()
    let directory = try makeRun(
      configuration, for: loop, parent: ParentRun(run: record.id, step: step))
    if !options.isQuiet {
      note("forked from \(record.id) at step \(step) of \(loop.training.totalSteps)")
    }
    return try carryOut(loop, in: directory)
  }
}

extension ClaimedRun {
  /// The seconds that the run had taken up to a checkpoint.
  fileprivate func seconds(at step: Int) -> Double {
    if let seconds = checkpoints.seconds(at: step) { return seconds }
    guard let history = try? MetricsHistory(contentsOf: "\(path)/metrics.jsonl"),
      let row = history.steps.lastIndex(where: { $0 <= step })
    else { return 0 }
    return history.seconds[row]
  }
}

/// A run that cannot be gone on with as was asked. Prints as one line.
public struct ResumptionError: Error, Equatable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}
