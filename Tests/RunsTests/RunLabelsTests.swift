import Foundation
import TandemRuns
import TestDisks
import Testing

@Suite struct RunLabelsTests {
  @Test func tagsAndNotesAreKeptApartFromTheRun() throws {
    try withFolder { root in
      let run = try RunDirectory.create(in: root, try makeDescription())
      let path = run.path
      let record = try text(of: "\(path)/run.json")
      #expect(try RunLabels(directory: path) == RunLabels())
      #expect(
        try RunLabels.add(["paper", "a-b"], to: path).tags
          == ["a-b", "paper"])
      #expect(try RunLabels.add(["paper", "z"], to: path).tags == ["a-b", "paper", "z"])
      #expect(try RunLabels.remove(["z", "none"], from: path).tags == ["a-b", "paper"])
      #expect(
        try RunLabels.setNote("the first\nthat works", of: path).note == "the first\nthat works")
      let labels = try RunLabels(directory: path)
      #expect(labels.tags == ["a-b", "paper"] && labels.note == "the first\nthat works")
      #expect(try text(of: "\(path)/run.json") == record)
      let summary = RunSummary(path: path)
      #expect(summary.tags == labels.tags && summary.note == labels.note)
      #expect(summary.warning == nil && summary.removed == nil && summary.status == .running)
      #expect(try RunLabels.setNote("", of: path).note == nil)
      try run.finish(.done)
    }
  }

  @Test func wordsThatCanBeNoTagAreRefused() throws {
    try withFolder { root in
      for tag in [
        "", "two words", "a,b", "a/b", ".hidden", String(repeating: "x", count: 101),
      ] {
        #expect(
          message { try RunLabels.add(["fine", tag], to: root) }
            == "cannot write \(root)/labels.json: '\(tag)' cannot be a tag, which is a word without "
            + "commas")
      }
      #expect(!FileManager.default.fileExists(atPath: "\(root)/labels.json"))
    }
  }

  @Test func damagedLabelsAreNamedAndStay() throws {
    try withFolder { root in
      let run = try RunDirectory.create(in: root, try makeDescription())
      try run.finish(.done)
      for damaged in ["{", #"{"tags": ["a b"]}"#, #"{"tags": 3}"#, #"{"note": "x"}"#] {
        try write(damaged, to: "\(run.path)/labels.json")
        let summary = RunSummary(path: run.path)
        #expect(summary.status == .done && summary.tags == [])
        #expect(summary.warning?.hasPrefix("\(run.path)/labels.json is damaged: ") == true)
        #expect(RecordedRun(path: run.path).notes == [summary.warning])
        #expect(message { try RunLabels.add(["x"], to: run.path) } == summary.warning)
        #expect(try text(of: "\(run.path)/labels.json") == damaged)
      }
    }
  }

  /// Two programs that label one run at the same time both have their way.
  @Test func labelsOfManyAtOnceAreAllKept() throws {
    try withFolder { root in
      DispatchQueue.concurrentPerform(iterations: 40) { index in
        #expect(throws: Never.self) { try RunLabels.add(["t\(index)"], to: root) }
      }
      let labels = try RunLabels(directory: root)
      #expect(labels.tags.count == 40)
    }
  }

  /// Whichever operation fails, there are the old labels or the new.
  @Test func aFailureLeavesOldLabelsOrNew() throws {
    try withFolder { root in
      try RunLabels.add(["old"], to: root)
      for isPersistent in [false, true] {
        for count in 0... {
          let disk = FaultyFileSystem(failingAfter: count, persistent: isPersistent)
          _ = try? RunLabels.add(["new"], to: root, fileSystem: disk)
          let tags = try RunLabels(directory: root).tags
          #expect(tags == ["old"] || tags == ["new", "old"])
          try RunLabels.remove(["new"], from: root)
          if !disk.hasFailed { break }
          #expect(count < 100)
        }
      }
    }
  }
}
