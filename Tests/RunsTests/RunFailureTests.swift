import Foundation
import TandemRuns
import TestDisks
import Testing

/// What is left of a run where the disk refuses something.
@Suite struct RunFailureTests {
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
          let disk = FaultyFileSystem(failingAfter: .max, persistent: false)
          let next = try ClaimedRun(run.path, fileSystem: disk).begin(from: saved.last ?? 0)
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
