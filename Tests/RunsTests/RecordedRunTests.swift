import TandemRuns
import Testing

/// Reading runs that may be damaged.
@Suite struct RecordedRunTests {
  @Test func aRunIsReadBackWhole() throws {
    try withFolder { folder in
      let run = try RunDirectory.create(in: folder, try makeDescription())
      for step in 1...3 { try run.metrics.append(step: step, epoch: 0, seconds: 0, ["a": 1]) }
      try run.saveSample(tag: "text", step: 2, seed: 1, text: "words")
      try run.finish(.done)
      var recorded = RecordedRun(path: run.path)
      #expect(recorded.id == run.id && recorded.record?.seed == 3)
      #expect(recorded.configuration?["seed"] == .integer(3))
      #expect(recorded.metrics().steps == [1, 2, 3])
      #expect(recorded.samples().map(\.file) == ["text/step-00000002.txt"])
      #expect(recorded.events().count == 3)
      #expect(recorded.checkpoints() == [])
      #expect(recorded.notes == [])
    }
  }

  @Test func whatIsDamagedGivesNothingAndANote() throws {
    try withFolder { folder in
      let run = try RunDirectory.create(in: folder, try makeDescription())
      for step in 1...3 { try run.metrics.append(step: step, epoch: 0, seconds: 0, ["a": 1]) }
      try run.finish(.done)
      try write("{", to: "\(run.path)/run.json")
      try write("[", to: "\(run.path)/config.resolved.json")
      let rows = try text(of: "\(run.path)/metrics.jsonl")
      try write("nonsense\n" + rows, to: "\(run.path)/metrics.jsonl")
      try write(String(repeating: "{}\n", count: 9), to: "\(run.path)/events.jsonl")
      var recorded = RecordedRun(path: run.path)
      #expect(recorded.record == nil && recorded.summary.status == .damaged)
      #expect(recorded.configuration == nil)
      #expect(recorded.notes.count == 2)
      #expect(recorded.metrics().steps == [1, 2, 3])
      #expect(recorded.notes.last?.hasPrefix("\(run.path)/metrics.jsonl:1: skipped, ") == true)
      #expect(recorded.events().isEmpty)
      #expect(recorded.notes.last == "\(run.path)/events.jsonl: 6 more lines skipped")
    }
  }
}
