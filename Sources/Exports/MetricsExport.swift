import Foundation
import TandemRuns

/// Writes a run's metrics as a table: of rows that a resumed session has written again, the later.
public struct MetricsExport {
  /// How the table is written.
  public enum Form: String, Sendable {
    /// A column for each metric, behind `step`, `epoch`, `seconds` and `session`; the first line
    /// names them. A metric that a row does not have is empty, one that is no number `NaN`, `inf`
    /// or `-inf`.
    case csv
    /// The lines of `metrics.jsonl`.
    case jsonl
  }

  /// What was written.
  public struct Outcome: Sendable, Encodable {
    /// The file; `-` for standard output.
    public let file: String
    /// Rows of metrics.
    public let rows: Int
    /// The metrics, sorted.
    public let metrics: [String]
  }

  private let history: MetricsHistory
  private let id: String
  /// What could not be read, a line each.
  public let notes: [String]

  /// An export of the run in the folder `path`; throws `RunError` where it has no metrics.
  public init(path: String) throws(RunError) {
    var run = RecordedRun(path: path)
    history = run.metrics()
    notes = run.notes
    id = run.id
    guard history.count > 0 else {
      let file = "\(path)/metrics.jsonl"
      _ = try MetricsHistory(contentsOf: file)
      throw .damaged(path: file, reason: "it has no rows")
    }
  }

  /// Writes the table to a file.
  ///
  /// - Parameters:
  ///   - path: `<id>.csv` or `<id>.jsonl` in this directory if nil, `-` for standard output.
  ///   - isReplacing: Whether a file that is there gives way.
  /// - Throws: `RunError` naming the file.
  public func write(
    _ form: Form, to path: String? = nil, replacing isReplacing: Bool
  ) throws(RunError) -> Outcome {
    let path = path ?? "\(id).\(form.rawValue)"
    let disk = LocalFileSystem()
    if path == "-" {
      try write(form, to: OpenFile(descriptor: STDOUT_FILENO, path: "the output"), of: disk)
    } else {
      try NewFile.write(path, replacing: isReplacing) { (partial) throws(RunError) in
        let file = try disk.open(partial, for: .writing)
        do throws(RunError) {
          try write(form, to: file, of: disk)
        } catch {
          try? disk.close(file)
          throw error
        }
        try disk.close(file)
      }
    }
    return Outcome(file: path, rows: history.count, metrics: history.keys)
  }

  private func write(
    _ form: Form, to file: OpenFile, of disk: LocalFileSystem
  ) throws(RunError) {
    var pending: [UInt8] = []
    func flush() throws(RunError) {
      try typed(file.path) { try pending.withUnsafeBytes { try disk.writeAll($0, to: file) } }
      pending.removeAll(keepingCapacity: true)
    }
    func add(_ line: some Sequence<UInt8>) throws(RunError) {
      pending.append(contentsOf: line)
      if pending.count > 1 << 16 { try flush() }
    }
    try typed(file.path) {
      switch form {
      case .jsonl: try history.forEachLine { try add($0) }
      case .csv:
        let names = ["step", "epoch", "seconds", "session"] + history.keys
        try add((names.map(ReportText.cell).joined(separator: ",") + "\n").utf8)
        try history.forEachRow { row, values in
          var cells = [
            "\(history.steps[row])", Self.text(history.epochs[row]),
            Self.text(history.seconds[row]), "\(history.sessions[row])",
          ]
          cells += values.map { $0.map(Self.text) ?? "" }
          try add((cells.joined(separator: ",") + "\n").utf8)
        }
      }
    }
    try flush()
  }

  /// The shortest decimal that reads back as the same number.
  private static func text(_ number: Double) -> String {
    if number.isNaN { return "NaN" }
    if number.isInfinite { return number < 0 ? "-inf" : "inf" }
    let text = "\(number)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
