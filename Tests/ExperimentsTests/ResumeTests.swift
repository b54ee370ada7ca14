import Foundation
import TandemExperiments
import TandemRuns
import Testing

/// Going on with runs: where from, with what, and when not.
@Suite struct ResumeTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @discardableResult
  func resume(
    _ path: String, _ experiment: Experiment, maxSteps: Int? = nil, pause: Int? = nil,
    notes: (String) -> Void = { _ in }
  ) throws -> ExperimentRunner.Resumption {
    var options = ExperimentRunner.Options(maxSteps: maxSteps, isQuiet: true)
    options.pauseStep = pause
    return try ExperimentRunner(experiment, options: options).resume(path, note: notes)
  }

  func paused(_ experiment: Experiment, at step: Int) throws -> String {
    var options = ExperimentRunner.Options(runsDirectory: "\(scratch.path)/runs", isQuiet: true)
    options.pauseStep = step
    return try ExperimentRunner(experiment, options: options).run()
  }

  static let counting = """
    training: {steps: 17}
    metrics: {every: 4}
    validation: {every: 5}
    samples: {every: 6}
    checkpoints: {every: 7}
    """
  static let validations = [3, 1, 2, 5, 4, 3, 2, 1.0]

  /// The last step asks for a validation, a sample and a row that no interval does; a run that
  /// goes on from there is one that never ended.
  @Test(arguments: [6, 10, 11])
  func aRunThatWasCutShortGoesOnAsIfItHadNotBeen(_ steps: Int) throws {
    let experiment = try scratch.counting(Self.counting, validations: Self.validations)
    let whole = try Remains(of: run(experiment, in: "\(scratch.path)/whole"))
    let path = try run(experiment, in: "\(scratch.path)/runs", maxSteps: steps)
    var record = try RunRecord(directory: path)
    #expect(record.status == .done && record.totalSteps == steps)
    #expect(try resume(path, experiment, maxSteps: steps) == .nothingToDo(path: path, step: steps))
    #expect(try RunRecord(directory: path) == record)
    #expect(try resume(path, experiment, maxSteps: 3) == .nothingToDo(path: path, step: steps))
    #expect(try resume(path, experiment) == .finished(path: path))
    record = try RunRecord(directory: path)
    #expect(record.status == .done && record.step == 17 && record.totalSteps == 17)
    #expect(record.sessions.map(\.firstStep) == [0, steps])
    #expect(try resume(path, experiment) == .nothingToDo(path: path, step: 17))

    // But for the row and the sample of the end that was none.
    var remains = try Remains(of: path)
    for key in remains.rows.keys where whole.rows[key]?[steps] == nil {
      remains.rows[key]?[steps] = nil
    }
    if !steps.isMultiple(of: 6) {
      #expect(remains.samples.removeValue(forKey: "words/step-000000\(steps).txt") != nil)
    }
    #expect(remains.weights == whole.weights)
    #expect(remains.samples == whole.samples)
    for (key, row) in whole.rows { #expect(remains.rows[key] == row, "\(key)") }
  }

  /// An interruption adds a checkpoint and nothing else, however often.
  @Test func severalInterruptionsLeaveNoTrace() throws {
    let experiment = try scratch.counting(Self.counting, validations: Self.validations)
    let whole = try Remains(of: run(experiment, in: "\(scratch.path)/whole"))
    let path = try paused(experiment, at: 1)
    for step in [2, 5, 9, 13, 16] {
      try resume(path, experiment, pause: step)
      let record = try RunRecord(directory: path)
      #expect(record.status == .interrupted && record.step == step)
      #expect(record.message == "paused after step \(step), which is saved")
    }
    try resume(path, experiment)
    #expect(try Remains(of: path) == whole)
    let seconds = try MetricsHistory(contentsOf: "\(path)/metrics.jsonl").seconds
    #expect(seconds == seconds.sorted())
    // The second validation is the best, in whichever session it was made.
    let best = try #require(
      try CheckpointStore(path: "\(path)/checkpoints").best("validation/loss"))
    #expect(best.value == 1 && best.checkpoint.step == 10)
    #expect(try RunRecord(directory: path).sessions.count == 7)
  }

  @Test func checkpointsThatAreDamagedAreGoneBackFrom() throws {
    let experiment = try scratch.experiment(points)
    let whole = try Remains(of: run(experiment, in: "\(scratch.path)/whole"))
    let path = try paused(experiment, at: 11)
    // A weight of the last, a digit of the state of the one before.
    let store = "\(path)/checkpoints"
    let weights = "\(store)/step-00000011/generator.safetensors"
    var bytes = try Data(contentsOf: URL(filePath: weights))
    bytes[bytes.count - 2] ^= 1
    try bytes.write(to: URL(filePath: weights))
    let state = "\(store)/step-00000010/state.json"
    let changed = try text(of: state).replacing(/"generatorSteps" : \d+/) { _ in
      "\"generatorSteps\" : 9"
    }
    try changed.write(toFile: state, atomically: false, encoding: .utf8)
    var notes: [String] = []
    try resume(path, experiment) { notes.append($0) }
    #expect(
      notes
        == [weights, state].map {
          "\($0) is damaged: its bytes are not those that were written (SHA-256); going back to step 0"
        })
    #expect(try Remains(of: path) == whole)
    let events = try EventLog.read("\(path)/events.jsonl").rows.map(\.kind)
    #expect(events.contains(.resume(checkpoint: nil)))
    #expect(try text(of: "\(path)/log.txt").contains(weights))
  }

  @Test func aRunKnowsWhatItWasStartedWith() throws {
    let overrides = ["training.batchSize=8", "generator.network.hidden=[4]"]
    let experiment = try scratch.experiment(points, overrides: overrides, seed: 7)
    let path = try paused(experiment, at: 3)
    let record = try RunRecord(directory: path)
    #expect(record.directory == experiment.directory)
    #expect(record.overrides == overrides + ["seed=7"])
    #expect(record.parent == nil)

    let origin = try RunOrigin(path: path)
    #expect(origin.experiment.resolved == experiment.resolved)
    #expect(origin.experiment.directory == experiment.directory)
    let (present, note) = try origin.present()
    #expect(note == nil && present.resolved == experiment.resolved)
    try origin.check(present)

    let (other, _) = try origin.present(overrides: ["training.batchSize=9", "seed=8"])
    #expect(
      message { try origin.check(other) } == """
        \(path) was started with another configuration:
          seed: started with 7, now 8
          training.batchSize: started with 8, now 9
        a run goes on with what it was started with, its length included; --fork starts a child \
        run with the changed configuration from its last checkpoint
        """)
    // The same by a change of the file.
    _ = try scratch.experiment(points.replacing("steps: 12", with: "steps: 13"))
    #expect(
      message { try origin.check(origin.present().experiment) }
        .contains("\n  training.steps: started with 12, now 13\n"))
    #expect(
      message { _ = try origin.present(overrides: ["training.stesp=3"]) }
        .contains("--set training.stesp: unknown key; did you mean 'steps'?"))
  }

  @Test func withoutItsDirectoryARunGoesOnWithWhatItHasKept() throws {
    let experiment = try scratch.experiment(points, overrides: ["training.batchSize=8"])
    let whole = try Remains(of: run(experiment, in: "\(scratch.path)/whole"))
    let path = try paused(experiment, at: 3)
    try FileManager.default.removeItem(atPath: experiment.directory)
    let origin = try RunOrigin(path: path)
    let (present, note) = try origin.present()
    #expect(
      note == """
        cannot read \(experiment.directory)/experiment.yaml: No such file or directory; going on \
        with the configuration that the run has kept
        """)
    try origin.check(present)
    try resume(path, origin.experiment)
    #expect(try Remains(of: path) == whole)
  }

  /// Records of programs that noted neither directory nor overrides.
  @Test func olderRecordsAreResumedWithWhatTheyHaveKept() throws {
    let experiment = try scratch.experiment(points)
    let path = try paused(experiment, at: 3)
    let file = URL(filePath: "\(path)/run.json")
    var object = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
    for key in ["directory", "overrides"] { #expect(object.removeValue(forKey: key) != nil) }
    try JSONSerialization.data(withJSONObject: object).write(to: file)
    let origin = try RunOrigin(path: path)
    let (present, note) = try origin.present(overrides: ["training.steps=14"])
    #expect(note?.hasPrefix("the run has not noted what it was started with; ") == true)
    #expect(throws: ConfigurationChanged.self) { try origin.check(present) }
    #expect(try resume(path, origin.experiment) == .finished(path: path))
  }

  @Test func aForkIsAChildWithARunOfItsOwn() throws {
    let longer = ["training.steps=20"]
    let whole = try Remains(
      of: run(scratch.experiment(points, overrides: longer), in: "\(scratch.path)/whole"))
    let experiment = try scratch.experiment(points)
    let path = try run(experiment, in: "\(scratch.path)/runs")
    let before = try Remains(of: path)
    let (present, _) = try RunOrigin(path: path).present(overrides: longer)
    let options = ExperimentRunner.Options(isQuiet: true)
    let child = try ExperimentRunner(present, options: options).fork(path)
    #expect(try runDirectories("\(scratch.path)/runs") == [path, child].sorted())
    #expect(try Remains(of: path) == before)

    let record = try RunRecord(directory: child)
    let parent = try RunRecord(directory: path)
    #expect(record.parent == ParentRun(run: parent.id, step: 12))
    #expect(record.overrides == longer && record.totalSteps == 20 && record.step == 20)
    #expect(record.sessions.map(\.firstStep) == [12])
    #expect(
      RunReport(path: child).text.contains("\nforked from  \(parent.id) at step 12\n"))
    #expect(RunReport(path: path).text.contains("forked") == false)
    // More steps alone: what the child does is what the longer run does there.
    let remains = try Remains(of: child)
    #expect(
      remains.weights.filter { $0.key != "state.json" }
        == whole.weights.filter { $0.key != "state.json" })
    for (key, row) in whole.rows {
      #expect(remains.rows[key] == row.filter { $0.key > 12 }, "\(key)")
    }
    #expect(remains.samples.keys.sorted() == [12, 18, 20].map { "fixed/step-000000\($0).png" })

    // It stands on its own.
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.removeItem(atPath: "\(child)/checkpoints/step-00000020")
    try resume(child, present)
    #expect(try Remains(of: child).weights == remains.weights)
    // Without a checkpoint of its own it could only begin anew, which is not what it is.
    try FileManager.default.removeItem(atPath: "\(child)/checkpoints")
    #expect(
      message { try resume(child, present) }
        == "\(child) has no checkpoint of its own; fork \(parent.id) again in its place")
  }

  @Test func aForkThatDoesNotFitLeavesNothing() throws {
    let experiment = try scratch.experiment(points)
    let path = try paused(experiment, at: 3)
    for (overrides, expected) in [
      (["generator.network.hidden=[8, 9]"], "the stored tensors do not fit the model: '2.weight'"),
      (["training.steps=3"], "\(path) is at step 3, and the child run would end at step 3"),
    ] {
      let (present, _) = try RunOrigin(path: path).present(overrides: overrides)
      let said = message { _ = try ExperimentRunner(present).fork(path) }
      #expect(said.hasPrefix(expected), "\(said)")
    }
    #expect(try runDirectories("\(scratch.path)/runs") == [path])
  }

  /// Of a schedule on a plateau a child takes the state and keeps its own settings.
  @Test func aForkHasItsOwnSchedule() throws {
    let yaml = """
      kind: adding
      data: {steps: 5, validationBatches: 1}
      network: {cell: tanh, size: 3}
      optimizer: {kind: sgd, learningRate: 0.5, schedule: {kind: plateau, patience: 0, factor: 0.5}}
      training: {steps: 9, batchSize: 4, averaging: {patience: 0}}
      validation: {every: 1}
      samples: {gradientFlow: false}
      """
    let path = try run(scratch.experiment(yaml), in: "\(scratch.path)/runs")
    func rates(_ run: String) throws -> [Double] {
      try #require(try MetricsHistory(contentsOf: "\(run)/metrics.jsonl").series("rate")).values
    }
    let last = try #require(try rates(path).last)
    #expect(last < 0.5)
    func child(_ overrides: String...) throws -> String {
      let (present, _) = try RunOrigin(path: path).present(
        overrides: overrides + ["training.steps=10"])
      return try ExperimentRunner(present, options: .init(isQuiet: true)).fork(path)
    }
    let same = try #require(try rates(child()).first)
    let double = try #require(try rates(child("optimizer.learningRate=1")).first)
    #expect(double == 2 * same && [last, last / 2].contains(same))
    let plain = try child("training.averaging=null")
    #expect(
      !FileManager.default.fileExists(
        atPath: "\(plain)/checkpoints/step-00000010/average.safetensors"))
  }

  @Test func aRunInUseIsLeftAlone() throws {
    let experiment = try scratch.experiment(points)
    let path = try paused(experiment, at: 3)
    let claimed = try ClaimedRun(path)
    #expect(
      message { try resume(path, experiment) }
        == "\(path) is being written by process \(getpid())")
    #expect(try RunRecord(directory: path).sessions.count == 1)
    withExtendedLifetime(claimed) {}
  }

  @Test func everyKthCheckpointIsKept() throws {
    let experiment = try scratch.experiment(
      points, overrides: ["checkpoints={every: 2, keep: 1, keepEvery: 4}"])
    let path = try run(experiment, in: "\(scratch.path)/runs")
    #expect(try CheckpointStore(path: "\(path)/checkpoints").steps() == [4, 8, 12])
    #expect(experiment.resolved["checkpoints.keepEvery"] == .integer(4))
    #expect(try scratch.experiment(points).resolved["checkpoints.keepEvery"] == .null)
  }
}
