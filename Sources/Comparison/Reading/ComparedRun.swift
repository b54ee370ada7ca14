import Dispatch
import Foundation
import Synchronization
import TandemRuns

/// A run with the courses of the metrics that are compared.
public struct ComparedRun: Sendable {
  /// The run, whose metrics have been read.
  public let recorded: RecordedRun
  /// The experiment's name; the kind of the configuration where the record is damaged.
  public let experiment: String
  /// Equal for runs that differ in the seed alone.
  public let fingerprint: String
  /// What every random number followed from.
  public let seed: UInt64?
  /// The names of all its metrics, sorted.
  public let metrics: [String]
  /// The courses of the metrics that are compared.
  public let series: [String: MetricSeries]
  /// The directions of metrics that chose a best checkpoint, as the run has noted them, by the
  /// names of their files, in which each `/` is a `-`.
  let bestDirections: [String: MetricDirection]
  /// The last step that has a row, and the seconds by then.
  public let lastStep: Int?
  /// Seconds of work by the last row.
  public let seconds: Double?
  /// The run directory.
  public var path: String { recorded.path }
  /// The run's id.
  public var id: String { recorded.id }
  /// What a listing shows of it.
  public var summary: RunSummary { recorded.summary }
  /// The configuration with every default explicit; nil where it cannot be read.
  public var configuration: ConfigurationValue? { recorded.configuration }
  /// What could not be read, a line each.
  public var notes: [String] { recorded.notes }

  /// Reads a run directory, keeping the metrics that are chosen.
  public init(path: String, metrics isChosen: (String) -> Bool) {
    var run = RecordedRun(path: path)
    let history = run.metrics()
    recorded = run
    fingerprint =
      run.configuration?.fingerprint() ?? run.record?.configuration ?? "unknown of \(path)"
    experiment = run.summary.experiment ?? run.configuration?["kind"]?.inline ?? "unknown"
    if case .integer(let number)? = run.configuration?["seed"] {
      seed = run.record?.seed ?? UInt64(exactly: number)
    } else {
      seed = run.record?.seed
    }
    metrics = history.keys
    series = Dictionary(
      uniqueKeysWithValues: metrics.filter(isChosen).compactMap { name in
        history.series(name).map { (name, $0) }
      })
    lastStep = history.steps.last
    seconds = history.seconds.last ?? run.summary.seconds
    bestDirections = CheckpointStore(path: "\(path)/checkpoints").bestDirections()
  }

  /// Reads runs on all cores, in their order.
  public static func read(
    _ paths: [String], metrics isChosen: @Sendable (String) -> Bool
  ) -> [ComparedRun] {
    let runs = Mutex([ComparedRun?](repeating: nil, count: paths.count))
    DispatchQueue.concurrentPerform(iterations: paths.count) { index in
      let run = ComparedRun(path: paths[index], metrics: isChosen)
      runs.withLock { $0[index] = run }
    }
    return runs.withLock { $0.compactMap { $0 } }
  }

  /// The run in messages: its id, with its seed where it is known.
  var name: String { seed.map { "\(id) (seed \($0))" } ?? id }
}

extension MetricDirection {
  /// The direction of a metric: as one of the runs has noted it with the best checkpoint that it
  /// chose by it, and else by the name.
  static func of(_ metric: String, in runs: [ComparedRun]) -> MetricDirection? {
    let file = String(metric.map { $0 == "/" ? "-" : $0 })
    return runs.lazy.compactMap { $0.bestDirections[file] }.first
      ?? MetricName.direction(of: metric)
  }
}
