import Foundation
import TandemExperiments
import TandemRuns
import Testing

/// Configurations that cannot go well raise the alert that names what is wrong.
@Suite struct SickRunTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// The rule that stops an experiment.
  func stop(_ yaml: String, _ overrides: [String] = []) throws -> String {
    let experiment = try scratch.experiment(yaml, overrides: overrides + ["health.onAlert=stop"])
    #expect(throws: RunFailure.self) { try run(experiment, in: "\(scratch.path)/runs") }
    let path = try #require(try runDirectories("\(scratch.path)/runs").first)
    let record = try RunRecord(directory: path)
    #expect(record.status == .stopped)
    let name = record.message?.firstMatch(of: /stopped by the health rule (\w+) at step/)?.1
    let rule = try #require(name.map(String.init), "\(record.message ?? "no message")")
    // It is among the events too.
    #expect(RunReport(path: path).health.contains { $0.rule == rule && $0.step == record.step })
    return rule
  }

  func ring(_ objective: String) throws -> String {
    try text(of: "\(shippedExperiments)/ring-gan/experiment.yaml")
      .replacing("nonSaturating", with: objective)
  }

  @Test func aGeneratorThatStandsStillIsOverpowered() throws {
    #expect(
      try stop(
        ring("nonSaturating"), ["generator.optimizer.learningRate=0", "training.steps=4000"])
        == "overpowering")
  }

  @Test func aMinimaxGeneratorThatStandsStillLosesItsGradient() throws {
    #expect(
      try stop(
        ring("minimax"),
        [
          "generator.optimizer.learningRate=0", "training.steps=4000",
          "health.overpowering.enabled=false",
        ]) == "generatorGradient")
  }

  /// A generator of one hidden unit that does not move: its points lie close together.
  @Test func aGeneratorWithoutNoiseCollapses() throws {
    #expect(
      try stop(
        ring("nonSaturating"),
        [
          "latent.size=1", "generator.network.hidden=[1]",
          "generator.optimizer.learningRate=0", "training.steps=4000", "samples.every=100",
          "health.overpowering.enabled=false",
        ]) == "collapse")
  }

  /// Plain tanh layers whose recurrent weights are even over ±0.5: their spectral radius is
  /// 0.5 / sqrt(3) * sqrt(128) = 3.3.
  @Test func aPlainNetworkWithLargeWeightsExplodes() throws {
    #expect(
      try stop(
        """
        kind: adding
        data: {steps: 60, validationBatches: 1}
        network: {cell: tanh, size: 128, initialization: {kind: uniform, bound: 0.5}}
        optimizer: {kind: adam, learningRate: 1e-5, clipNorm: 1}
        training: {steps: 40, batchSize: 8}
        samples: {every: 10}
        """) == "explodingReach")
  }

  /// The rate grows to 10; without clipping the weights jump further with each step.
  @Test func aRateThatIsFarTooHighExplodes() throws {
    #expect(
      try stop(
        """
        kind: adding
        data: {steps: 20, validationBatches: 1}
        network: {cell: lstm, size: 16}
        optimizer: {kind: sgd, learningRate: 10, schedule: {warmUpSteps: 2000}}
        training: {steps: 2000, batchSize: 8}
        samples: {every: 1000, gradientFlow: false}
        """) == "explodingGradient")
  }

  /// Labels that have nothing to do with the images can only be learnt by heart.
  @Test func labelsByChanceAreLearnedByHeart() throws {
    let (images, labels) = try scratch.bars(160)
    var bytes = try Data(contentsOf: URL(filePath: labels))
    var state: UInt32 = 1
    for index in 8..<bytes.count {
      state = state &* 1_664_525 &+ 1_013_904_223
      bytes[index] = UInt8((state >> 16) % 4)
    }
    try bytes.write(to: URL(filePath: labels))
    #expect(
      try stop(
        """
        kind: classifier
        data: {kind: idx, images: \(images), labels: \(labels), size: 8, testShare: 0.5}
        network: {kind: mlp, hidden: [64]}
        optimizer: {kind: adam, learningRate: 1e-2}
        training: {steps: 400, batchSize: 16}
        validation: {every: 10}
        samples: {every: 1000, count: 4}
        """) == "overfitting")
  }

  /// The rate grows until the weights jump; smoothed labels keep the loss from reaching zero first.
  @Test func aClassifierWhoseRateIsFarTooHighExplodes() throws {
    let (images, labels) = try scratch.bars(160)
    #expect(
      try stop(
        """
        kind: classifier
        data: {kind: idx, images: \(images), labels: \(labels), size: 8, testShare: 0.5}
        network: {kind: mlp, hidden: [32, 32, 32]}
        optimizer: {kind: sgd, learningRate: 10, schedule: {warmUpSteps: 2000}}
        training: {steps: 2000, batchSize: 16, labelSmoothing: 0.1}
        validation: {every: 2000}
        samples: {every: 2000, count: 4}
        """) == "explodingGradient")
  }

  @Test func aShortTextIsLearnedByHeart() throws {
    var text = ""
    // A text that follows no rule but its own: letters of a congruential generator.
    var state: UInt32 = 1
    for _ in 0..<1500 {
      state = state &* 1_664_525 &+ 1_013_904_223
      text.append(Character(UnicodeScalar(UInt8(97 + (state >> 16) % 8))))
    }
    try text.write(
      toFile: "\(scratch.path)/text.txt", atomically: false, encoding: .utf8)
    #expect(
      try stop(
        """
        kind: languageModel
        data: {path: \(scratch.path)/text.txt, validation: 0.3}
        network: {cell: lstm, size: 64, embedding: 16}
        optimizer: {kind: adam, learningRate: 1e-2, clipNorm: 1}
        training: {steps: 400, batchSize: 8, window: 16}
        validation: {every: 10}
        samples: {every: 1000, length: 10, gradientFlow: false}
        """) == "overfitting")
  }
}
