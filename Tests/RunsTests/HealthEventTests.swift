import Foundation
import TandemRuns
import Testing

@Suite struct HealthEventTests {
  /// A line as it was written before events had values.
  let old = """
    {"kind":"health","message":"one mode","rule":"collapse","session":1,"severity":"warning",\
    "step":120,"time":"2025-11-21T10:52:00.000Z"}

    """

  @Test func linesWithoutValuesAreStillRead() throws {
    try withFolder { folder in
      let path = "\(folder)/events.jsonl"
      try write(old, to: path)
      let (rows, skipped) = try EventLog.read(path)
      #expect(skipped == [])
      #expect(
        rows.map(\.kind) == [.health(rule: "collapse", severity: .warning, message: "one mode")])
    }
  }

  @Test func valuesThresholdsAndAdviceComeBack() throws {
    try withFolder { folder in
      let path = "\(folder)/events.jsonl"
      let kinds: [RunEvent.Kind] = [
        .health(
          rule: "collapse", severity: .warning, message: "alike", value: 0.125, threshold: 0.25,
          advice: "look"),
        .health(rule: "notFinite", severity: .fatal, message: "inf", value: .infinity),
      ]
      let log = try EventLog(path: path)
      for kind in kinds { try log.append(RunEvent(session: 1, step: 3, kind: kind)) }
      try log.close()
      #expect(try EventLog.read(path).rows.map(\.kind) == kinds)
      #expect(try text(of: path).contains(#""threshold":0.25"#))
    }
  }

  @Test func recordsWithoutReadingsAreStillRead() throws {
    try withFolder { folder in
      let run = try RunDirectory.create(in: folder, try makeDescription())
      #expect(run.record.readings == nil)
      try run.finish(.done)
      #expect(!(try text(of: "\(run.path)/run.json").contains("readings")))
      #expect(try RunRecord(directory: run.path).readings == nil)

      var description = try makeDescription()
      description.readings = ["loss": "lower is better"]
      let other = try RunDirectory.create(in: folder, description)
      try other.finish(.done)
      #expect(try RunRecord(directory: other.path).readings == ["loss": "lower is better"])
    }
  }
}
