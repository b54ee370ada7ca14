import Foundation
import TandemExperiments
import TandemRuns
import Testing

/// Child runs that read the data in other batches than their parents.
@Suite struct ForkTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// The epochs of a run's rows.
  func epochs(_ run: String) throws -> [Double] {
    try MetricsHistory(contentsOf: "\(run)/metrics.jsonl").epochs
  }

  /// A child of a run that was paused behind a step.
  func child(
    of experiment: Experiment, at step: Int, _ overrides: [String]
  ) throws -> (parent: String, child: String) {
    var options = ExperimentRunner.Options(runsDirectory: "\(scratch.path)/runs", isQuiet: true)
    options.pauseStep = step
    let parent = try ExperimentRunner(experiment, options: options).run()
    let (present, _) = try RunOrigin(path: parent).present(overrides: overrides)
    return (parent, try ExperimentRunner(present, options: .init(isQuiet: true)).fork(parent))
  }

  @Test func otherBatchesBeginAnEpoch() throws {
    // 160 images: 10 batches of 16, 20 of 8.
    let classifier = try scratch.classifier(overrides: ["metrics.every=1"])
    let smaller = try child(of: classifier, at: 13, ["training.batchSize=8"])
    #expect(try epochs(smaller.parent).last == 1.3)
    #expect(try epochs(smaller.child).prefix(2) == [2.05, 2.1])
    #expect(try text(of: "\(smaller.child)/log.txt").contains("steps 13 to 60, from epoch 2.0 on"))
    // Where an epoch has ended nothing is left out, and larger batches have no batch 13 of an epoch.
    let whole = try child(of: classifier, at: 20, ["training.batchSize=8"])
    #expect(try epochs(whole.child).first == 2.05)
    let larger = try child(of: classifier, at: 9, ["training.batchSize=32"])
    #expect(try epochs(larger.child).first == 1.2)
    let same = try child(of: classifier, at: 13, ["optimizer.learningRate=0.1"])
    #expect(try epochs(same.child).first == 1.4)

    let images = try scratch.experiment(denseImages(try scratch.images(40, size: 8)))
    let gan = try child(of: images, at: 2, ["training.batchSize=5"])
    let before = try #require(try epochs(gan.parent).last)
    let after = try #require(try epochs(gan.child).first)
    #expect(before > 0 && before < 1 && after > 1 && after < 1.5, "\(before), \(after)")
  }

  /// Epochs of other batches do not tell how many steps are left.
  @Test func otherBatchesNeedAnEndInSteps() throws {
    let epochs = ["training.steps=null", "training.epochs=3"]
    let classifier = try scratch.classifier(overrides: epochs + ["metrics.every=1"])
    #expect {
      try child(of: classifier, at: 13, epochs + ["training.batchSize=8"])
    } throws: {
      "\($0)".contains("--set training.epochs=null --set training.steps=N")
    }
    let other = try child(
      of: classifier, at: 13, ["training.epochs=null", "training.steps=25", "training.batchSize=8"])
    #expect(try self.epochs(other.child).count == 12)
  }

  /// A pre-training may end elsewhere in a child, but not before the step it begins at.
  @Test func aPretrainingEndsAheadOfTheChildsBeginning() throws {
    let tuned = try scratch.classifier(
      more: "pretraining: {classes: [0, 1], steps: 20}",
      overrides: ["data.classes=[2, 3]", "training.steps=10", "metrics.every=1"])
    #expect {
      try child(of: tuned, at: 8, ["pretraining.steps=5"])
    } throws: {
      "\($0)".contains("pretraining: it has taken 8 steps and cannot end at 5")
    }
    for end in [8, 12] {
      let (_, child) = try child(of: tuned, at: 8, ["pretraining.steps=\(end)"])
      let rows = try MetricsHistory(contentsOf: "\(child)/metrics.jsonl")
      #expect(rows.steps == Array(9...end + 10))
      #expect(rows.series("loss/train")?.steps.first == end + 1)
    }
  }

  /// A text is read in other streams: none of the state that was carried in them fits.
  @Test(arguments: ["training.batchSize=4", "training.window=5"])
  func otherStreamsBeginAnEpoch(_ change: String) throws {
    let text = try scratch.experiment(try SequenceExample.languageModel.yaml(scratch))
    let (parent, child) = try child(of: text, at: 4, [change])
    let before = try #require(try epochs(parent).last)
    let rows = try epochs(child)
    #expect(before > 0.05 && before < 0.5 && rows.count == 2)
    #expect(rows[0] > 1 && rows[0] < 1.1 && abs(rows[1] - 1 - 2 * (rows[0] - 1)) < 1e-9)
    // The child's own places are in its own batches.
    let remains = try Remains(of: child)
    try FileManager.default.removeItem(atPath: "\(child)/checkpoints/step-00000006")
    let origin = try RunOrigin(path: child)
    let runner = ExperimentRunner(origin.experiment, options: .init(isQuiet: true))
    #expect(try runner.resume(child) == .finished(path: child))
    #expect(try Remains(of: child) == remains)
  }
}
