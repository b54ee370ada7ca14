import Foundation
import TandemRuns
import Testing

private func makeRun(_ runs: String, _ id: String, step: Int = 0) throws -> String {
  let run = try RunDirectory.create(
    in: runs, try makeDescription(), fileSystem: LocalFileSystem(), name: { _ in id })
  try run.progress(step: step, metrics: ["loss": Double(step)])
  try run.finish(.done)
  return run.path
}

@Suite struct RunStoreTests {
  @Test func runsAreFoundBelowEveryKindOfRoot() throws {
    try withFolder { root in
      let a = try makeRun("\(root)/experiments/ring/runs", "20250102-000000-calm-owl")
      let b = try makeRun("\(root)/experiments/text/runs", "20250101-000000-bold-elk")
      #expect(try RunStore(root: root).paths() == [a, b])
      #expect(try RunStore(root: "\(root)/experiments").paths() == [a, b])
      #expect(try RunStore(root: "\(root)/experiments/ring").paths() == [a])
      #expect(try RunStore(root: "\(root)/experiments/ring/runs").paths() == [a])
      #expect(
        message { _ = try RunStore(root: "\(root)/none").paths() }
          == "cannot list \(root)/none: No such file or directory")
      // Runs are ordered by their start, not by their names.
      #expect(try RunStore(root: root).list().map(\.path) == [a, b])
      #expect(try RunStore(root: root).find("@last") == b)
    }
  }

  @Test func runsAreFoundByName() throws {
    try withFolder { root in
      let store = RunStore(root: root)
      #expect(message { _ = try store.find("@last") } == "no run named '@last' below \(root)")
      let a = try makeRun(root, "20250101-000000-calm-owl")
      let b = try makeRun(root, "20250101-000000-calm-owlet")
      let c = try makeRun(root, "20250102-000000-bold-elk")
      #expect(try store.find("20250101-000000-calm-owl") == a)
      #expect(try store.find("20250101-000000-calm-owle") == b)
      #expect(try store.find("20250102") == c)
      #expect(try store.find("bold") == c)
      #expect(try store.find(a) == a)
      #expect(try store.find(a + "/") == a)
      #expect(
        message { _ = try store.find("20250101") }
          == "'20250101' may be any of 2 runs: 20250101-000000-calm-owl, "
          + "20250101-000000-calm-owlet")
      #expect(message { _ = try store.find("calm-o") }.hasPrefix("'calm-o' may be any of 2 runs"))
      for name in ["bold-elf", "bodl-elk", "20250102-000000-bold-elf"] {
        #expect(
          message { _ = try store.find(name) }
            == "no run named '\(name)' below \(root); did you mean '20250102-000000-bold-elk'?")
      }
      for name in ["x", "", "/", "..", "../x", "."] {
        #expect(message { _ = try store.find(name) } == "no run named '\(name)' below \(root)")
      }
    }
  }

  @Test func damagedRunsAreListedAsDamaged() throws {
    try withFolder { root in
      let good = try makeRun(root, "20250103-000000-calm-owl", step: 7)
      let paths = (1...4).map { "\(root)/20250102-00000\($0)-bold-elk" }
      for path in paths {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      }
      try write("{", to: "\(paths[1])/run.json")
      try write(#"{"format": 1}"#, to: "\(paths[2])/run.json")
      try write(String(repeating: "[", count: 100_000), to: "\(paths[3])/run.json")
      try FileManager.default.createDirectory(
        atPath: "\(root)/notes", withIntermediateDirectories: true)
      let runs = try RunStore(root: root).list()
      #expect(runs.map(\.path) == paths + [good])
      #expect(runs.map(\.status) == [.damaged, .damaged, .damaged, .damaged, .done])
      #expect(runs[0].message == "cannot read \(paths[0])/run.json: No such file or directory")
      #expect(runs[1].message?.hasPrefix("\(paths[1])/run.json is damaged: ") == true)
      #expect(runs[2].message?.hasSuffix("'id' is missing") == true)
      #expect(runs.allSatisfy { $0.message?.contains("\n") != true })
      #expect(try RunStore(root: root).find("@last") == good)

      // Every cut of a record is damage or the whole.
      let record = Array(try text(of: "\(good)/run.json").utf8)
      for count in stride(from: 0, to: record.count - 2, by: 7) {
        try Data(record.prefix(count)).write(to: URL(fileURLWithPath: "\(good)/run.json"))
        #expect(RunSummary(path: good).status == .damaged)
      }
    }
  }

  /// The record of a process that was killed is older than what it has written of metrics.
  @Test func theStepOfALostRunIsThatOfItsLastRow() throws {
    try withFolder { root in
      let path = try makeRun(root, "20250103-000000-calm-owl", step: 90)
      let run = try ClaimedRun(path).begin(from: 90)
      let rows = "\(path)/metrics.jsonl"
      func summary(_ lines: String...) throws -> RunSummary {
        try write(lines.joined(), to: rows)
        return RunSummary(path: path)
      }
      func row(_ step: Int, session: Int = 2) -> String {
        #"{"s":\#(step),"e":0,"t":1,"n":\#(session),"m":{"loss":\#(step)}}"# + "\n"
      }
      #expect(try summary(row(95)).step == 90, "a run at work says itself how far it is")
      try run.update { $0.sessions[1].process.pid = 1 << 30 }
      let lost = try summary(row(93), row(95))
      #expect(lost.status == .lost && lost.step == 95 && lost.metrics == ["loss": 95])
      // A torn row does not count; one that is longer than what is read at first does.
      #expect(try summary(row(93), row(95).replacing("\n", with: "")).step == 93)
      let long = row(97).replacing(#""loss""#, with: "\"\(String(repeating: "x", count: 99_999))\"")
      #expect(try summary(row(95), long).step == 97 && summary(long).step == 97)
      // Rows of a session before, behind the checkpoint that this one went on from, are no progress.
      #expect(try summary(row(99, session: 1)).step == 90)
      #expect(try summary(row(85), "nonsense\n").step == 90 && summary("").step == 90)
      try FileManager.default.removeItem(atPath: rows)
      #expect(RunSummary(path: path).step == 90)
      try run.finish(.interrupted)
    }
  }

  @Test func summariesAreJSON() throws {
    try withFolder { root in
      let path = try makeRun(root, "20250103-000000-calm-owl", step: 7)
      let summary = RunSummary(path: path)
      #expect(summary.step == 7 && summary.totalSteps == 100 && summary.sessions == 1)
      #expect(summary.experiment == "ring" && summary.seed == 3)
      #expect(summary.metrics == ["loss": 7])
      let seconds = try #require(summary.seconds)
      #expect(seconds >= 0 && seconds < 60)
      let one = try JSONSerialization.jsonObject(with: Data(summary.json.utf8)) as? [String: Any]
      #expect(one?["id"] as? String == "20250103-000000-calm-owl")
      #expect(one?["status"] as? String == "done")
      let all = try JSONSerialization.jsonObject(with: Data(RunSummary.json([summary]).utf8))
      #expect((all as? [Any])?.count == 1)
    }
  }
}
