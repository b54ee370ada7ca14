import Dispatch
import Foundation
import Synchronization
import TandemRuns

/// A run with the courses of the metrics that are compared.
public struct ComparedRun: Sendable {
  /// The run directory.
  public let path: String
  /// The run's id.
  public let id: String
  /// What a listing shows of it.
  public let summary: RunSummary
  /// The experiment's name; the kind of the configuration where the record is damaged.
  public let experiment: String
  /// The configuration with every default explicit; nil where it cannot be read.
  public let configuration: ConfigurationValue?
  /// Equal for runs that differ in the seed alone.
  public let fingerprint: String
  /// What every random number followed from.
  public let seed: UInt64?
  /// The names of all its metrics, sorted.
  public let metrics: [String]
  /// The courses of the metrics that are compared.
  public let series: [String: MetricSeries]
  /// The values of metrics that chose a best checkpoint, by the names of their files, in which
  /// each `/` is a `-`.
  public let bestValues: [String: Double]
  /// The last step that has a row, and the seconds by then.
  public let lastStep: Int?
  /// Seconds of work by the last row.
  public let seconds: Double?
  /// What could not be read, a line each.
  public let notes: [String]

  /// Reads a run directory, keeping the metrics that are chosen.
  public init(path: String, metrics isChosen: (String) -> Bool) {
    var run = RecordedRun(path: path)
    let history = run.metrics()
    self.path = path
    id = run.id
    summary = run.summary
    configuration = run.configuration
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
    seconds = history.seconds.last ?? summary.seconds
    bestValues = Self.bestValues(of: path)
    notes = run.notes
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

  private static func bestValues(of path: String) -> [String: Double] {
    let store = CheckpointStore(path: "\(path)/checkpoints")
    var values: [String: Double] = [:]
    for name in (try? store.bestMetrics()) ?? [] {
      // The pointer alone: the checkpoint that it names is not opened.
      let file = URL(filePath: "\(store.path)/best-\(name).json")
      guard let data = try? Data(contentsOf: file),
        let pointer = try? JSONDecoder().decode(CheckpointPointer.self, from: data)
      else { continue }
      values[name] = pointer.value
    }
    return values
  }

  /// The run in messages: its id, with its seed where it is known.
  var name: String { seed.map { "\(id) (seed \($0))" } ?? id }
}
