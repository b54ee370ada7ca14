import Foundation
import SwiftProtobuf
import Synchronization
import TandemRuns
import TandemTensorBoard
import Testing

/// The event file that a run writes as it goes.
@Suite struct TensorBoardLogTests {
  @Test func aRunIsToldAsItGoes() throws {
    try withFolder { folder in
      let told = Told()
      let run = try makeRun(in: folder)
      let log = TensorBoardLog.follow(run, warn: told.tell)
      try run.saveSample(
        tag: "fixed", step: 0, seed: 3, grid: .init(rows: 1, columns: 1), png: pixel)
      for step in 1...3 { try saveRow(step, in: run) }
      try run.saveSample(tag: "words", step: 3, seed: 3, text: "to be\n  or not\n")
      log.noteHistograms(step: 3, [("weights/a", [1, 2, 3]), ("weights/b", [.nan])])
      // A row waits in memory until a checkpoint or a second later.
      try run.saveCheckpoint(step: 3, files: [:], state: ["a": 1])
      let early = try Shown("\(run.path)/tensorboard")
      #expect(early.steps["loss"] == [1, 2, 3] && early.steps["weights/a"] == [3])
      try saveRow(4, in: run)
      try run.finish(.done)
      // What comes after the end is nobody's.
      try? saveRow(5, in: run)

      let shown = try Shown("\(run.path)/tensorboard")
      #expect(shown.steps["loss"] == [1, 2, 3, 4] && shown.steps["rate/g"] == [1, 2, 3, 4])
      let losses: [Float] = [2, 1.5, 1 / 3 + 1, 1.25]
      #expect(shown.scalars("loss") == losses)
      #expect(shown.scalars("rate/g").allSatisfy { $0.isNaN })
      #expect(shown.steps["samples/fixed"] == [0] && shown.steps["samples/words"] == [3])
      let image = try #require(shown.values["samples/fixed"]?.first?.image)
      #expect(Array(image.encodedImageString) == pixel && image.colorspace == 1)
      #expect(image.width == 1 && image.height == 1)
      let text = try #require(shown.values["samples/words"]?.first?.tensor.stringVal.first)
      #expect(String(decoding: text, as: UTF8.self) == "    to be\n      or not\n    ")
      #expect(shown.values["configuration"]?.count == 1)
      #expect(shown.steps["weights/b"] == nil)

      let start = try #require(try shown.hyperparameters("session_start_info").first)
      let values = start.sessionStartInfo.hparams
      #expect(values.keys.sorted() == ["network.bias", "network.cell", "network.size", "seed"])
      #expect(values["network.bias"]?.boolValue == true)
      #expect(values["network.cell"]?.stringValue == "gru")
      #expect(values["network.size"]?.numberValue == 16)
      #expect(start.sessionStartInfo.groupName == run.record.configuration)
      let end = try shown.hyperparameters("session_end_info")
      #expect(end.map(\.sessionEndInfo.status) == [.success])
      #expect(told.all == [])
    }
  }

