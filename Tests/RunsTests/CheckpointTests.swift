import Foundation
import TandemRuns
import TestDisks
import Testing

private struct TrainingState: Codable, Equatable {
  var epoch: Int
  var loss: Double
}

private func contents(_ value: UInt8, count: Int = 1000) -> SafetensorsContents {
  SafetensorsContents([
    .init(name: "w", type: .u8, shape: [count], bytes: [UInt8](repeating: value, count: count))
  ])
}

@discardableResult
private func write(
  _ store: CheckpointStore, step: Int, value: UInt8? = nil, best: BestMetric? = nil,
  _ retention: Retention = Retention()
) throws -> Checkpoint {
  try store.write(
    step: step, files: ["generator.safetensors": contents(value ?? UInt8(step % 251))],
    state: TrainingState(epoch: step, loss: .nan), best: best, retention: retention)
}

private func withStore(_ body: (CheckpointStore) throws -> Void) throws {
  try withFolder { folder in
    try FileManager.default.createDirectory(
      atPath: "\(folder)/checkpoints", withIntermediateDirectories: false)
    let fileSystem = FaultyFileSystem(failingAfter: .max, persistent: false)
    try body(CheckpointStore(path: "\(folder)/checkpoints", fileSystem: fileSystem))
  }
}

@Suite struct CheckpointTests {
  @Test func whatIsWrittenComesBack() throws {
    try withStore { store in
      let written = try write(
        store, step: 1000, value: 7, best: BestMetric("fid/test", 12.5, better: .lower))
      #expect(written.path == "\(store.path)/step-00001000")
      let read = try #require(try store.last())
      #expect(read.step == 1000)
      #expect(read.files == written.files)
      let state = try read.state(TrainingState.self)
      #expect(state.epoch == 1000 && state.loss.isNaN)
      #expect(
        try read.tensors("generator.safetensors").bytes(of: "w")
          == [UInt8](repeating: 7, count: 1000))
      #expect(try store.best("fid/test")?.value == 12.5)
      #expect(try store.best("none") == nil)
      #expect(try store.bestMetrics() == ["fid-test"])
      #expect(store.bestDirections() == ["fid-test": .lower])
      #expect(
        try text(of: "\(store.path)/last.json")
          == "{\n  \"folder\" : \"step-00001000\",\n  \"step\" : 1000\n}\n")
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: store.path).sorted() == [
          "best-fid-test.json", "last.json", "step-00001000",
        ])
    }
  }

  @Test func retentionKeepsTheLastTheBestAndEveryNth() throws {
    try withStore { store in
      for step in 1...10 {
        try write(
          store, step: step, best: step == 3 ? BestMetric("loss", 0.5, better: .lower) : nil,
          Retention(last: 2, every: 4))
      }
      #expect(try store.steps() == [3, 4, 8, 9, 10])
      try write(store, step: 9, best: BestMetric("loss", 0.25, better: .lower), Retention(last: 2))
      try store.prune(Retention(last: 1))
      #expect(try store.steps() == [9, 10])
    }
  }

  @Test func aCheckpointOfTheSameStepIsReplaced() throws {
    try withStore { store in
      try write(store, step: 5, value: 1)
      try write(store, step: 5, value: 2)
      #expect(
        try store.last()?.tensors("generator.safetensors").bytes(of: "w")?.first == 2)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: store.path).sorted() == [
          "last.json", "step-00000005",
        ])
    }
  }

  @Test func damagedCheckpointsAreSkippedForOlderOnes() throws {
    try withStore { store in
      try write(store, step: 1)
      try write(store, step: 2)
      try write(store, step: 3)
      let second = "\(store.path)/step-00000002/generator.safetensors"
      var bytes = try Data(contentsOf: URL(fileURLWithPath: second))
      bytes[bytes.count - 1] ^= 1
      try bytes.write(to: URL(fileURLWithPath: second))
      try FileManager.default.removeItem(atPath: "\(store.path)/step-00000003/state.json")
      var skipped: [String] = []
      let last = try store.last { skipped.append("\($0)") }
      #expect(last?.step == 1)
      #expect(
        skipped == [
          "cannot read \(store.path)/step-00000003/state.json: No such file or directory",
          "\(second) is damaged: its bytes are not those that were written (SHA-256)",
        ])
      try bytes.dropLast().write(to: URL(fileURLWithPath: second))
      #expect(
        message { _ = try store.checkpoint(step: 2) }.hasPrefix("\(second) is damaged: it has "))
    }
  }

  @Test func anAbsentFolderHasNoCheckpoints() throws {
    let store = CheckpointStore(path: "/nonexistent/checkpoints")
    #expect(try store.last() == nil)
    #expect(try store.steps() == [])
    try store.recover()
  }

  @Test func recoveryRestoresWhatWasMovedAside() throws {
    try withStore { store in
      try write(store, step: 5, value: 1)
      let folder = "\(store.path)/step-00000005"
      let aside = "\(store.path)/.step-00000005.replaced"
      try FileManager.default.moveItem(atPath: folder, toPath: aside)
      try FileManager.default.createDirectory(
        atPath: "\(store.path)/.step-00000006.partial", withIntermediateDirectories: false)
      try store.recover()
      #expect(try store.last()?.step == 5)
      try FileManager.default.copyItem(atPath: folder, toPath: aside)
      try store.recover()
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: store.path).sorted() == [
          "last.json", "step-00000005",
        ])
    }
  }

  @Test func namesAndStepsAreChecked() throws {
    try withStore { store in
      for name in ["a.bin", "../a.safetensors", ".safetensors", ""] {
        #expect(throws: RunError.self) {
          try store.write(step: 1, files: [name: contents(0)], state: 0)
        }
      }
      #expect(throws: RunError.self) { try store.write(step: -1, files: [:], state: 0) }
      let left = try FileManager.default.contentsOfDirectory(atPath: store.path)
      #expect(left.isEmpty)
    }
  }

  /// Lets each operation of writing a checkpoint fail in turn, once or for good, and then shows
  /// that the last good checkpoint is intact and the next one can be written.
  @Test(arguments: [false, true], [false, true])
  func everyFailureLeavesAGoodCheckpoint(isPersistent: Bool, isReplacing: Bool) throws {
    var operation = 0
    while true {
      var hasFailed = false
      try withStore { store in
        try write(store, step: 1, value: 1)
        try write(store, step: 2, value: 2, best: BestMetric("loss", 1, better: .lower))
        let next = isReplacing ? 2 : 3
        let faulty = FaultyFileSystem(failingAfter: operation, persistent: isPersistent)
        let risky = CheckpointStore(path: store.path, fileSystem: faulty)
        let problem = message {
          try write(
            risky, step: next, value: 3, best: BestMetric("loss", 0.5, better: .lower),
            Retention(last: 1))
        }
        hasFailed = faulty.hasFailed
        #expect(hasFailed == (problem != "no error") || !isPersistent)
        if problem != "no error" {
          #expect(problem.contains(store.path) && problem.hasSuffix("No space left on device"))
        }

        // A reader without any right to repair.
        let seen = try #require(try store.last())
        let value = try seen.tensors("generator.safetensors").bytes(of: "w")?.first
        #expect(value == UInt8(seen.step) || (seen.step == next && value == 3))
        #expect(isReplacing || seen.step >= 2)

        // The next session.
        try store.recover()
        let last = try #require(try store.last())
        #expect(last.step >= 2)
        #expect(try store.best("loss") != nil)
        try write(store, step: 4, value: 4)
        #expect(try store.last()?.step == 4)
        let names = try FileManager.default.contentsOfDirectory(atPath: store.path)
        #expect(names.allSatisfy { !$0.hasPrefix(".") })
      }
      if !hasFailed { break }
      operation += 1
    }
    // Files, pointers, renames, flushes and removals.
    #expect(operation > 30)
  }
}
