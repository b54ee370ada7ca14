import Foundation
import TandemRuns

/// The listing of `tandem ls`: one line a run.
public struct RunTable {
  private let runs: [RunSummary]
  private let columns: [Column]

  /// A column of the table.
  private struct Column: Sendable {
    let title: String
    var alignment = TextTable.Alignment.left
    let cell: @Sendable (RunSummary) -> String
  }

  /// A table of the given runs, in their order.
  ///
  /// - Parameter columns: Names of `knownColumns`, of metrics or of configurations' keys; nil for
  ///   what every run has, each loss that one of the runs has, and labels where there are some.
  public init(_ runs: [RunSummary], columns: [String]? = nil) {
    self.runs = runs
    self.columns = (columns ?? RunTable.usualColumns(runs)).map { name in
      RunTable.fixed[name] ?? RunTable.value(name, isLoss: columns == nil)
    }
  }

  /// The columns that show something else than a metric or a configuration's key.
  public static let knownColumns = [
    "run", "experiment", "status", "step", "time", "seed", "created", "tags", "note", "removed",
  ]

  /// Why none of some runs has anything for a column of that name; nil where one has, and where
  /// there are no runs that could.
  public static func problem(ofColumn name: String, among runs: [RunSummary]) -> String? {
    guard fixed[name] == nil, let last = runs.last,
      !runs.contains(where: { RunValues($0)[name] != nil })
    else { return nil }
    let near = suggestion(for: name, among: knownColumns + RunValues(last).names)
    let metrics = last.metrics.keys.sorted().joined(separator: ", ")
    return "no column '\(name)'" + (near.map { "; did you mean '\($0)'?" } ?? "")
      + "; there are \(knownColumns.joined(separator: ", "))"
      + (metrics.isEmpty ? "" : ", the metrics \(metrics)")
      + " and the configuration's keys, such as training.batchSize"
  }

  private static let fixed: [String: Column] = [
    "run": Column(title: "RUN") { $0.id },
    "experiment": Column(title: "EXPERIMENT") { $0.experiment ?? "-" },
    "status": Column(title: "STATUS") { $0.status.rawValue },
    "step": Column(title: "STEP", alignment: .right) { run in
      let step = run.step.map { "\($0)" } ?? "-"
      return run.totalSteps.map { "\(step)/\($0)" } ?? step
    },
    "time": Column(title: "TIME", alignment: .right) { $0.seconds.map(ReportText.time) ?? "-" },
    "seed": Column(title: "SEED", alignment: .right) { $0.seed.map { "\($0)" } ?? "-" },
    "created": Column(title: "CREATED") { moment($0.created) },
    "tags": Column(title: "TAGS") { $0.tags.joined(separator: ",") },
    "note": Column(title: "NOTE") { $0.note.map(beginning) ?? "" },
    "removed": Column(title: "REMOVED") { moment($0.removed) },
  ]

  /// The losses of all kinds of experiments, and the columns that show them.
  private static let losses: [(metric: String, title: String)] = [
    ("loss/d", "LOSS D"), ("loss/g", "LOSS G"), ("loss/train", "TRAIN"), ("loss/valid", "VALID"),
  ]

  private static func usualColumns(_ runs: [RunSummary]) -> [String] {
    func some(_ name: String, _ has: (RunSummary) -> Bool) -> [String] {
      runs.contains(where: has) ? [name] : []
    }
    return knownColumns.prefix(6) + usualMetrics(of: runs).map(\.metric)
      + some("tags") { !$0.tags.isEmpty } + some("note") { $0.note != nil }
      + some("removed") { $0.removed != nil }
  }

  /// The losses that one of the runs has, with the titles of their columns.
  static func usualMetrics(of runs: [RunSummary]) -> [(metric: String, title: String)] {
    losses.filter { loss in runs.contains { $0.metrics[loss.metric] != nil } }
  }

  /// A column of a metric or a configuration's key.
  private static func value(_ name: String, isLoss: Bool) -> Column {
    if isLoss {
      let title = losses.first { $0.metric == name }?.title ?? name
      return Column(title: title, alignment: .right) { number($0.metrics[name]) }
    }
    return Column(title: name, alignment: .right) { run in
      if let metric = run.metrics[name] { return String(format: "%.6g", metric) }
      return RunValues(run)[name]?.inline ?? "-"
    }
  }

  /// The table as text.
  public var text: String {
    if runs.isEmpty { return "no runs here; start one with: tandem run DIR" }
    var table = TextTable(columns.map { ($0.title, $0.alignment) })
    for run in runs { table.add(columns.map { $0.cell(run) }) }
    return table.text
  }

  static func number(_ value: Double?) -> String {
    value.map { String(format: "%.4f", $0) } ?? "-"
  }

  /// `2025-11-21 10:52`, in UTC.
  static func moment(_ date: Date?) -> String {
    guard let date else { return "-" }
    let style = Date.ISO8601FormatStyle(dateTimeSeparator: .space).year().month().day()
      .time(includingFractionalSeconds: false)
    return String(date.formatted(style).prefix(16))
  }

  /// The beginning of a note, in one line.
  private static func beginning(_ note: String) -> String {
    let line = note.prefix { !$0.isNewline }
    return line.count == note.count && line.count <= 40 ? note : "\(line.prefix(39))…"
  }
}
