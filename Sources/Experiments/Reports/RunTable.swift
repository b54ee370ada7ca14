import Foundation
import TandemRuns

/// The listing of `tandem ls`.
public struct RunTable {
  private let runs: [RunSummary]

  /// A table of the given runs, in their order.
  public init(_ runs: [RunSummary]) { self.runs = runs }

  /// The losses of all kinds of experiments, and the columns that show them.
  private static let losses: [(metric: String, title: String)] = [
    ("loss/d", "LOSS D"), ("loss/g", "LOSS G"), ("loss", "LOSS"),
    ("validation/loss", "VALIDATION"),
  ]

  /// One line a run, with a column for each loss that one of the runs has.
  public var text: String {
    if runs.isEmpty { return "no runs here; start one with: tandem run DIR" }
    let losses = RunTable.losses.filter { loss in
      runs.contains { $0.metrics[loss.metric] != nil }
    }
    var columns: [(title: String, alignment: TextTable.Alignment)] = [
      ("RUN", .left), ("EXPERIMENT", .left), ("STATUS", .left), ("STEP", .right), ("TIME", .right),
      ("SEED", .right),
    ]
    columns += losses.map { ($0.title, .right) }
    var table = TextTable(columns)
    for run in runs {
      let step = run.step.map { "\($0)" } ?? "-"
      let row = [
        run.id, run.experiment ?? "-", run.status.rawValue,
        run.totalSteps.map { "\(step)/\($0)" } ?? step, run.seconds.map(RunTable.time) ?? "-",
        run.seed.map { "\($0)" } ?? "-",
      ]
      table.add(row + losses.map { RunTable.number(run.metrics[$0.metric]) })
    }
    return table.text
  }

  static func number(_ value: Double?) -> String {
    value.map { String(format: "%.4f", $0) } ?? "-"
  }

  static func time(_ seconds: Double) -> String {
    let seconds = Int(seconds.rounded())
    return seconds < 60
      ? "\(seconds) s"
      : seconds < 3600
        ? String(format: "%d:%02d min", seconds / 60, seconds % 60)
        : String(format: "%d:%02d h", seconds / 3600, seconds % 3600 / 60)
  }
}