  /// Twelve steps: the first session dies behind its checkpoint of step 6, the second ends.
  @Test(arguments: [RunStatus?.none, .failed, .interrupted])
  func aResumedRunIsOneCourse(_ ending: RunStatus?) throws {
    try withFolder { folder in
      let path = try {
        let run = try makeRun(in: folder)
        _ = TensorBoardLog.follow(run) { _ in }
        for step in 1...9 {
          try saveRow(step, in: run)
          if step.isMultiple(of: 3) {
            try run.saveSample(tag: "words", step: step, seed: 3, text: "step \(step)")
          }
          if step == 6 { try run.saveCheckpoint(step: 6, files: [:], state: ["a": 1]) }
        }
        if let ending { try run.finish(ending) }
        return run.path
      }()
      let run = try ClaimedRun(path).begin(from: 6)
      _ = TensorBoardLog.follow(run) { _ in }
      // The sample of the checkpoint itself, painted once more, is not told again.
      try run.saveSample(tag: "words", step: 6, seed: 3, text: "step 6")
      for step in 7...12 {
        try saveRow(step, in: run)
        if step.isMultiple(of: 4) {
          try run.saveSample(tag: "words", step: step, seed: 3, text: "step \(step)")
        }
      }
      try run.finish(.done)

      let shown = try Shown("\(path)/tensorboard")
      #expect(shown.steps["loss"] == Array(1...12))
      let history = try MetricsHistory(contentsOf: "\(path)/metrics.jsonl")
      let expected = try #require(history.series("loss"))
      #expect(shown.scalars("loss") == expected.values.map { Float($0) })
      #expect(shown.steps["samples/words"] == [3, 6, 8, 12])
      #expect(try shown.hyperparameters("session_start_info").count == 1)
      #expect(
        try shown.hyperparameters("session_end_info").map(\.sessionEndInfo.status) == [.success])
      let files = try eventFiles("\(path)/tensorboard")
      #expect(files.count == 3 && files.last?.hasSuffix(".2.end") == true, "\(files)")
    }
  }

  /// A disk that takes no event file: the run goes on, with one line for the user.
  @Test(arguments: 0..<16)
  func aDiskThatFailsStopsNothing(_ goodOperations: Int) throws {
    try withFolder { folder in
      let told = Told()
      let disk = FailingDisk(part: "tensorboard", after: goodOperations)
      let run = try makeRun(in: folder, fileSystem: disk)
      _ = TensorBoardLog.follow(run, warn: told.tell)
      for step in 1...4 {
        try saveRow(step, in: run)
        try run.saveCheckpoint(step: step, files: [:], state: ["a": 1])
      }
      try run.finish(.done)
      #expect(try RunRecord(directory: run.path).status == .done)
      #expect(try MetricsHistory(contentsOf: "\(run.path)/metrics.jsonl").steps == [1, 2, 3, 4])
      #expect(told.all.count == (disk.hasFailed ? 1 : 0), "\(told.all)")
      #expect(
        told.all.allSatisfy {
          $0.hasPrefix("TensorBoard's file is not written any more: cannot ")
            && $0.hasSuffix(": No space left on device") && $0.contains("/tensorboard")
        }, "\(told.all)")
    }
  }
}

/// The machine's file system, on which what a part of the path names can be changed only so often.
final class FailingDisk: FileSystem {
  private let real = LocalFileSystem()
  private let part: String
  private let left: Mutex<Int>

  init(part: String, after goodOperations: Int) {
    self.part = part
    left = Mutex(goodOperations)
  }

  /// Whether an operation has failed.
  var hasFailed: Bool { left.withLock { $0 < 0 } }

  private func pass(_ operation: String, _ path: String) throws(RunError) {
    guard path.contains("/\(part)") else { return }
    let fails = left.withLock { left in
      left -= 1
      return left < 0
    }
    if fails { throw .system(operation: operation, path: path, code: ENOSPC) }
  }

  func makeFolder(_ path: String) throws(RunError) {
    try pass("create folder", path)
    try real.makeFolder(path)
  }
  func open(_ path: String, for purpose: FilePurpose) throws(RunError) -> OpenFile {
    try pass("open", path)
    return try real.open(path, for: purpose)
  }
  func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile) throws(RunError) -> Int {
    try pass("write", file.path)
    return try real.write(bytes, to: file)
  }
  func synchronize(_ file: OpenFile) throws(RunError) { try pass("flush", file.path) }
  func lock(_ file: OpenFile) throws(RunError) -> Bool { try real.lock(file) }
  func close(_ file: OpenFile) throws(RunError) { try real.close(file) }
  func rename(_ path: String, to target: String) throws(RunError) {
    try real.rename(path, to: target)
  }
  func remove(_ path: String) throws(RunError) { try real.remove(path) }
}
