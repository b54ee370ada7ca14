import Foundation
import Synchronization
import TandemRuns
import Testing

/// Runs and the processes that work on them: names, locks, sessions.
@Suite struct RunSessionTests {
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

  @Test func resumingBeginsASession() throws {
    try withFolder { folder in
      let first = try RunDirectory.create(in: folder, try makeDescription())
      for step in 1...4 {
        try first.metrics.append(step: step, epoch: 0, seconds: 0, ["a": 1])
        if step == 2 { try first.saveCheckpoint(step: 2, files: [:], state: 0, seconds: 1.5) }
      }
      #expect(first.checkpoints.seconds(at: 2) == 1.5 && first.checkpoints.seconds(at: 1) == nil)
      #expect(
        message { _ = try ClaimedRun(first.path) }
          == "\(first.path) is being written by process \(getpid())")
      try first.finish(.interrupted)
      let second = try ClaimedRun(first.path).begin(from: 2, arguments: ["tandem", "resume"])
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
          .start, .checkpoint(path: "checkpoints/step-00000002"),
          .end(status: .interrupted, message: nil), .resume(checkpoint: "step-00000002"),
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
}
