import Foundation
import TandemRuns
import Testing

/// Sweeps that are killed or interrupted, and go on.
@Suite(.serialized) struct SweepEndingTests {
  let workplace: Workplace

  init() throws {
    workplace = try Workplace()
    try workplace.write(tiny, to: "tiny/experiment.yaml")
  }

  /// Members that are long enough to be stopped in their middle.
  private let long = [
    "--set", "training.steps=6000", "--set", "checkpoints.every=100", "--set",
    "samples.every=2000", "--set", "metrics.every=100", "--seeds", "1,2",
    "--grid", "generator.optimizer.learningRate=1e-4,2e-3",
  ]

  /// The bytes of the files of each run's last checkpoint and samples, by what the run is.
  private func remains(_ runs: String) throws -> [String: [String: Data]] {
    var found: [String: [String: Data]] = [:]
    for path in try RunStore(root: runs).paths() {
      let record = try RunRecord(directory: path)
      #expect(record.observedStatus == .done && record.step == 6000)
      let checkpoint = "checkpoints/step-00006000"
      var files: [String: Data] = [:]
      for folder in [checkpoint, "samples/fixed"] {
        for name in try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)") {
          files["\(folder)/\(name)"] = try Data(
            contentsOf: URL(filePath: "\(path)/\(folder)/\(name)"))
        }
      }
      #expect(files.keys.contains("\(checkpoint)/generator.safetensors"))
      let name = "\(record.configuration) \(record.seed)"
      #expect(found.updateValue(files, forKey: name) == nil, "two runs of one member")
    }
    return found
  }

  /// The processes of the runs in a folder that are at work.
  private func workers(_ runs: String) throws -> [(pid: pid_t, step: Int)] {
    guard FileManager.default.fileExists(atPath: runs) else { return [] }
    return try RunStore(root: runs).paths().compactMap { path in
      guard let record = try? RunRecord(directory: path), record.observedStatus == .running,
        let session = record.sessions.last
      else { return nil }
      let step = try CheckpointStore(path: "\(path)/checkpoints").last()?.step ?? 0
      return (pid_t(session.process.pid), step)
    }
  }

  private func wait(_ condition: () throws -> Bool) throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while try !condition() {
      guard ContinuousClock.now < deadline else { throw CancellationError() }
      usleep(5_000)
    }
  }

  @Test func aSweepThatWasKilledGoesOnWithItsMembersToTheBit() throws {
    let undisturbed = try workplace.alone(
      ["sweep", "tiny", "--runs-dir", "whole", "--quiet"] + long)
    #expect(undisturbed.status == 0, "\(undisturbed.errors)")
    let whole = try remains("\(workplace.path)/whole")
    #expect(whole.count == 4)

    let runs = "\(workplace.path)/killed"
    let arguments = ["sweep", "tiny", "--runs-dir", "killed", "--jobs", "2", "--quiet"] + long
    var kills = 0
    for share in [300, 3000] {
      let running = try workplace.start(arguments, threads: 1)
      // Both are at work, side by side, and beyond a checkpoint.
      try wait {
        let steps = try workers(runs).map(\.step)
        return steps.count == 2 && (steps.max() ?? 0) >= share
      }
      kill(running.process.processIdentifier, SIGKILL)
      running.process.waitUntilExit()
      // No member is started any more: what is at work now is all there is.
      usleep(100_000)
      for worker in try workers(runs) {
        kill(worker.pid, SIGKILL)
        kills += 1
      }
      try wait { try workers(runs).isEmpty }
    }
    #expect(kills == 4)
    let outcome = try workplace.alone(arguments)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try remains(runs) == whole)
    let sessions = try RunStore(root: runs).list().map(\.sessions)
    #expect(sessions.max() ?? 0 > 1)
  }

  @Test func anInterruptedSweepSavesItsMembersAndSaysHowToGoOn() throws {
    let arguments = ["sweep", "tiny", "--jobs", "2"] + long
    let running = try workplace.start(arguments, threads: 1)
    let runs = "\(workplace.path)/tiny/runs"
    try wait { try workers(runs).filter { $0.step > 0 }.count == 2 }
    kill(running.process.processIdentifier, SIGINT)
    let outcome = try running.finish()
    #expect(outcome.status == 130)
    let records = try workplace.records()
    #expect(records.map(\.status) == [.interrupted, .interrupted])
    for record in records {
      let checkpoint = try CheckpointStore(path: "\(runs)/\(record.id)/checkpoints").last()
      #expect(checkpoint?.step == record.step && record.step > 0)
    }
    let line = try #require(outcome.errors.split(separator: "\n").last)
    let head = "error: interrupted by SIGINT: 0 of 4 members are done; go on with: "
    try #require(line.hasPrefix(head), "\(line)")
    #expect(outcome.lines.filter { $0.contains("waiting") }.count == 2)
    #expect(outcome.lines.filter { $0.contains("interrupted") }.count == 2)
    let resumed = try workplace.alone([], shell: String(line.dropFirst(head.count)))
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(resumed.errors.hasPrefix("4 members: 2 to go on with, 2 to start\n"))
    #expect(try remains(runs).count == 4)
  }

  @Test func aMemberAtWorkIsLeftAlone() throws {
    let endless = ["--set", "training.steps=100000000", "--set", "metrics.every=100"]
    let running = try workplace.start(["run", "tiny", "--quiet"] + endless, threads: 1)
    try wait { try !workers("\(workplace.path)/tiny/runs").isEmpty }
    let outcome = try workplace.alone(["sweep", "tiny", "--seeds", "3"] + endless)
    #expect(outcome.status == 0 && outcome.errors == "1 member: 1 running elsewhere\n")
    #expect(outcome.lines[1].split(separator: " ").dropFirst().first == "running")
    let once = try workplace.alone(["run", "tiny", "--once", "--seed", "3"] + endless)
    #expect(once.status == 0)
    #expect(once.errors == "note: nothing to do: a process is at work on the run\n")
    kill(running.process.processIdentifier, SIGTERM)
    #expect(try running.finish().status == 143)
    let records = try workplace.records()
    #expect(records.count == 1 && records[0].sessions.count == 1)
  }
}

extension Workplace {
  /// Runs the program on one thread: beside other tests, a second would wait for the first.
  func alone(_ arguments: [String], shell: String? = nil) throws -> Outcome {
    try start(arguments, shell: shell, threads: 1).finish()
  }

  /// The records of the runs of `tiny`, the oldest first.
  func records() throws -> [RunRecord] {
    guard FileManager.default.fileExists(atPath: "\(path)/tiny/runs") else { return [] }
    return try RunStore(root: "\(path)/tiny/runs").list().map { try RunRecord(directory: $0.path) }
  }
}
