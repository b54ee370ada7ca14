import Foundation
import TandemRuns

/// What `tandem verify-resume` tells: how a run that was resumed differs from one that was not.
public struct ResumeReport: JSONReport {
  /// One thing that both runs have.
  public struct Part: Encodable, Sendable {
    /// The file, relative to the run directory.
    public let name: String
    /// How many things in it were compared.
    public let count: Int
    /// What they are: `tensors`, `rows`.
    public let unit: String
    /// The first thing that differs; nil where nothing does.
    public let difference: String?
  }

  let experiment: String
  let steps: Int
  /// The step behind which the second run was stopped.
  let stop: Int
  /// Everything that was compared.
  public let parts: [Part]
  /// Whether nothing differs.
  public let isPassed: Bool

  /// Compares two runs of one experiment, the second of which was stopped behind a step.
  package init(experiment: String, whole: String, resumed: String, stop: Int) throws {
    self.experiment = experiment
    self.stop = stop
    steps = try RunRecord(directory: whole).step
    let checkpoints = try [whole, resumed].map { path in
      let store = CheckpointStore(path: "\(path)/checkpoints")
      guard let last = try store.last() else {
        throw ResumptionError("\(path) has no checkpoint at its end")
      }
      return last
    }
    parts =
      try ResumeReport.tensors(checkpoints[0], checkpoints[1])
      + [
        ResumeReport.state(checkpoints[0], checkpoints[1]),
        ResumeReport.rows(whole, resumed),
        ResumeReport.samples(whole, resumed),
      ]
    isPassed = parts.allSatisfy { $0.difference == nil }
  }

  public var text: String {
    var table = TextTable([("PART", .left), ("COMPARED", .right), ("", .left), ("RESULT", .left)])
    for part in parts {
      table.add([
        part.name, "\(part.count)", part.unit, part.difference == nil ? "equal" : "DIFFERS",
      ])
    }
    let verdict =
      isPassed
      ? "\(experiment): stopped after step \(stop) of \(steps) and resumed, the run is the same"
      : "\(experiment): stopped after step \(stop) of \(steps) and resumed, the run is another:"
    let differences = parts.compactMap { part in
      part.difference.map { "  \(part.name): \($0)" }
    }
    return ([table.text, verdict] + differences).joined(separator: "\n")
  }
}
