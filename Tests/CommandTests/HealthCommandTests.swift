import Foundation
import TandemRuns
import Testing

/// Health rules, as a user of the program sees them.
@Suite struct HealthCommandTests {
  let workplace: Workplace

  init() throws {
    workplace = try Workplace()
    try workplace.write(tiny, to: "tiny/experiment.yaml")
  }

  /// Samples that differ less than the data at the first look, step 10.
  let collapsing = ["--set", "health.collapse={threshold: 1, patience: 1}"]

  @Test func aWarningIsPrintedEvenWhereProgressIsNot() throws {
    let outcome = try workplace.start(["run", "tiny", "--quiet"] + collapsing).finish()
    #expect(outcome.status == 0)
    #expect(outcome.errors.hasPrefix("health, step 10: collapse: the generator has collapsed: "))
    #expect(outcome.errors.split(separator: "\n").count == 1)

    let path = try #require(outcome.lines.last)
    let shown = try workplace.tandem("show", path)
    #expect(shown.output.contains("\nhealth       step 10, warning: collapse: the generator has "))
    let health = try #require(
      try workplace.tandem("show", path, "--json").object()["health"] as? [[String: Any]])
    #expect(health.count == 1 && health[0]["rule"] as? String == "collapse")
    #expect(health[0]["step"] as? Int == 10 && health[0]["threshold"] as? Double == 1)
  }

  @Test func aRunThatIsStoppedExitsWith3() throws {
    let outcome = try workplace.start(
      ["run", "tiny", "--quiet", "--set", "health.onAlert=stop"] + collapsing
    ).finish()
    #expect(outcome.status == 3 && outcome.output == "")
    let lines = outcome.errors.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(
      lines.last?.hasPrefix(
        "error: stopped by the health rule collapse at step 10, which is saved: ") == true)
    let path = try #require(try workplace.runs(of: "tiny").first)
    let record = try RunRecord(directory: path)
    #expect(record.status == .stopped && record.step == 10)
    #expect(lines.last?.hasSuffix("; go on with: \(Workplace.program) resume \(path)") == true)
    #expect(try CheckpointStore(path: "\(path)/checkpoints").last()?.step == 10)
  }
}
