import Foundation
import TandemExperiments
import TandemRuns
import TestDisks
import Testing

/// How runs end that do not end well: with one line, and a run directory that can be read.
@Suite struct EndingTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  func failure(_ body: () throws -> Void) -> RunFailure? {
    do {
      try body()
      return nil
    } catch {
      return error as? RunFailure
    }
  }

  /// A discriminator whose rate grows from 0 to 10, without Adam's bounds on a step.
  @Test func aTrainingThatDivergesIsStoppedAndStaysReadable() throws {
    let experiment = try scratch.experiment(
      points,
      overrides: [
        "data.radius=1000", "training.steps=500", "checkpoints={every: 1, keep: 3}",
        "discriminator.optimizer={kind: sgd, learningRate: 10, schedule: {warmUpSteps: 400}}",
      ])
    let runs = "\(scratch.path)/runs"
    let failure = try #require(failure { try run(experiment, in: runs) })
    let path = try #require(try runDirectories(runs).first)
    let record = try RunRecord(directory: path)
    #expect(failure.exitCode == 3)
    #expect(record.status == .stopped)
    #expect(record.step > 0 && record.step < 500)
    let place = try #require(
      failure.message.wholeMatch(
        of:
          /step (\d+), phase (discriminator|generator): (the loss '.*'|the gradient of '.*'|the parameter '.*') (is|holds) (NaN|inf|-inf); the last good checkpoint: step (\d+); the run is (.*)/
      ), "\(failure.message)")
    #expect(place.7 == path)
    #expect(failure.message == "\(try #require(record.message)); the run is \(path)")
    // The step that failed is the one after the last that was taken, or that one at its saving.
    #expect(try [record.step, record.step + 1].contains(#require(Int(place.1))))
    let last = try #require(try CheckpointStore(path: "\(path)/checkpoints").last())
    #expect(Int(place.6) == last.step)
    #expect(try MetricsHistory(contentsOf: "\(path)/metrics.jsonl").skipped.isEmpty)
    #expect(
      try EventLog.read("\(path)/events.jsonl").rows.last?.kind
        == .end(status: .stopped, message: record.message))
    #expect(try text(of: "\(path)/log.txt").contains(try #require(record.message)))
    // The last good checkpoint can be gone on from.
    var training = try experiment.configuration.training()
    try training.restore(last)
  }

  @Test func badDataLeaveNoRunBehind() throws {
    let images = try scratch.images(5, size: 8)
    let labels = "\(scratch.path)/labels.idx"
    try Data([0, 0, 8, 1, 0, 0, 0, 2, 7, 7]).write(to: URL(filePath: labels))
    let none = "\(scratch.path)/none.idx"
    try Data([0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 8]).write(to: URL(filePath: none))
    let torn = "\(scratch.path)/torn.idx"
    try Data(contentsOf: URL(filePath: images)).dropLast(10).write(to: URL(filePath: torn))
    let empty = "\(scratch.path)/empty"
    try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: true)
    let cases: [(String, String)] = [
      (
        "{kind: idx, path: \(images), size: 8}",
        "training.batchSize: 6 is more than the 5 samples of \(images)"
      ),
      (
        "{kind: idx, path: \(labels), size: 8}",
        "\(labels): holds 2 of uint8, not bytes of rank 3 (count, height, width) or 4 (… and "
          + "channels)"
      ),
      (
        "{kind: idx, path: \(none), size: 8}",
        "\(none): 0x8x8 is not a set of images of 1 to 4 channels"
      ),
      (
        "{kind: idx, path: \(torn), size: 8}",
        "\(torn): damaged: 310 bytes of elements where 5x8x8 of uint8 take 320"
      ),
      (
        "{kind: idx, path: \(images), size: 4}",
        "\(images): images of 8x8 cannot be padded to 4x4; resize them"
      ),
      (
        "{kind: idx, path: \(images), size: 8, grey: false}",
        "\(images): holds images [8, 8, 1], the networks need [8, 8, 3]"
      ),
      ("{kind: idx, path: \(empty), size: 8}", "\(empty): cannot be read: not a regular file"),
      ("{kind: folder, path: \(empty), size: 8}", "\(empty): the folder has no PNG files"),
      (
        "{kind: folder, path: nowhere, size: 8}",
        "\(scratch.path)/tiny/nowhere: cannot be read: no such folder"
      ),
    ]
    for (data, expected) in cases {
      let experiment = try scratch.experiment(denseImages(images), overrides: ["data=\(data)"])
      let found = message { try run(experiment, in: "\(scratch.path)/runs") }
      #expect(found == expected)
    }
    #expect(try runDirectories("\(scratch.path)/runs") == [])
  }

  @Test func anImageThatCannotBeReadFailsTheRun() throws {
    let folder = "\(scratch.path)/pictures"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for index in 0..<8 {
      try Data("no picture".utf8).write(to: URL(filePath: "\(folder)/\(index).png"))
    }
    let experiment = try scratch.experiment(
      denseImages("unused"), overrides: ["data={kind: folder, path: \(folder), size: 8}"])
    let failure = try #require(failure { try run(experiment, in: "\(scratch.path)/runs") })
    let path = try #require(try runDirectories("\(scratch.path)/runs").first)
    #expect(failure.exitCode == 1)
    #expect(failure.message.hasPrefix("\(folder)/"))
    #expect(
      failure.message.hasSuffix(
        ".png: not a PNG: it starts with 6E 6F 20 70 69 63 74 75; the run is \(path)"))
    #expect(try RunRecord(directory: path).status == .failed)
  }

  @Test func aFileInPlaceOfTheFolderOfRunsIsOneLine() throws {
    let file = "\(scratch.path)/file"
    try Data().write(to: URL(filePath: file))
    let experiment = try scratch.experiment(points)
    #expect(
      message { try run(experiment, in: file) } == "cannot create folder \(file): File exists")
    #expect(
      message { try run(experiment, in: "\(file)/runs") }
        == "cannot create folder \(file): File exists")
  }

  /// The disk runs full earlier and later: at no moment is there a run that cannot be read.
  @Test func aDiskThatRunsFullLeavesNoDamagedRun() throws {
    let experiment = try scratch.experiment(points)
    var (withoutRun, failed, complete) = (0, 0, 0)
    let large = SmallDisk()
    try run(experiment, in: "\(scratch.path)/whole", disk: large)
    // Times and names differ in length from run to run, by far less than the last step here.
    let rooms = (0...40).map { $0 * large.written / 40 } + [large.written + 1000]
    for room in rooms {
      let runs = "\(scratch.path)/runs-\(room)"
      let found = message { try run(experiment, in: runs, disk: SmallDisk(bytes: room)) }
      let directories = try runDirectories(runs)
      guard let path = directories.first else {
        withoutRun += 1
        #expect(found.hasPrefix("cannot write ") && found.hasSuffix(": No space left on device"))
        continue
      }
      #expect(directories.count == 1 && !path.contains(".new"))
      let record = try RunRecord(directory: path)
      if found == "no error" {
        complete += 1
        #expect(record.status == .done)
      } else {
        failed += 1
        #expect(found.hasSuffix(": No space left on device; the run is \(path)"), "\(found)")
        // With no room for a new run.json the old one stays; the process's end makes it lost.
        #expect(record.status == .failed || record.status == .running)
      }
      let report = RunReport(path: path)
      #expect(report.problems == [])
      for step in report.checkpoints {
        _ = try CheckpointStore(path: "\(path)/checkpoints").checkpoint(step: step)
      }
    }
    #expect(withoutRun > 0 && failed > 20 && complete > 0, "\(withoutRun), \(failed), \(complete)")
  }
}
