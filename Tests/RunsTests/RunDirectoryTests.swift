import Foundation
import TandemRuns
import Testing

private func names(in folder: String) throws -> [String] {
  try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
}

/// What a run directory holds.
@Suite struct RunDirectoryTests {
  @Test func holdsItsFilesFromTheStart() throws {
    try withFolder { folder in
      let run = try RunDirectory.create(in: "\(folder)/a/runs", try makeDescription())
      #expect(
        run.id.wholeMatch(of: /\d{8}-\d{6}-[a-z]+-[a-z]+/) != nil && run.path.hasSuffix(run.id))
      #expect(
        try names(in: run.path) == [
          ".lock", "checkpoints", "config.resolved.json", "config.source.yaml", "env.json",
          "events.jsonl", "log.txt", "metrics.jsonl", "run.json", "samples", "samples/index.jsonl",
        ])
      #expect(try text(of: "\(run.path)/config.resolved.json") == "{\n  \"seed\": 3\n}\n")
      #expect(try text(of: "\(run.path)/config.source.yaml") == "seed: 3")
      let machine = try JSONDecoder().decode(
        Machine.self, from: Data(contentsOf: URL(fileURLWithPath: "\(run.path)/env.json")))
      #expect(machine == Machine.current(libraries: ["oneDNN": "2.6"]))
      #expect(machine.cores > 0 && machine.memory > 0 && !machine.processor.isEmpty)
      let record = try RunRecord(directory: run.path)
      #expect(record == run.record)
      #expect(record.status == .running && record.observedStatus == .running)
      #expect(record.sessions.map(\.number) == [1])
      #expect(record.sessions[0].process.pid == Int(getpid()))
      #expect(record.arguments == ["tandem", "run", "ring"])
      #expect(record.seed == 3 && record.totalSteps == 100 && record.git == nil)
    }
  }

  @Test func timesAreKeptToTheMillisecond() throws {
    try withFolder { folder in
      var milliseconds = 1_763_722_320_000
      var events: [RunEvent] = []
      for _ in 0..<2000 {
        milliseconds += 86_399_997
        events.append(
          RunEvent(
            time: Date(timeIntervalSince1970: Double(milliseconds) / 1000), session: 1, step: 0,
            kind: .start))
      }
      let path = "\(folder)/events.jsonl"
      let log = try EventLog(path: path)
      for event in events { try log.append(event) }
      try log.close()
      #expect(try EventLog.read(path).rows == events)
      #expect(
        try text(of: path).hasPrefix(
          #"{"kind":"start","session":1,"step":0,"time":"2025-11-22T10:51:59.997Z"}"#))
      let start = #"{"kind":"start","session":1,"step":0,"time":""#
      for time in [
        "2025-02-30T00:00:00.000Z", "2025-02-03T00:00:00Z", "x", "2025-02-03 00:00:00.000Z",
      ] {
        try write("\(start)\(time)\"}\n", to: path)
        #expect(
          try EventLog.read(path).skipped == [
            SkippedLine(line: 1, reason: "'time': '\(time)' is not a time")
          ])
      }
    }
  }

  @Test func aRunFromItsStartToItsEnd() throws {
    try withFolder { folder in
      let run = try RunDirectory.create(in: folder, try makeDescription())
      try run.metrics.append(step: 1, epoch: 0, seconds: 0.5, ["loss": 0.5])
      try run.log("first line\nsecond line")
      let sample = try run.saveSample(
        tag: "fixed", step: 10, seed: 9, grid: .init(rows: 2, columns: 3), png: [1, 2, 3])
      #expect(sample.sha256 == Fingerprint.sha256(of: [1, 2, 3]))
      try run.saveSample(
        tag: "fixed", step: 10, seed: 9, grid: .init(rows: 2, columns: 3), png: [1, 2, 4])
      try run.saveCheckpoint(step: 20, files: [:], state: ["epoch": 1])
      try run.progress(step: 20, metrics: ["loss": 0.5, "bad": .infinity])
      try run.record(.health(rule: "collapse", severity: .fatal, message: "one mode"), step: 20)
      try run.finish(.stopped, message: "one mode")

      let record = try RunRecord(directory: run.path)
      #expect(record.status == .stopped && record.message == "one mode")
      #expect(record.step == 20 && record.metrics == ["loss": 0.5, "bad": .infinity])
      #expect(record.ended != nil && record.sessions[0].status == .stopped)
      #expect(try MetricsHistory(contentsOf: "\(run.path)/metrics.jsonl").steps == [1])
      let (events, skipped) = try EventLog.read("\(run.path)/events.jsonl")
      #expect(skipped == [])
      #expect(
        events.map(\.kind) == [
          .start, .sample(tag: "fixed", file: "fixed/step-00000010.png"),
          .sample(tag: "fixed", file: "fixed/step-00000010.png"),
          .checkpoint(path: "checkpoints/step-00000020"),
          .health(rule: "collapse", severity: .fatal, message: "one mode"),
          .end(status: .stopped, message: "one mode"),
        ])
      #expect(events.map(\.step) == [0, 10, 10, 20, 20, 20])
      let samples = try SampleIndex.samples("\(run.path)/samples/index.jsonl").rows
      #expect(samples.map(\.sha256) == [Fingerprint.sha256(of: [1, 2, 4])])
      #expect(samples[0].grid == .init(rows: 2, columns: 3))
      let log = try text(of: "\(run.path)/log.txt")
      #expect(log.wholeMatch(of: /\d{4}-\d\d-\d\dT[\d:.]+Z first line\n    second line\n/) != nil)
    }
  }

  @Test func aTextIsASampleToo() throws {
    try withFolder { folder in
      let run = try RunDirectory.create(in: folder, try makeDescription())
      let text = "Τῷ δὲ λύκῳ\nthe wolf\n"
      let sample = try run.saveSample(tag: "prime", step: 7, seed: 3, text: text)
      try run.saveSample(
        tag: "prime", step: 7, seed: 3, grid: .init(rows: 1, columns: 1), png: [1])
      try run.finish(.done)
      #expect(sample.file == "prime/step-00000007.txt" && sample.grid == nil)
      #expect(try RunsTests.text(of: "\(run.path)/samples/\(sample.file)") == text)
      let samples = try SampleIndex.samples("\(run.path)/samples/index.jsonl").rows
      #expect(samples.map(\.file) == ["prime/step-00000007.png", "prime/step-00000007.txt"])
      #expect(samples[1] == sample && sample.sha256 == Fingerprint.sha256(of: Array(text.utf8)))
      let lines = try RunsTests.text(of: "\(run.path)/samples/index.jsonl").split(separator: "\n")
      #expect(!lines[0].contains("grid") && lines[1].contains("grid"))
    }
  }

  @Test func theGitTreeIsRecorded() throws {
    try withFolder { folder in
      func git(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
          ["git", "-C", folder, "-c", "user.name=a", "-c", "user.email=a@b"] + arguments
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
      }
      try git("init", "-q", "-b", "trunk")
      try write("runs/\n", to: "\(folder)/.gitignore")
      try write("one\n", to: "\(folder)/a.txt")
      let unborn = try RunDirectory.create(in: "\(folder)/runs", try makeDescription(tree: folder))
      #expect(unborn.record.git?.commit == nil && unborn.record.git?.isDirty == true)
      try git("add", ".")
      try git("commit", "-q", "-m", "first")
      let clean = try RunDirectory.create(in: "\(folder)/runs", try makeDescription(tree: folder))
      #expect(clean.record.git?.isDirty == false && clean.record.git?.branch == "trunk")
      #expect(clean.record.git?.commit?.count == 40)
      #expect(!FileManager.default.fileExists(atPath: "\(clean.path)/code"))
      try write("two\n", to: "\(folder)/a.txt")
      try write("new\n", to: "\(folder)/b c.txt")
      let dirty = try RunDirectory.create(in: "\(folder)/runs", try makeDescription(tree: folder))
      #expect(dirty.record.git?.isDirty == true && dirty.record.git?.untracked == ["b c.txt"])
      let patch = "\(dirty.path)/code/diff.patch"
      #expect(try text(of: patch).hasSuffix("@@ -1 +1 @@\n-one\n+two\n"))
      try git("checkout", "-q", "a.txt")
      try git("apply", patch)
      #expect(try text(of: "\(folder)/a.txt") == "two\n")
      let outside = try RunDirectory.create(in: "\(folder)/runs", try makeDescription(tree: "/"))
      #expect(outside.record.git == nil)
    }
  }
}
