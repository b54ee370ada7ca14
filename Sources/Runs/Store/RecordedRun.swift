/// A run as it lies on the disk, for whoever compares, shows or exports it.
///
/// Nothing in it is fatal: a file that is missing or damaged gives nothing, and a note says so.
public struct RecordedRun: Sendable {
  /// The run directory.
  public let path: String
  /// What a listing shows of it.
  public let summary: RunSummary
  /// What `run.json` says.
  public let record: RunRecord?
  /// The configuration with every default explicit.
  public let configuration: ConfigurationValue?
  /// What could not be read, a line each, the file named.
  public private(set) var notes: [String] = []

  /// Reads a run directory's `run.json` and configuration.
  public init(path: String) {
    self.path = path
    summary = RunSummary(path: path)
    do {
      record = try RunRecord(directory: path)
    } catch {
      record = nil
      notes.append(error.description)
    }
    if let warning = summary.warning { notes.append(warning) }
    do {
      configuration = try ConfigurationValue(contentsOf: "\(path)/config.resolved.json")
    } catch {
      configuration = nil
      notes.append(error.description)
    }
  }

  /// The run's id.
  public var id: String { summary.id }

  /// All rows of `metrics.jsonl`.
  public mutating func metrics() -> MetricsHistory {
    let history = attempt(MetricsHistory(), "metrics.jsonl", MetricsHistory.init(contentsOf:))
    note(history.skipped, in: "metrics.jsonl")
    return history
  }

  /// All samples, in the order of steps.
  public mutating func samples() -> [SampleRecord] {
    let (rows, skipped) = attempt(([], []), "samples/index.jsonl", SampleIndex.samples)
    note(skipped, in: "samples/index.jsonl")
    return rows
  }

  /// All events, in the order of the file.
  public mutating func events() -> [RunEvent] {
    let (rows, skipped) = attempt(([], []), "events.jsonl", EventLog.read)
    note(skipped, in: "events.jsonl")
    return rows
  }

  /// The steps of all checkpoints, ascending.
  public mutating func checkpoints() -> [Int] {
    attempt([], "checkpoints") { (path) throws(RunError) in
      try CheckpointStore(path: path).steps()
    }
  }

  private mutating func attempt<Value>(
    _ nothing: Value, _ file: String, _ read: (String) throws(RunError) -> Value
  ) -> Value {
    do {
      return try read("\(path)/\(file)")
    } catch {
      notes.append(error.description)
      return nothing
    }
  }

  private mutating func note(_ skipped: [SkippedLine], in file: String) {
    let shown = skipped.prefix(3).map { "\(path)/\(file):\($0.line): skipped, \($0.reason)" }
    let rest = skipped.count - shown.count
    notes += shown + (rest > 0 ? ["\(path)/\(file): \(rest) more lines skipped"] : [])
  }
}
