import Foundation
import TandemDatasets
import TandemExperiments
import TandemImages
import TandemRuns
import TandemSequences
import Testing

/// Every task of sequences trains, samples, looks at itself and goes on from a checkpoint.
@Suite struct SequenceTaskTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// The last row of a run's metrics.
  func lastRow(_ run: String) throws -> [String: Double] {
    struct Row: Decodable {
      let m: [String: Double]
    }
    let line = try #require(try text(of: "\(run)/metrics.jsonl").split(separator: "\n").last)
    return try JSONDecoder().decode(Row.self, from: Data(line.utf8)).m
  }

  @Test(arguments: SequenceExample.allCases)
  func aRunHasTheTasksMetricsAndSamples(_ example: SequenceExample) throws {
    let path = try run(try scratch.experiment(try example.yaml(scratch)), in: scratch.path)
    let row = try lastRow(path)
    let expected =
      ["loss/train", "loss/valid", "gradient", "rate"] + (example.followsFlow ? ["reach/l0"] : [])
      + example.metrics
    for name in expected where !(name == "gradient" && example == .adding) {
      #expect(row[name] != nil, "\(name) is not among \(row.keys.sorted())")
    }
    #expect(row.values.filter { !$0.isFinite }.isEmpty)
    #expect(row.keys.contains { $0.hasPrefix("shut/l0-") } == example.hasGates)
    for (tag, type) in example.samples {
      let files = try FileManager.default.contentsOfDirectory(atPath: "\(path)/samples/\(tag)")
      #expect(
        files.sorted() == [0, 3, 6].map { "step-0000000\($0).\(type)" }, "\(tag): \(files)")
    }
    let names = Set(try FileManager.default.contentsOfDirectory(atPath: "\(path)/samples"))
    #expect(names == Set(example.samples.keys).union(["index.jsonl"]))
    if example.followsFlow {
      let chart = try PNG(contentsOf: "\(path)/samples/gradient-flow/step-00000003.png")
      #expect(chart.text(for: "step") == "3" && chart.image.width == 720)
    }
  }

  /// A row's perplexity and root mean squared error are those of its mean loss, not means.
  @Test func aRowsMeasuresAreThoseOfItsMeanLoss() throws {
    for (example, name) in [(SequenceExample.words, "perplexity"), (.adding, "rmse")] {
      let path = try run(
        try scratch.experiment(try example.yaml(scratch), overrides: ["metrics.every=6"]),
        in: scratch.path)
      let row = try lastRow(path)
      let loss = try #require(row["loss/train"])
      let expected = name == "rmse" ? loss.squareRoot() : exp(loss)
      #expect(abs(try #require(row["\(name)/train"]) - expected) < 1e-5 * expected)
    }
  }

  /// A checkpoint of other data is refused.
  @Test func otherDataAreRefused() throws {
    let experiment = try scratch.experiment(try SequenceExample.names.yaml(scratch))
    let path = try run(experiment, in: scratch.path)
    try "quite\nother\nnames\nthan\nthose\nbefore\nand\nmore\nof\nthem\n"
      .write(toFile: "\(scratch.path)/names.txt", atomically: false, encoding: .utf8)
    let checkpoint = try #require(
      try CheckpointStore(path: "\(path)/checkpoints").last())
    let said = message {
      var training = try experiment.configuration.training() as any ExperimentTraining
      try training.restore(checkpoint)
    }
    #expect(said.contains("not those that the checkpoint's run has learned from"), "\(said)")
  }

  @Test(arguments: SequenceExample.allCases)
  func gradientsOfItsLossAreRight(_ example: SequenceExample) throws {
    let report = try GradientReport(of: try scratch.experiment(try example.yaml(scratch)))
    #expect(report.isPassed, "\(report.text)")
    // Of a loss that nothing depends on, every gradient would be right.
    #expect(report.text.split(separator: "\n").count > 8)
  }

  /// Trains as a run does, with a validation each second step and a sample each third.
  func go<Training: ExperimentTraining>(
    _ training: inout Training, steps: Int, in run: RunDirectory
  ) throws -> [[String: Double]] {
    try (0..<steps).map { _ in
      var metrics = try training.takeStep().metrics
      if training.step.isMultiple(of: 2) { metrics += try training.evaluate().metrics }
      if training.step.isMultiple(of: 3) { metrics += try training.sample(in: run) }
      return Dictionary(metrics.map { ($0.name, $0.value) }) { $1 }
    }
  }

  func directory(_ experiment: Experiment, _ folder: String) throws -> RunDirectory {
    try RunDirectory.create(
      in: "\(scratch.path)/\(folder)",
      RunDescription(
        experiment: experiment.name, seed: 1, configuration: experiment.resolved,
        source: experiment.source, sourceTree: nil))
  }

  func save(_ training: some ExperimentTraining, in run: RunDirectory) throws -> Checkpoint {
    let contents = try training.checkpoint()
    return try run.saveCheckpoint(
      step: training.step, files: contents.files, state: contents.state)
  }

  func check(
    _ configuration: some ExperimentConfiguration, _ experiment: Experiment, before: Int,
    followsFlow: Bool
  ) throws {
    var whole = try configuration.training()
    let run = try directory(experiment, "whole")
    _ = try whole.sample(in: run)
    _ = try go(&whole, steps: before, in: run)
    let checkpoint = try save(whole, in: run)
    let expected = try go(&whole, steps: 5, in: run)

    var restored = try configuration.training()
    try restored.restore(checkpoint)
    #expect(restored.step == before && restored.epoch <= whole.epoch)
    let other = try directory(experiment, "restored")
    let found = try go(&restored, steps: 5, in: other)
    #expect(found == expected)
    // Weights, optimizer, averages, carried state, place in the data and flow, to the bit.
    let (a, b) = (try save(whole, in: run), try save(restored, in: other))
    #expect(
      a.files == b.files
        && Set(["model.safetensors", "optimizer.safetensors"]).isSubset(of: Set(a.files.keys)))
    #expect(
      FileManager.default.contentsEqual(
        atPath: "\(a.path)/state.json", andPath: "\(b.path)/state.json"))
    guard followsFlow else { return }
    #expect(try text(of: "\(a.path)/state.json").contains("norms"))
    let sheet = "samples/gradient-flow/step-0000000\(before < 4 ? 6 : 9).png"
    #expect(
      FileManager.default.contentsEqual(
        atPath: "\(other.path)/\(sheet)", andPath: "\(run.path)/\(sheet)"))
  }

  @Test(arguments: SequenceExample.allCases, [1, 4])
  func restoredTrainingGoesOnAsTheUninterruptedOne(
    _ example: SequenceExample, before: Int
  ) throws {
    let experiment = try scratch.experiment(try example.yaml(scratch), seed: 3)
    try check(
      experiment.configuration, experiment, before: before, followsFlow: example.followsFlow)
  }

  @Test func sampledNamesAreALineEachAndTheNewOnesAreCounted() throws {
    let path = try run(
      try scratch.experiment(try SequenceExample.names.yaml(scratch), seed: 4),
      in: scratch.path)
    let list = try NameList(try Text(contentsOf: "\(scratch.path)/names.txt"))
    let known = try list.split(validation: 0.2, seed: 4).train
    let shown = Set(known.names.map { list.vocabulary.decode($0) })
    let lines = try text(of: "\(path)/samples/names/step-00000006.txt")
      .split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    #expect(lines.count == 5)
    let new = lines.count { !$0.isEmpty && !shown.contains(String($0)) }
    let share = try #require(try lastRow(path)["names/new"])
    #expect(abs(share - Double(new) / 5) < 1e-6)
  }

  @Test func aForecastIsJudgedInTheUnitOfTheData() throws {
    let path = try run(
      try scratch.experiment(try SequenceExample.forecast.yaml(scratch)), in: scratch.path)
    let series = (0..<80).map { 100 + 20 * sin(Double($0) / 4) }
    let row = try lastRow(path)
    func close(_ name: String, _ expected: Double) throws {
      let value = try #require(row[name])
      #expect(abs(value - expected) < 1e-5 * expected, "\(name): \(value), not \(expected)")
    }
    // 80 rows are 56 to learn from, 12 to validate on and 12 to test on; a horizon of 2 ends
    // within its part, so the last row of each is no first target.
    func meanSquare(_ values: [Double]) -> Double {
      values.map { $0 * $0 }.reduce(0, +) / Double(values.count)
    }
    try close("rmse/naive", meanSquare((68..<79).map { series[$0] - series[$0 - 1] }).squareRoot())
    let mean = series[..<56].reduce(0, +) / 56
    let variance = meanSquare(series[..<56].map { $0 - mean })
    for part in ["train", "valid", "test"] {
      let loss = try #require(row["loss/\(part)"])
      try close("rmse/\(part)", (loss * variance).squareRoot())
    }
  }

  @Test func imagesReadByRowsAreLearnt() throws {
    let experiment = try scratch.experiment(
      try SequenceExample.rows.yaml(scratch),
      overrides: [
        "training.steps=150", "network.cell=gru", "network.size=16",
        "optimizer.learningRate=1e-2", "validation.every=150", "samples.every=150",
      ])
    let path = try run(experiment, in: scratch.path)
    #expect(try lastRow(path)["accuracy/valid"] == 1)
    #expect(FileManager.default.fileExists(atPath: "\(path)/checkpoints/best-accuracy-valid.json"))
  }
}
