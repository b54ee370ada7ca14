import Foundation
import TandemAdversarial
import TandemExperiments
import TandemLayers
import TandemRuns
import TandemTensors
import Testing

/// A training that goes on from a checkpoint is the uninterrupted one, to the bit.
@Suite struct CheckpointTests {
  let scratch: Scratch
  let images: String

  init() throws {
    scratch = try Scratch()
    images = try scratch.images(40, size: 8)
  }

  /// Everything that a training holds, as bits.
  func snapshot(_ training: GANTraining) -> [String: [UInt64]] {
    let trainer = training.trainer
    func bits(_ tensor: Tensor) -> [UInt64] { tensor.values.map(\.bitPattern) }
    var result: [String: [UInt64]] = [:]
    for (part, network) in [
      ("generator", trainer.generator), ("discriminator", trainer.discriminator),
      ("average", trainer.average?.model),
    ] {
      for (name, tensor, _) in network?.state ?? [] { result["\(part) \(name)"] = bits(tensor) }
    }
    for (part, optimizer) in [
      ("generator's", trainer.generatorOptimizer),
      ("discriminator's", trainer.discriminatorOptimizer),
    ] {
      for (name, tensor) in optimizer.state { result["\(part) \(name)"] = bits(tensor) }
      result["\(part) steps"] = [UInt64(optimizer.step)]
    }
    result["average updates"] = [UInt64(trainer.average?.updateCount ?? 0)]
    return result
  }

  func steps(_ count: Int, _ training: inout GANTraining) throws -> [[String: Double]] {
    try (0..<count).map { _ in
      Dictionary(uniqueKeysWithValues: try training.takeStep().metrics.map { ($0.name, $0.value) })
    }
  }

  func directory(of experiment: Experiment) throws -> RunDirectory {
    try RunDirectory.create(
      in: scratch.path,
      RunDescription(
        experiment: experiment.name, seed: 1, configuration: experiment.resolved,
        source: experiment.source, sourceTree: nil))
  }

  func save(_ training: GANTraining, in run: RunDirectory) throws {
    let contents = try training.checkpoint()
    try run.saveCheckpoint(step: training.step, files: contents.files, state: contents.state)
  }

  /// `before` is how many steps are made ahead of the checkpoint: within and after the warm-up.
  @Test(arguments: [1, 2, 5], [true, false])
  func restoredTrainingGoesOnAsTheUninterruptedOne(before: Int, isDense: Bool) throws {
    let yaml = isDense ? denseImages(images) : convolutionalImages(images)
    let experiment = try scratch.experiment(yaml, seed: 3)
    var whole = try gan(experiment).training()
    _ = try steps(before, &whole)
    let run = try directory(of: experiment)
    try save(whole, in: run)
    let expected = try steps(5, &whole)

    var restored = try gan(experiment).training()
    try restored.restore(try #require(try run.checkpoints.last()))
    #expect(restored.step == before)
    let found = try steps(5, &restored)

    #expect(found == expected)
    #expect(restored.epoch == whole.epoch)
    #expect(restored.trainer.progress == whole.trainer.progress)
    let (a, b) = (snapshot(restored), snapshot(whole))
    #expect(Set(a.keys) == Set(b.keys))
    for (name, bits) in b { #expect(a[name] == bits, "\(name)") }
  }

  @Test func otherDataAreRefused() throws {
    let experiment = try scratch.experiment(denseImages(images))
    let run = try directory(of: experiment)
    try save(gan(experiment).training(), in: run)
    _ = try scratch.images(39, size: 8)
    var training = try gan(experiment).training()
    let checkpoint = try #require(try run.checkpoints.last())
    #expect(
      message { try training.restore(checkpoint) }
        == "data: the checkpoint's run has learned from 40 samples, and there are 39 now")
  }

  @Test func aCheckpointOfOtherNetworksChangesNothing() throws {
    let experiment = try scratch.experiment(points)
    let training = try gan(experiment).training()
    let run = try directory(of: experiment)
    try save(training, in: run)
    let checkpoint = try #require(try run.checkpoints.last())
    // The generator fits, the discriminator does not.
    let other = try scratch.experiment(points, overrides: ["discriminator.network.hidden=[8, 9]"])
    var changed = try gan(other).training()
    _ = try steps(2, &changed)
    let before = snapshot(changed)
    #expect(
      message { try changed.restore(checkpoint) } == """
        the stored tensors do not fit the model: '2.weight' has shape [8, 8], not [9, 8]; \
        '2.bias' has shape [8], not [9]; '4.weight' has shape [1, 8], not [1, 9]
        """)
    #expect(snapshot(changed) == before)
  }
}
