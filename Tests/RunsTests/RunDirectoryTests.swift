import Foundation
import Synchronization
import TandemRuns
import Testing

func makeDescription(_ experiment: String = "ring", tree: String? = nil) throws -> RunDescription {
  var reader = ConfigurationReader(yaml: "seed: 3", file: "experiment.yaml")
  let seed = reader.integer("seed", default: 1)
  return RunDescription(
    experiment: experiment, seed: UInt64(seed), configuration: try reader.finish(),
    source: "seed: 3", totalSteps: 100, arguments: ["tandem", "run", experiment],
    libraries: ["oneDNN": "2.6"], sourceTree: tree)
}

private func names(in folder: String) throws -> [String] {
  try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
}

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

  @Test func resumingBeginsASession() throws {
    try withFolder { folder in
      let first = try RunDirectory.create(in: folder, try makeDescription())
      for step in 1...4 { try first.metrics.append(step: step, epoch: 0, seconds: 0, ["a": 1]) }
      #expect(
        message { _ = try RunDirectory.resume(first.path, from: 2) }
          == "\(first.path) is being written by process \(getpid())")
      try first.finish(.interrupted)
      let second = try RunDirectory.resume(first.path, from: 2, arguments: ["tandem", "resume"])
      #expect(second.session == 2 && second.id == first.id)
      try second.metrics.append(step: 3, epoch: 0, seconds: 0, ["a": 2])
      try second.finish(.done)
      let record = try RunRecord(directory: first.path)
      #expect(record.status == .done && record.message == nil)
      #expect(record.sessions.map(\.status) == [.interrupted, .done])
      #expect(record.sessions.map(\.firstStep) == [0, 2])
      #expect(record.arguments == ["tandem", "run", "ring"])
      #expect(record.sessions[1].arguments == ["tandem", "resume"])
      #expect(
        try MetricsHistory(contentsOf: "\(first.path)/metrics.jsonl").series("a")?.values
          == [1, 1, 2])
      #expect(
        try EventLog.read("\(first.path)/events.jsonl").rows.map(\.kind) == [
          .start, .end(status: .interrupted, message: nil), .resume(checkpoint: "step-00000002"),
          .end(status: .done, message: nil),
        ])
    }
  }

  @Test func aRunWhoseProcessIsGoneIsLost() throws {
    try withFolder { folder in
      let run = try RunDirectory.create(in: folder, try makeDescription())
      func observed(_ change: (inout ProcessIdentity) -> Void) throws -> RunStatus {
        var record = run.record
        change(&record.sessions[0].process)
        return record.observedStatus
      }
      #expect(try observed { _ in } == .running)
      #expect(try observed { $0.startTicks! += 1 } == .lost)
      #expect(try observed { $0.boot = "another" } == .lost)
      #expect(
        try observed {
          $0.host = "another"
          $0.pid = 1 << 30
        } == .running)
      // The kernel's numbers end below 2^22.
      #expect(try observed { $0.pid = 1 << 30 } == .lost)

      // A process that has just ended.
      let child = Process()
      child.executableURL = URL(fileURLWithPath: "/bin/true")
      try child.run()
      child.waitUntilExit()
      #expect(
        try observed {
          $0.pid = Int(child.processIdentifier)
          $0.startTicks = nil
        } == .lost)

      try run.update { $0.sessions[0].process.pid = 1 << 30 }
      #expect(RunSummary(path: run.path).status == .lost)
      #expect(try RunRecord(directory: run.path).status == .running)
      try run.finish(.done)
      #expect(RunSummary(path: run.path).status == .done)
    }
  }

  @Test func namesStayUniqueWhenManyStartAtOnce() throws {
    try withFolder { folder in
      // Each name is given several times, so that a taken one must be asked for again.
      let description = try makeDescription()
      let calls = Mutex(0)
      @Sendable func name(_ date: Date) -> String {
        let call = calls.withLock { count in
          count += 1
          return count
        }
        return "20250101-000000-a-\(call / 4)"
      }
      let ids = Mutex(Set<String>())
      DispatchQueue.concurrentPerform(iterations: 8) { _ in
        let run = try? RunDirectory.create(
          in: "\(folder)/b", description, fileSystem: LocalFileSystem(), name: name)
        if let run { ids.withLock { _ = $0.insert(run.id) } }
      }
      #expect(ids.withLock { $0.count } == 8)
      #expect(try RunStore(root: "\(folder)/b").paths().count == 8)
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

  @Test func unusableFoldersAreNamed() throws {
    try withFolder { folder in
      try write("", to: "\(folder)/file")
      let description = try makeDescription()
      #expect(
        message { _ = try RunDirectory.create(in: "\(folder)/file/runs", description) }
          == "cannot create folder \(folder)/file: File exists")
      // A superuser may write everywhere, so the refusal is put in.
      let locked = FaultyFileSystem(failingAfter: 0, persistent: true, code: EACCES)
      #expect(
        message {
          _ = try RunDirectory.create(in: "\(folder)/runs", description, fileSystem: locked)
        } == "cannot create folder \(folder)/runs: Permission denied")
      #expect(
        message { _ = try RunDirectory.create(in: folder, try makeDescription("a/b")) }
          == "cannot write \(folder): 'a/b' cannot name an experiment")
      let run = try RunDirectory.create(in: folder, description)
      #expect(throws: RunError.self) {
        try run.saveSample(tag: "..", step: 0, seed: 0, grid: .init(rows: 1, columns: 1), png: [])
      }
    }
  }

  /// A descriptor that a forked child still holds does not keep a closed lock taken.
  @Test func aClosedLockIsFreeAtOnce() throws {
    try withFolder { folder in
      let files = LocalFileSystem()
      let first = try files.open("\(folder)/.lock", for: .locking)
      #expect(try files.lock(first))
      let inherited = dup(first.descriptor)
      defer { Glibc.close(inherited) }
      let second = try files.open("\(folder)/.lock", for: .locking)
      #expect(try !files.lock(second))
      try files.close(first)
      #expect(try files.lock(second))
      try files.close(second)
    }
  }

  /// Lets each operation of a whole run fail in turn, once or for good, and shows that what is
  /// left is no run at all or a readable one with its last good checkpoint.
  @Test(arguments: [false, true])
  func everyFailureLeavesAReadableRun(isPersistent: Bool) throws {
    let description = try makeDescription()
    var operation = 0
    while true {
      var hasFailed = false
      try withFolder { folder in
        let faulty = FaultyFileSystem(failingAfter: operation, persistent: isPersistent)
        var saved: [Int] = []
        let problem = message {
          let run = try RunDirectory.create(in: folder, description, fileSystem: faulty)
          for step in [1, 2] {
            try run.metrics.append(step: step, epoch: 0, seconds: 0, ["a": 1])
            try run.saveSample(
              tag: "x", step: step, seed: 0, grid: .init(rows: 1, columns: 1), png: [1])
            try run.saveCheckpoint(
              step: step, files: ["g.safetensors": SafetensorsContents([])], state: step)
            saved.append(step)
            try run.update { $0.step = step }
          }
          try run.finish(.done)
        }
        hasFailed = faulty.hasFailed
        #expect(hasFailed == (problem != "no error"))
        #expect(!hasFailed || problem.hasSuffix(": No space left on device"))
        #expect(!hasFailed || problem.contains(folder))

        let runs = try RunStore(root: folder).list()
        #expect(runs.count == 1 || (runs.isEmpty && saved.isEmpty))
        for run in runs {
          #expect(run.status == .running || run.status == .done || run.status == .failed)
          let store = CheckpointStore(path: "\(run.path)/checkpoints")
          #expect(try (store.last()?.step ?? 0) >= (saved.last ?? 0))
          if FileManager.default.fileExists(atPath: "\(run.path)/metrics.jsonl") {
            #expect(try MetricsHistory(contentsOf: "\(run.path)/metrics.jsonl").skipped == [])
          }
          // The lock went with the object; the next session mends what is half done.
          let next = try RunDirectory.resume(
            run.path, from: saved.last ?? 0,
            fileSystem: FaultyFileSystem(failingAfter: .max, persistent: false))
          try next.finish(.done)
          #expect(RunSummary(path: run.path).status == .done)
        }
      }
      if !hasFailed { break }
      operation += 1
    }
    #expect(operation > 100)
  }
}
