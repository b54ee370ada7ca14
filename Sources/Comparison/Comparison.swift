import Dispatch
import Synchronization
import TandemRuns

/// Several runs side by side: groups of runs that differ by their seeds alone, what each metric
/// comes to in each group, and the curves.
public struct Comparison: Sendable {
  /// What a comparison is asked to show.
  public struct Request: Sendable {
    /// The metrics; none for the losses that all runs have.
    public var metrics: [String]
    /// What curves are laid along.
    public var quantity: Quantity
    /// The weight of the exponential average that smooths curves, in 0..<1; 0 for none. Tables
    /// hold values as they are.
    public var smoothing: Double
    /// The configuration key that groups runs; nil for everything but the seed.
    public var key: String?

    /// The losses over the steps, as they are, unless told otherwise.
    public init(
      metrics: [String] = [], quantity: Quantity = .step, smoothing: Double = 0, key: String? = nil
    ) {
      self.metrics = metrics
      self.quantity = quantity
      self.smoothing = smoothing
      self.key = key
    }

    /// Whether a comparison needs the course of a metric.
    public func needs(_ metric: String) -> Bool {
      metrics.isEmpty ? MetricName.isLoss(metric) : metrics.contains(metric)
    }
  }

  /// What was asked for.
  public let request: Request
  /// In the order of each group's first run.
  public let groups: [RunGroup]
  /// In the order asked for, or of their names.
  public let metrics: [MetricComparison]
  /// The configuration keys that differ.
  public let differences: [KeyDifference]
  /// What could not be read or compared, and what to know of the numbers, a line each.
  public let notes: [String]

  /// The metrics of all runs, compared or not, sorted.
  public var knownMetrics: [String] { Set(runs.flatMap(\.metrics)).sorted() }

  /// All runs, group by group.
  public var runs: [ComparedRun] { groups.flatMap(\.runs) }

  /// Reads and compares the runs in the given directories, as `init(runs:_:)` does.
  public init(paths: [String], _ request: Request = Request()) throws(ComparisonError) {
    try self.init(runs: ComparedRun.read(paths, metrics: request.needs), request)
  }

  /// Compares runs that were read with the metrics that the request needs, or more.
  ///
  /// A run that cannot be compared is left out with a note.
  ///
  /// - Throws: `ComparisonError` where nothing can be compared as asked.
  public init(
    runs all: [ComparedRun], _ request: Request = Request()
  ) throws(ComparisonError) {
    guard (0..<1).contains(request.smoothing) else { throw .smoothing(request.smoothing) }
    var notes = all.flatMap(\.notes)
    let runs = all.filter { !$0.metrics.isEmpty }
    for run in all where run.metrics.isEmpty && run.notes.isEmpty {
      notes.append("\(run.path): left out, it has no rows of metrics yet")
    }
    let names = try Self.metrics(request.metrics, in: runs)
    self.request = request
    groups = try RunGroup.groups(of: runs, by: request.key)
    differences = KeyDifference.all(of: groups)
    metrics = try Self.compare(names, groups, request)
    self.notes =
      notes + Self.remarks(on: groups, names, seedsMatter: request.key == nil)
      + metrics.flatMap(\.notes)
  }

  /// The metrics to compare.
  private static func metrics(
    _ wanted: [String], in runs: [ComparedRun]
  ) throws(ComparisonError) -> [String] {
    guard let first = runs.first else { throw .noMetrics }
    let known = Set(runs.flatMap(\.metrics)).sorted()
    guard !wanted.isEmpty else {
      let shared = runs.dropFirst().reduce(Set(first.series.keys.filter(MetricName.isLoss))) {
        $0.intersection($1.series.keys)
      }
      guard !shared.isEmpty else {
        throw .noSharedLoss(
          shared: known.filter { name in runs.allSatisfy { $0.metrics.contains(name) } },
          known: known)
      }
      return shared.sorted()
    }
    var seen: Set<String> = []
    for name in wanted where !known.contains(name) {
      throw .unknownMetric(name: name, near: suggestion(for: name, among: known), known: known)
    }
    return wanted.filter { seen.insert($0).inserted }
  }

  /// Compares the metrics on all cores.
  private static func compare(
    _ names: [String], _ groups: [RunGroup], _ request: Request
  ) throws(ComparisonError) -> [MetricComparison] {
    let results = Mutex(
      [Result<MetricComparison, ComparisonError>?](repeating: nil, count: names.count))
    DispatchQueue.concurrentPerform(iterations: names.count) { index in
      let result = Result { () throws(ComparisonError) in
        try MetricComparison(
          names[index], groups, along: request.quantity, smoothing: request.smoothing)
      }
      results.withLock { $0[index] = result }
    }
    var metrics: [MetricComparison] = []
    for case let result? in results.withLock({ $0 }) { metrics.append(try result.get()) }
    return metrics
  }

  /// What to know of the numbers: runs that lack a metric, ended early or are the same twice.
  private static func remarks(
    on groups: [RunGroup], _ names: [String], seedsMatter: Bool
  ) -> [String] {
    var notes: [String] = []
    for group in groups {
      var seeds: Set<UInt64> = []
      for run in group.runs {
        for name in names where run.series[name] == nil {
          notes.append("\(run.path): has no metric '\(name)'")
        }
        let (status, total) = (run.summary.status, run.summary.totalSteps)
        if status != .done, status != .damaged {
          let length = total.map { " of \($0)" } ?? ""
          notes.append("\(run.path): \(status.rawValue) at step \(run.lastStep ?? 0)\(length)")
        }
        if seedsMatter, let seed = run.seed, !seeds.insert(seed).inserted {
          notes.append(
            "\(run.path): has the seed \(seed) of another run of '\(ValueText.cell(group.label))', and"
              + " the mean counts both")
        }
      }
      for name in names {
        for run in group.runs {
          guard let last = run.series[name]?.values.last, !last.isFinite else { continue }
          notes.append("\(run.path): the last value of \(name) is not finite")
        }
      }
    }
    return notes
  }
}
