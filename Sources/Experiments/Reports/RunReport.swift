import Foundation
import TandemRuns
import TandemTensorBoard

/// What `tandem show` tells of one run.
public struct RunReport: JSONReport {
  let summary: RunSummary
  /// The run that this one was forked from.
  let parent: ParentRun?
  let samples: [SampleRecord]
  /// Steps of the checkpoints there are.
  package let checkpoints: [Int]
  /// What the health rules found, in the order of finding.
  package let health: [HealthEntry]
  /// Rows of metrics.
  let rows: Int
  /// What could not be read, a line each.
  package let problems: [String]

  /// Reads the run directory at `path`; what is damaged in it becomes a problem in the report.
  public init(path: String) {
    var run = RecordedRun(path: path)
    summary = run.summary
    parent = run.record?.parent
    samples = run.samples()
    rows = run.metrics().count
    checkpoints = run.checkpoints()
    health = HealthEntry.entries(of: run.events())
    problems = run.notes + EventFile.damage(ofRun: path)
  }

  public var text: String {
    var lines = [
      "run          \(summary.id)", "experiment   \(summary.experiment ?? "-")",
      "status       \(summary.status.rawValue)" + (summary.message.map { ": \($0)" } ?? ""),
      "directory    \(summary.path)",
    ]
    if let parent { lines.append("forked from  \(parent.run) at step \(parent.step)") }
    if let step = summary.step {
      let total = summary.totalSteps
      let isCut = summary.status == .done && step < total ?? 0
      lines.append(
        "progress     \(step)/\(total.map { "\($0)" } ?? "-") steps"
          + (isCut ? ", as many as --max-steps asked for; tandem resume goes on" : ""))
    }
    if let seconds = summary.seconds { lines.append("time         \(ReportText.time(seconds))") }
    if let seed = summary.seed { lines.append("seed         \(seed)") }
    if !summary.tags.isEmpty {
      lines.append("tags         \(summary.tags.joined(separator: ", "))")
    }
    if let note = summary.note {
      lines.append("note         \(note.replacing("\n", with: "\n             "))")
    }
    if let removed = summary.removed {
      lines.append("removed      \(RunTable.moment(removed)), to the trash")
    }
    lines.append("metrics      \(rows) rows")
    let width = summary.metrics.keys.map(\.count).max() ?? 0
    for (name, value) in summary.metrics.sorted(by: { $0.key < $1.key }) {
      let column = name.padding(toLength: width, withPad: " ", startingAt: 0)
      lines.append("  \(column)  \(String(format: "%.6g", value))")
    }
    lines.append("checkpoints  " + (checkpoints.isEmpty ? "none" : list(checkpoints)))
    lines.append("samples      " + (samples.isEmpty ? "none" : list(samples.map(\.step))))
    if let last = samples.last { lines.append("  latest: \(summary.path)/samples/\(last.file)") }
    lines += health.map { "health       \($0.text)" }
    // The status has said what is wrong with run.json.
    lines += problems.filter { $0 != summary.message }.map { "damaged      \($0)" }
    return lines.flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false) }
      .map { String($0).visible }.joined(separator: "\n")
  }

  private func list(_ steps: [Int]) -> String {
    // Samples of several kinds are of one step.
    let distinct = Set(steps).sorted()
    let shown = distinct.suffix(8).map { "\($0)" }.joined(separator: ", ")
    return "\(steps.count) (steps \(distinct.count > 8 ? "…, " : "")\(shown))"
  }
}
