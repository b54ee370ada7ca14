import Foundation
import TandemExperiments
import TandemHealth
import TandemRuns
import TandemTensorBoard

/// What the log of a training costs beside its steps: the row of `metrics.jsonl`, the same row for
/// TensorBoard, the health rules that judge it, and `run.json`, which is written every two seconds.
///
///     tandem-bench logging experiments/dcgan-fashion
///
/// Logging is counted in processor time, of all threads, over many rows; a step too, shared by the
/// cores, or by the clock where that is less, the quickest of several. So other programs on the
/// machine matter little, and with a row at every step the share is the largest that a
/// configuration can ask for.
struct LoggingBenchmark {
  private let directory: String
  private let steps = 12
  private let rows = 20_000
  private let records = 200
  /// The greatest share of a step that is accepted.
  private let limit = 0.01

  init(directory: String) { self.directory = directory }

  /// Measures and prints; exit code 1 where logging costs more than it may.
  func run() throws {
    let experiment = try Experiment(directory: directory)
    var training: any ExperimentTraining = try experiment.configuration.training()
    var metrics = try training.takeStep().metrics
    let cores = Double(ProcessInfo.processInfo.activeProcessorCount)
    var step = Double.infinity
    for _ in 0..<steps {
      let start = ContinuousClock.now
      let work = try processorTime { metrics = try training.takeStep().metrics }
      step = min(step, work / cores, start.duration(to: .now) / .seconds(1))
    }
    let cost = try logging(metrics, of: experiment)
    let record = cost.record * step / 2
    let share = (cost.row + record) / step
    print(
      String(
        format: """
          %@: a step takes %.1f ms; its row of %d metrics %.1f us of processor time, its part of \
          run.json %.1f us; logging costs %.3f %% of a step (at most %.0f %%)
          """,
        experiment.name, step * 1e3, metrics.count + 1, cost.row * 1e6, record * 1e6,
        share * 100, limit * 100))
    if share > limit { exit(1) }
  }

  /// Seconds of processor time of a row, and of writing the record.
  private func logging(
    _ metrics: [(name: String, value: Double)], of experiment: Experiment
  ) throws -> (row: Double, record: Double) {
    let folder = NSTemporaryDirectory() + "tandem-bench-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let run = try RunDirectory.create(
      in: folder,
      RunDescription(
        experiment: experiment.name, seed: 1, configuration: experiment.resolved,
        source: experiment.source, totalSteps: rows, sourceTree: nil))
    _ = TensorBoardLog.follow(run) { print($0) }
    var health = experiment.configuration.settings.health
    // Closing the files is part of it: rows may wait in memory until then.
    let all = try processorTime {
      for step in 1...rows {
        var row: [String: Float] = [:]
        for (name, value) in metrics { row[name] = Float(value) }
        row["images/s"] = Float(step)
        try run.saveMetrics(step: step, epoch: 0.5, seconds: Double(step), row)
        let values = row.mapValues { Double($0) }
        try run.progress(step: step, metrics: values)
        _ = health.observe(HealthRow(step: step, metrics: values))
      }
      try run.finish(.done)
    }
    let record = try processorTime { for _ in 0..<records { try run.update { _ in } } }
    return (all / Double(rows), record / Double(records))
  }

  /// Seconds that all threads of the process worked during a body.
  private func processorTime(_ body: () throws -> Void) rethrows -> Double {
    func now() -> Double {
      var time = timespec()
      clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
    let start = now()
    try body()
    return now() - start
  }
}
