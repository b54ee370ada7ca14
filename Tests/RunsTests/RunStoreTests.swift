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
