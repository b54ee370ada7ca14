/// A line of an append-only file that could not be read.
public struct SkippedLine: Equatable, Sendable {
  /// The line's number, from 1.
  public let line: Int
  /// Why it could not be read.
  public let reason: String

  /// A line with the reason why it was skipped.
  public init(line: Int, reason: String) {
    self.line = line
    self.reason = reason.visible
  }
}

/// The values that one metric took, in the order of the file.
public struct MetricSeries: Equatable, Sendable {
  /// How many steps had been taken at each value.
  public internal(set) var steps: [Int] = []
  /// Passes over the data by then.
  public internal(set) var epochs: [Double] = []
  /// Seconds since the run began.
  public internal(set) var seconds: [Double] = []
  /// The values.
  public internal(set) var values: [Double] = []
}

/// The rows of `metrics.jsonl`, kept by columns.
///
/// Where a session resumed an earlier one, its rows replace the earlier ones from its first step
/// on. A last line without its end is one that is still being written (or was torn by a crash):
/// it does not count. Other lines that are not rows are skipped and listed.
public struct MetricsHistory: Sendable {
  /// How many steps had been taken at each row.
  public internal(set) var steps: [Int] = []
  /// Passes over the data by then.
  public internal(set) var epochs: [Double] = []
  /// Seconds since the run began.
  public internal(set) var seconds: [Double] = []
  /// The session that wrote the row, from 1.
  public internal(set) var sessions: [Int] = []
  /// The lines that were damaged.
  public internal(set) var skipped: [SkippedLine] = []

  struct Column: Sendable {
    let name: [UInt8]
    /// The rows that have a value here, ascending.
    var rows: [Int32] = []
    var values: [Double] = []
  }
  var columns: [Column] = []
  var columnsByName: [String: Int] = [:]
  /// The latest session seen and its first step.
  private var latest = (session: Int.min, firstStep: Int.min)

  /// A history of no rows.
  public init() {}

  /// Reads a whole file; throws `RunError` when it cannot be read.
  public init(contentsOf path: String) throws(RunError) {
    var reader = MetricsReader(path: path)
    try reader.readOn()
    self = reader.history
  }

  /// How many rows there are.
  public var count: Int { steps.count }

  /// The names of the metrics, sorted.
  public var keys: [String] {
    columnsByName.filter { !columns[$0.value].rows.isEmpty }.keys.sorted()
  }

  /// The course of a metric; nil where no row has it.
  public func series(_ key: String) -> MetricSeries? {
    guard let index = columnsByName[key], !columns[index].rows.isEmpty else { return nil }
    let column = columns[index]
    return MetricSeries(
      steps: column.rows.map { steps[Int($0)] }, epochs: column.rows.map { epochs[Int($0)] },
      seconds: column.rows.map { seconds[Int($0)] }, values: column.values)
  }

  /// The last value of each metric.
  public var last: [String: Double] {
    columnsByName.compactMapValues { columns[$0].values.last }
  }

  /// Adds a row, its values by column; drops what it replaces.
  ///
  /// - Returns: Whether the row has its place: false for one of an earlier session behind the start
  ///   of a later one, which no sound file has.
  mutating func add(
    step: Int, epoch: Double, seconds second: Double, session: Int, columns indices: [Int],
    values: [Double]
  ) -> Bool {
    if session > latest.session {
      if !steps.isEmpty { dropRows(from: step) }
      latest = (session, step)
    } else if session < latest.session, step >= latest.firstStep {
      return false
    }
    let row = Int32(steps.count)
    steps.append(step)
    epochs.append(epoch)
    seconds.append(second)
    sessions.append(session)
    for (index, value) in zip(indices, values) {
      // Of a key that a line repeats, the last value counts.
      if columns[index].rows.last == row {
        columns[index].values[columns[index].values.count - 1] = value
      } else {
        columns[index].rows.append(row)
        columns[index].values.append(value)
      }
    }
    return true
  }

  /// Drops all rows of a step or later ones.
  private mutating func dropRows(from step: Int) {
    let kept = steps.indices.filter { steps[$0] < step }
    if kept.count == steps.count { return }
    var renumbered = [Int32](repeating: -1, count: steps.count)
    for (new, old) in kept.enumerated() { renumbered[old] = Int32(new) }
    steps = kept.map { steps[$0] }
    epochs = kept.map { epochs[$0] }
    seconds = kept.map { seconds[$0] }
    sessions = kept.map { sessions[$0] }
    for index in columns.indices {
      let pairs = zip(columns[index].rows, columns[index].values)
        .filter { renumbered[Int($0.0)] >= 0 }
      columns[index].rows = pairs.map { renumbered[Int($0.0)] }
      columns[index].values = pairs.map { $0.1 }
    }
  }
}
