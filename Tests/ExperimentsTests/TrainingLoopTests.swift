import Foundation
import TandemExperiments
import TandemRuns
import Testing

/// What the loop does for a training of any kind.
@Suite struct TrainingLoopTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  func experiment(_ yaml: String, validations: [Double] = []) throws -> Experiment {
    try scratch.counting(yaml, validations: validations)
  }

  func values(_ run: String, _ name: String) throws -> [Int: Double] {
    let history = try MetricsHistory(contentsOf: "\(run)/metrics.jsonl")
    let series = try #require(history.series(name))
    return Dictionary(uniqueKeysWithValues: zip(series.steps, series.values))
  }

  @Test func aLengthInEpochsFollowsTheData() throws {
    let path = try run(
      experiment("training: {epochs: 5}\nvalidation: {every: 100}", validations: [1]),
      in: scratch.path)
    let record = try RunRecord(directory: path)
    #expect(record.step == 15 && record.totalSteps == 15 && record.status == .done)
    let history = try MetricsHistory(contentsOf: "\(path)/metrics.jsonl")
    #expect(history.steps == Array(1...15))
    #expect(history.epochs == (1...15).map { Double($0) / 3 })
    #expect(history.keys.contains("tokens/s"))
    let stopped = try run(
      experiment("training: {epochs: 5}\nvalidation: {every: 100}", validations: [1]),
      in: scratch.path, maxSteps: 4)
    #expect(try RunRecord(directory: stopped).totalSteps == 4)
    #expect(try values(stopped, "validation/loss") == [4: 1])
  }

  @Test(arguments: [
    ("training: {}", "1:11: training.steps: give steps or epochs, an integer of at least 1"),
    (
      "training: {steps: 4, epochs: 2}",
      "1:30: training.epochs: give steps or epochs, not both"
    ),
    (
      "training: {epochs: 0}",
      "1:20: training.epochs: expected an integer in 1...100000, found 0"
    ),
  ])
  func aLengthIsGivenInOneWay(_ yaml: String, _ expected: String) {
    #expect(message { _ = try experiment(yaml) } == "counting.yaml:\(expected)")
  }

  @Test func aHugeLengthIsNoTrap() {
    #expect(TrainingLength.epochs(.max).steps(stepsPerEpoch: 2) == .max)
    #expect(TrainingLength.epochs(3).steps(stepsPerEpoch: 7) == 21)
    #expect(TrainingLength.steps(3).steps(stepsPerEpoch: 7) == 3)
  }

  @Test func whatIsDoneAtAStepFollowsTheIntervals() throws {
    let yaml = """
      training: {steps: 14}
      metrics: {every: 5}
      samples: {every: 6, tag: poems}
      validation: {every: 4}
      checkpoints: {every: 7, keep: 1}
      """
    // The second validation is the best and the only one to make a checkpoint that is kept.
    let path = try run(experiment(yaml, validations: [3, 1, 2, 2]), in: scratch.path)
    let history = try MetricsHistory(contentsOf: "\(path)/metrics.jsonl")
    #expect(history.steps == [4, 5, 6, 7, 8, 10, 12, 14])
    #expect(try values(path, "validation/loss") == [4: 3, 8: 1, 12: 2, 14: 2])
    // The losses are 1, 4, 9, …; a row has the mean of those since the row before.
    #expect(
      try values(path, "loss") == [
        4: 7.5, 5: 25, 6: 36, 7: 49, 8: 64, 10: 90.5, 12: 132.5, 14: 182.5,
      ])
    #expect(try values(path, "validation/accuracy").count == 4)
    #expect(Set(try values(path, "samples/length").keys) == [6, 12, 14])

    let samples = try SampleIndex.samples("\(path)/samples/index.jsonl").rows
    #expect(samples.map(\.step) == [0, 6, 12, 14] && samples.allSatisfy { $0.tag == "poems" })
    #expect(try text(of: "\(path)/samples/poems/step-00000012.txt") == "step 12\n")

    let store = CheckpointStore(path: "\(path)/checkpoints")
    #expect(try store.steps() == [8, 14])
    #expect(try store.last()?.step == 14)
    let best = try #require(try store.best("validation/loss"))
    #expect(best.value == 1 && best.checkpoint.step == 8)
    #expect(
      try best.checkpoint.tensors("counts.safetensors").tensorsByName()["step"]?.floats == [8])
    // Each that was written, in order: the first two validations, the interval and the end.
    let saved = try EventLog.read("\(path)/events.jsonl").rows.filter {
      if case .checkpoint = $0.kind { true } else { false }
    }
    #expect(saved.map(\.step) == [4, 7, 8, 14])
    #expect(try text(of: "\(path)/log.txt").contains("The loss is what the test says."))

  }

  @Test func aRateOnAPlateauFollowsTheValidations() throws {
    let yaml = """
      training: {steps: 9}
      optimizer: {kind: sgd, learningRate: 0.5, schedule: {kind: plateau, factor: 0.5, patience: 1}}
      validation: {every: 2}
      """
    // Lowered at the second validation in a row that is no better than the first.
    let experiment = try experiment(yaml, validations: [1, 1, 2, 0.5, 1])
    let path = try run(experiment, in: scratch.path)
    let rates = try values(path, "rate")
    #expect(rates == [1: 0.5, 2: 0.5, 3: 0.5, 4: 0.5, 5: 0.5, 6: 0.5, 7: 0.25, 8: 0.25, 9: 0.25])

    // A training that goes on from a checkpoint has the rate and the count with it.
    let best = try #require(
      try CheckpointStore(path: "\(path)/checkpoints").best("validation/loss"))
    #expect(best.value == 0.5 && best.checkpoint.step == 8)
    var training = CountingTraining(
      try #require(experiment.configuration as? CountingConfiguration))
    try training.restore(best.checkpoint)
    #expect(training.step == 8 && training.validations == 4)
    #expect(training.takeStep().metrics.last?.value == 0.25)
    #expect(training.schedule.state?.best == 0.5)
    #expect(experiment.resolved["optimizer.schedule.threshold"] == .number(1e-4))
  }

  @Test func aValidationThatIsNoNumberStopsTheRun() throws {
    let yaml = "training: {steps: 20}\nvalidation: {every: 4}"
    let found = message {
      try run(experiment(yaml, validations: [1, .nan]), in: "\(scratch.path)/runs")
    }
    let path = try #require(try runDirectories("\(scratch.path)/runs").first)
    #expect(
      found == """
        step 8, phase validation: the metric 'validation/loss' is NaN; the last good checkpoint: \
        step 4; the run is \(path)
        """)
    #expect(try RunRecord(directory: path).status == .stopped)
  }
}
