import Foundation
import TandemRuns

/// The listing of `tandem ls`.
public struct RunTable {
  private let runs: [RunSummary]

  /// A table of the given runs, in their order.
  public init(_ runs: [RunSummary]) { self.runs = runs }

  /// One line a run.
  public var text: String {
    if runs.isEmpty { return "no runs here; start one with: tandem run DIR" }
    var table = TextTable([
      ("RUN", .left), ("EXPERIMENT", .left), ("STATUS", .left), ("STEP", .right), ("TIME", .right),
      ("SEED", .right), ("LOSS D", .right), ("LOSS G", .right),
    ])
    for run in runs {
      let step = run.step.map { "\($0)" } ?? "-"
      table.add([
        run.id, run.experiment ?? "-", run.status.rawValue,
        run.totalSteps.map { "\(step)/\($0)" } ?? step, run.seconds.map(RunTable.time) ?? "-",
        run.seed.map { "\($0)" } ?? "-", RunTable.number(run.metrics["loss/d"]),
        RunTable.number(run.metrics["loss/g"]),
      ])
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
