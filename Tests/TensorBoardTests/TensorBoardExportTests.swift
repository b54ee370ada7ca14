import Foundation
import TandemRuns
import TandemTensorBoard
import TestDisks
import Testing

/// Event files made of runs that have none.
@Suite struct TensorBoardExportTests {
  /// A run of two sessions with rows, pictures and texts, without an event file.
  func oldRun(in folder: String) throws -> String {
    let path = try {
      let run = try makeRun(in: folder)
      for step in 1...9 { try saveRow(step, in: run) }
      try run.saveSample(tag: "words", step: 9, seed: 3, text: "to be overwritten")
      return run.path
    }()
    let run = try ClaimedRun(path).begin(from: 6)
    try run.saveSample(
      tag: "fixed", step: 6, seed: 3, grid: .init(rows: 1, columns: 1), png: pixel)
    for step in 7...12 { try saveRow(step, in: run) }
    try run.saveSample(tag: "words", step: 9, seed: 3, text: "nine")
    try run.saveSample(tag: "words", step: 13, seed: 3, text: "last")
    try run.finish(.stopped, message: "enough")
    return path
  }

  @Test func anOldRunIsToldInFull() throws {
    try withFolder { folder in
      let path = try oldRun(in: folder)
      let outcome = try TensorBoardExport(path: path).write(replacing: false)
      #expect(outcome.rows == 12 && outcome.pictures == 1 && outcome.texts == 2)
      #expect(outcome.notes == [])
      #expect(
        try eventFiles("\(path)/tensorboard") == [outcome.file, "\(outcome.file).end"])
      let shown = try Shown("\(path)/tensorboard")
      #expect(shown.steps["loss"] == Array(1...12))
      let atTheSeam: [Float] = [1 / 6 + 1, 1 / 7 + 2]
      #expect(Array(shown.scalars("loss")[5...6]) == atTheSeam)
      #expect(shown.steps["samples/fixed"] == [6] && shown.steps["samples/words"] == [9, 13])
      #expect(try shown.hyperparameters("session_start_info").count == 1)
      #expect(
        try shown.hyperparameters("session_end_info").map(\.sessionEndInfo.status) == [.failure])
      // The times are the run's own: when it was created and the seconds by then.
      let created = try RunRecord(directory: path).created.timeIntervalSince1970
      var times: [Double] = []
      _ = try EventFile(contentsOf: outcome.file) { event in
        if event.summary.value.first?.tag == "loss" { times.append(event.wallTime) }
      }
      #expect(times == (1...12).map { created + Double($0) })
    }
  }

  @Test func theBytesAreTheSameEachTime() throws {
    try withFolder { folder in
      let path = try oldRun(in: folder)
      let export = TensorBoardExport(path: path)
      let first = try export.write(to: "\(folder)/a/b", replacing: false)
      let second = try export.write(to: "\(folder)/c", replacing: false)
      for suffix in ["", ".end"] {
        let bytes = FileManager.default.contents(atPath: first.file + suffix)
        #expect(bytes != nil)
        #expect(bytes == FileManager.default.contents(atPath: second.file + suffix))
      }
    }
  }

  @Test func whatIsThereStaysUnlessForced() throws {
    try withFolder { folder in
      let path = try oldRun(in: folder)
      let export = TensorBoardExport(path: path)
      let first = try export.write(replacing: false)
      #expect(throws: RunError.self) { try export.write(replacing: false) }
      do {
        _ = try export.write(replacing: false)
      } catch let error as RunError {
        #expect(
          error.description == "cannot write \(path)/tensorboard: it holds event files already; "
            + "--force replaces them, without histograms")
      }
      // Of another run, of a session's end, and of an export that was killed.
      for name in [
        "events.out.tfevents.0000000001.host.1.1", "events.out.tfevents.0000000001.host.1.1.end",
        ".export.partial",
      ] {
        #expect(
          FileManager.default.createFile(
            atPath: "\(path)/tensorboard/\(name)", contents: Data("old".utf8)))
      }
      let second = try export.write(replacing: true)
      #expect(second.file == first.file)
      #expect(try eventFiles("\(path)/tensorboard") == [first.file, "\(first.file).end"])
    }
  }

  /// Whichever operation fails, the folder holds whole event files, the old ones or the new.
  @Test(arguments: 0..<26)
  func anExportThatFailsTakesNothingAway(_ goodOperations: Int) throws {
    try withFolder { folder in
      let path = try oldRun(in: folder)
      let export = TensorBoardExport(path: path)
      let first = try export.write(replacing: false)
      let live = "\(path)/tensorboard/events.out.tfevents.9999999999.host.1.1"
      try FileManager.default.moveItem(atPath: first.file, toPath: live)
      let disk = FaultyFileSystem(
        failingAfter: goodOperations, persistent: true, writes: .wholes)
      let outcome = try? export.write(replacing: true, fileSystem: disk)
      #expect((outcome == nil) == disk.hasFailed)
      let files = try eventFiles("\(path)/tensorboard").filter { $0.contains("tfevents") }
      #expect(files.contains(live) || files.contains(first.file), "\(files)")
      #expect(files.allSatisfy { (try? EventFile(contentsOf: $0).skipped) == [] })
      // The next one clears up.
      #expect(try export.write(replacing: true).file == first.file)
      #expect(try eventFiles("\(path)/tensorboard") == [first.file, "\(first.file).end"])
    }
  }

  /// A session that goes on from an exported run says anew how it has ended.
  @Test func aRunGoesOnBehindItsExport() throws {
    try withFolder { folder in
      let path = try oldRun(in: folder)
      _ = try TensorBoardExport(path: path).write(replacing: false)
      let run = try ClaimedRun(path).begin(from: 12)
      _ = TensorBoardLog.follow(run) { _ in }
      for step in 13...15 { try saveRow(step, in: run) }
      try run.finish(.done)
      let shown = try Shown("\(path)/tensorboard")
      #expect(shown.steps["loss"] == Array(1...15))
      #expect(
        try shown.hyperparameters("session_end_info").map(\.sessionEndInfo.status) == [.success])
    }
  }

  @Test func whatIsDamagedIsNoted() throws {
    try withFolder { folder in
      let path = try oldRun(in: folder)
      try Data("no picture".utf8).write(
        to: URL(filePath: "\(path)/samples/fixed/step-00000006.png"))
      try FileManager.default.removeItem(atPath: "\(path)/samples/words/step-00000009.txt")
      try Data("{".utf8).write(to: URL(filePath: "\(path)/run.json"))
      let outcome = try TensorBoardExport(path: path).write(replacing: false)
      #expect(outcome.rows == 12 && outcome.pictures == 0 && outcome.texts == 1)
      #expect(outcome.notes.count == 3, "\(outcome.notes)")
      #expect(try Shown("\(path)/tensorboard").steps["loss"] == Array(1...12))
      let empty = "\(folder)/empty"
      try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: true)
      #expect(throws: RunError.self) { try TensorBoardExport(path: empty).write(replacing: false) }
    }
  }
}
