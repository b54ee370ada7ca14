import Foundation
import TandemExperiments
import TandemRuns
import Testing

/// Learning rules side by side.
@Suite struct RuleComparisonTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  func experiment(_ overrides: [String] = []) throws -> Experiment {
    let (images, labels) = try scratch.bars(200)
    return try scratch.experiment(
      """
      kind: learningRules
      data: {kind: idx, images: \(images), labels: \(labels), size: 8, testShare: 0.2}
      network: {kind: mlp, hidden: [12, 8], dropout: 0.1}
      rules:
        - {kind: backprop}
        - {kind: childTuning, p: 0.5, compareEvery: 2}
        - {kind: childTuning, mode: driven, name: fisher, p: 0.5}
        - {kind: syntheticGradients, hidden: 16, learningRate: 1e-2, compareEvery: 3}
        - {kind: predictiveCoding, compareEvery: 2}
      optimizer: {kind: adam, learningRate: 1e-2}
      training: {steps: 60, batchSize: 16}
      validation: {every: 20}
      samples: {every: 30}
      checkpoints: {every: 30}
      """, overrides: overrides)
  }

  @Test func everyRuleIsMeasured() throws {
    let path = try run(experiment(), in: "\(scratch.path)/runs")
    let names = [
      "backprop", "childTuning-free", "fisher", "syntheticGradients", "predictiveCoding",
    ]
    let rows = try text(of: "\(path)/metrics.jsonl").split(separator: "\n")
    let last = try #require(rows.last)
    for name in names {
      #expect(last.contains("\"valid-accuracy/\(name)\""))
      #expect(last.contains("\"loss-train/\(name)\""))
    }
    let table = try text(of: "\(path)/samples/table/step-00000060.txt").split(separator: "\n")
    #expect(table.count == 6)
    for (row, name) in zip(table.dropFirst(), names) {
      let cells = row.split(separator: " ")
      #expect(cells[0] == name)
      #expect(try #require(Double(cells[1])) > 80, "\(row)")
      // Backpropagation's cosine with itself is not measured.
      #expect((cells[5] == "-") == (name == "backprop"))
    }
    let readings = try #require(try RunRecord(directory: path).readings)
    let history = try MetricsHistory(contentsOf: "\(path)/metrics.jsonl")
    #expect(history.keys.filter { readings[$0] == nil } == ["images/s"])
    for tag in ["accuracy", "cosine"] {
      #expect(
        FileManager.default.fileExists(atPath: "\(path)/samples/\(tag)/step-00000060.png"))
    }
  }

  /// The first rule's training is the one that a classifier with that rule would have.
  @Test func backpropagationIsThatOfAClassifier() throws {
    let comparison = try #require(
      experiment().configuration as? RuleComparisonConfiguration)
    var training = try comparison.training()
    let single = try scratch.classifier(
      network: "{kind: mlp, hidden: [12, 8], dropout: 0.1}", overrides: ["seed=1"])
    var classifier = try classifierConfiguration(single).training()
    for _ in 0..<5 {
      let (a, b) = (try training.takeStep(), try classifier.takeStep())
      let loss = a.metrics.first { $0.name == "loss-train/backprop" }?.value
      #expect(loss == b.metrics.first { $0.name == "loss/train" }?.value)
    }
  }

  @Test func restoringIsExact() throws {
    let experiment = try experiment()
    let configuration = try #require(
      experiment.configuration as? RuleComparisonConfiguration)
    let run = try RunDirectory.create(
      in: scratch.path,
      RunDescription(
        experiment: experiment.name, seed: 1, configuration: experiment.resolved,
        source: experiment.source, sourceTree: nil))
    var whole = try configuration.training()
    for _ in 0..<5 { _ = try whole.takeStep() }
    let contents = try whole.checkpoint()
    try run.saveCheckpoint(step: 5, files: contents.files, state: contents.state)
    var restored = try configuration.training()
    try restored.restore(try run.checkpoints.checkpoint(step: 5))
    func timeless(_ step: TrainingStep) -> [String] {
      step.metrics.filter { !MetricName.isTimed($0.name) }.map { "\($0.name) \($0.value)" }
    }
    for _ in 0..<6 {
      #expect(timeless(try whole.takeStep()) == timeless(try restored.takeStep()))
    }
    #expect(
      try whole.evaluate().metrics.map(\.value) == restored.evaluate().metrics.map(\.value))
  }

  /// What a clock said is in the rows, but in no checkpoint and no sample: a run that is resumed is
  /// the undisturbed one.
  @Test func aResumedRunIsTheUndisturbedOne() throws {
    let report = try ResumeCheck(directory: experiment().directory).report()
    #expect(report.isPassed, "\(report.text)")
    let counts = Dictionary(uniqueKeysWithValues: report.parts.map { ($0.name, $0.count) })
    let rows = try #require(counts["metrics.jsonl"])
    #expect(counts["samples"] == 9 && rows > 5)

    let path = try run(experiment(), in: "\(scratch.path)/runs", maxSteps: 21)
    let history = try MetricsHistory(contentsOf: "\(path)/metrics.jsonl")
    #expect(try #require(history.series("ms/backprop")).values.count == 21)
    let state = try text(of: "\(path)/checkpoints/step-00000021/state.json")
    #expect(!state.contains("ms/") && !state.contains("milliseconds"))
    #expect(try text(of: "\(path)/log.txt").contains("RULE                MS/STEP"))
  }

  @Test func namesAreUnique() {
    #expect(
      message { _ = try experiment(["rules.1.name=backprop"]) }.contains(
        "two rules have the same name"))
    #expect(
      message { _ = try experiment(["rules.1.name=a/b"]) }.contains("'a/b' cannot be a name"))
  }
}
