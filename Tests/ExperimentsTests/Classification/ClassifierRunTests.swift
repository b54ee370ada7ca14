import Foundation
import TandemClassification
import TandemExperiments
import TandemImages
import TandemRuns
import Testing

/// Experiments of the kind `classifier`, from the configuration to the run directory.
@Suite struct ClassifierRunTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test(
    arguments: [
      "{kind: mlp, hidden: [12, 8], batchNorm: true, dropout: 0.1}",
      "{kind: cnn, channels: [4, 6], hidden: [8]}",
      "{kind: cnn, channels: [4], kernel: 5, pooling: average, batchNorm: true, hidden: []}",
    ])
  func aRunLearnsAndKeepsItsBest(network: String) throws {
    let experiment = try scratch.classifier(network: network)
    let path = try run(experiment, in: "\(scratch.path)/runs")
    let metrics = try MetricsHistory(contentsOf: "\(path)/metrics.jsonl")
    #expect(metrics.steps.last == 60)
    let found = try #require(
      try CheckpointStore(path: "\(path)/checkpoints").best("accuracy/valid"))
    #expect(found.value > 0.9)
    for tag in ["predictions", "confusion"] {
      let names = try FileManager.default.contentsOfDirectory(atPath: "\(path)/samples/\(tag)")
      #expect(Set(names) == ["step-00000000.png", "step-00000030.png", "step-00000060.png"])
      let png = try PNG(contentsOf: "\(path)/samples/\(tag)/step-00000060.png")
      #expect(png.text(for: "step") == "60")
    }
  }

  @Test func oneSeedGivesTheSameRun() throws {
    let experiment = try scratch.classifier(
      network: "{kind: mlp, hidden: [12], dropout: 0.3}", rule: smallRules[1])
    let rows = try ["a", "b"].map { try timelessRows(run(experiment, in: "\(scratch.path)/\($0)")) }
    #expect(rows[0] == rows[1] && rows[0].count == 60)
    #expect(rows[0].contains { $0.contains("\"cosine\"") })
    let other = try scratch.classifier(
      network: "{kind: mlp, hidden: [12], dropout: 0.3}", rule: smallRules[1],
      overrides: ["seed=4"])
    #expect(Set(try timelessRows(run(other, in: "\(scratch.path)/c"))).isDisjoint(with: rows[0]))
  }

  /// A training that goes on from a checkpoint is the uninterrupted one, to the bit, under every
  /// rule.
  @Test(arguments: smallRules.indices, [false, true])
  func restoringIsExact(_ rule: Int, isTuned: Bool) throws {
    let more = isTuned ? "pretraining: {classes: [0, 1], steps: 4}" : ""
    let experiment = try scratch.classifier(
      network: "{kind: mlp, hidden: [12, 8], batchNorm: true, dropout: 0.2}",
      rule: smallRules[rule], more: more,
      overrides: isTuned ? ["data.classes=[2, 3]"] : [])
    let configuration = try classifierConfiguration(experiment)
    let run = try RunDirectory.create(
      in: scratch.path,
      RunDescription(
        experiment: experiment.name, seed: 1, configuration: experiment.resolved,
        source: experiment.source, sourceTree: nil))
    // Within, at the end of and after the pre-training.
    for before in [2, 4, 7] {
      var whole = try configuration.training()
      for _ in 0..<before { _ = try whole.takeStep() }
      _ = try whole.evaluate()
      let contents = try whole.checkpoint()
      try run.saveCheckpoint(step: before, files: contents.files, state: contents.state)
      var restored = try configuration.training()
      try restored.restore(try run.checkpoints.checkpoint(step: before))
      #expect(restored.step == before && restored.epoch == whole.epoch)
      for _ in 0..<8 {
        let (a, b) = (try whole.takeStep(), try restored.takeStep())
        #expect(a.metrics.map(\.name) == b.metrics.map(\.name))
        #expect(a.metrics.map(\.value) == b.metrics.map(\.value))
      }
      #expect(
        try whole.evaluate().metrics.map(\.value) == restored.evaluate().metrics.map(\.value))
      #expect(restored.epoch == whole.epoch)
      let (a, b) = (try whole.checkpoint(), try restored.checkpoint())
      #expect(a.files.keys.sorted() == b.files.keys.sorted())
    }
  }

  /// Pre-training learns its classes, tuning the others; only tuning decides what is best.
  @Test func aTunedRunHasTwoPhases() throws {
    let experiment = try scratch.classifier(
      rule: smallRules[2], more: "pretraining: {classes: [0, 1], steps: 20}",
      overrides: ["data.classes=[3, 2]", "data.limit=40", "training.steps=40"])
    let path = try run(experiment, in: "\(scratch.path)/runs")
    let metrics = try MetricsHistory(contentsOf: "\(path)/metrics.jsonl")
    #expect(metrics.steps.last == 60)
    let rows = try text(of: "\(path)/metrics.jsonl").split(separator: "\n")
    #expect(rows[19].contains("pretraining/accuracy") && !rows[19].contains("loss/train"))
    #expect(rows[20].contains("loss/train") && !rows[20].contains("pretraining"))
    let best = try #require(try CheckpointStore(path: "\(path)/checkpoints").best("accuracy/valid"))
    #expect(best.checkpoint.step > 20 && best.value > 0.9)
    #expect(best.checkpoint.files.keys.contains("rule.safetensors"))
  }

  @Test func gradientsAreThoseOfDifferences() throws {
    for network in [
      "{kind: mlp, hidden: [12, 8], activation: tanh, batchNorm: true, dropout: 0.2}",
      "{kind: cnn, channels: [8, 8, 8], batchNorm: true, hidden: [8], activation: silu}",
    ] {
      let experiment = try scratch.classifier(
        network: network, overrides: ["training.labelSmoothing=0.1"])
      let report = try GradientReport(of: experiment)
      #expect(report.isPassed, "\(report.text)")
    }
  }

  @Test func summariesNameEveryLayer() throws {
    let experiment = try scratch.classifier(network: "{kind: cnn, channels: [4], hidden: [8]}")
    let text = try ExperimentSummary(experiment).text
    #expect(text.contains("classifier: input [16, 8, 8, 1]"))
    #expect(text.contains("Conv2D 1→4, 3x3, padding 1") && text.contains("Linear 8→4"))
  }

  /// Some hundred steps on the real images, where Debian's package has put them.
  @Test(
    .enabled(
      if: FileManager.default.fileExists(
        atPath: "/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz")))
  func clothesAreLearned() throws {
    let experiment = try Experiment(
      directory: "\(shippedExperiments)/mlp-fashion",
      overrides: [
        "training.epochs=null", "training.steps=400", "validation.every=400", "samples.every=400",
      ])
    let path = try run(experiment, in: scratch.path)
    let best = try #require(try CheckpointStore(path: "\(path)/checkpoints").best("accuracy/valid"))
    #expect(best.value > 0.8)
  }
}
