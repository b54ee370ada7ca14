import Foundation
import TandemRuns
import TandemTensorBoard
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
      let files = try eventFiles("\(path)/tensorboard")
      #expect(files == [outcome.file])
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
      let rows = try EventFile(contentsOf: outcome.file).events.filter {
        $0.summary.value.first?.tag == "loss"
      }
      let times = (1...12).map { created + Double($0) }
      #expect(rows.map(\.wallTime) == times)
    }
  }

  @Test func theBytesAreTheSameEachTime() throws {
    try withFolder { folder in
      let path = try oldRun(in: folder)
      let export = TensorBoardExport(path: path)
      let first = try export.write(to: "\(folder)/a/b", replacing: false)
      let second = try export.write(to: "\(folder)/c", replacing: false)
      let bytes = FileManager.default.contents(atPath: first.file)
      #expect(bytes != nil && bytes == FileManager.default.contents(atPath: second.file))
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
      let stale = "\(path)/tensorboard/events.out.tfevents.0000000001.host.1.1"
      #expect(FileManager.default.createFile(atPath: stale, contents: nil))
      let second = try export.write(replacing: true)
      #expect(second.file == first.file)
      #expect(try eventFiles("\(path)/tensorboard") == [first.file])
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
