import Foundation
import TandemExperiments
import TandemRuns
import TestDisks
import Testing

/// What an experiment.yaml may say, and how all that it may not say is told.
@Suite struct ConfigurationTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test(arguments: try trainedExperiments())
  func shippedExperimentDecodes(_ name: String) throws {
    let experiment = try Experiment(directory: "\(shippedExperiments)/\(name)")
    #expect(experiment.name == name)
    #expect(!experiment.configuration.settings.title.isEmpty)
    // What is written with a run reads as the same configuration.
    let again = try scratch.experiment(experiment.resolved.json, name: name)
    #expect(again.resolved == experiment.resolved)
    // Nothing is left to a default that a reader could not look up beside the run.
    guard experiment.configuration is GANConfiguration else { return }
    #expect(experiment.resolved["kind"] == .text("gan"))
    #expect(experiment.resolved["generator.optimizer.epsilon"] == .number(1e-8))
  }

  @Test func aFileOfNoKindIsAGAN() throws {
    let experiment = try scratch.experiment(points)
    let named = try scratch.experiment("kind: gan\n\(points)")
    #expect(named.resolved == experiment.resolved)
    #expect(experiment.resolved["kind"] == .text("gan"))
    // Of a kind that there is not nothing follows for the rest.
    #expect(
      message { _ = try scratch.experiment("kind: gam\n\(points)", overrides: ["seed=-1"]) } == """
        \(scratch.path)/tiny/experiment.yaml:1:7: kind: expected one of \
        \(ExperimentKind.allCases.map(\.rawValue).joined(separator: ", ")), found "gam"; did you \
        mean 'gan'?
        """)
  }

  @Test func overridesAndSeedCountAsTheConfiguration() throws {
    let experiment = try scratch.experiment(
      points, overrides: ["generator.optimizer.learningRate=1e-5", "generator.network.hidden.1=9"],
      seed: 77)
    #expect(experiment.configuration.settings.seed == 77)
    #expect(
      try gan(experiment).generator.optimizer.schedule.rate(at: 0) == 1e-5)
    #expect(experiment.resolved["generator.network.hidden"] == .list([.integer(8), .integer(9)]))
    // Runs that differ in the seed alone are of one configuration.
    #expect(
      experiment.resolved.fingerprint()
        == (try scratch.experiment(
          points,
          overrides: ["generator.optimizer.learningRate=1e-5", "generator.network.hidden.1=9"]
        )
        .resolved.fingerprint()))
    #expect(
      experiment.resolved.fingerprint() != (try scratch.experiment(points).resolved.fingerprint()))
  }

  @Test func everyProblemIsReportedAtOnceWithItsPlace() throws {
    let yaml = """
      data: {kind: ring, sigma: -1}
      latent: {siz: 2}
      generator:
        network: {kind: mpl, hidden: [8]}
        optimizer: {kind: adam, learningRate: fast}
      discriminator:
        network: {kind: mlp, hidden: [8, 0]}
        optimizer: {kind: sgd, beta1: 0.5}
      training: {steps: 12.5, batchSize: 1}
      sample: {every: 6}
      """
    let file = "\(scratch.path)/tiny/experiment.yaml"
    #expect(
      message { _ = try scratch.experiment(yaml) } == """
        \(file):1:27: data.sigma: expected a number in 1e-06...1000, found -1
        \(file):2:9: latent.size: this key is required; expected an integer in 1...65536
        \(file):2:10: latent.siz: unknown key; did you mean 'size'? (accepted keys: size)
        \(file):4:19: generator.network.kind: expected one of mlp, dcgan, found "mpl"; \
        did you mean 'mlp'?
        \(file):5:41: generator.optimizer.learningRate: expected a number in 0...10, found "fast"
        \(file):7:36: discriminator.network.hidden.1: expected an integer in 1...65536, found 0
        \(file):8:26: discriminator.optimizer.beta1: unknown key (accepted keys with kind: sgd: \
        kind, learningRate, momentum, nesterov, weightDecay, clipNorm, clipValue, schedule)
        \(file):9:19: training.steps: expected an integer of at least 1, found 12.5
        \(file):9:36: training.batchSize: expected an integer in 2...65536, found 1
        \(file):10:1: sample: unknown key; did you mean 'samples'? (accepted keys with \
        kind: gan: kind, title, seed, data, latent, generator, discriminator, objective, \
        training, metrics, samples, checkpoints, health, tensorboard)
        """)
  }

  /// Overrides of the points experiment that fit no training, and the one line that says so.
  @Test(arguments: [
    (
      ["generator.network={kind: dcgan}"],
      "--set generator.network: generator.network.kind: a dcgan needs images, but the data are "
        + "points; use mlp"
    ),
    (
      ["data={kind: fashion-mnist, size: 28}", "generator.network={kind: dcgan}"],
      "--set generator.network: generator.network.channels: 3 layers make images of 32 pixels a "
        + "side (4 doubled by each), but data.size is 28"
    ),
    (
      ["samples.count=0"], "--set samples.count: expected an integer in 1...100000, found 0"
    ),
    (
      ["data={kind: fashion-mnist, size: 1024}", "samples.count=100000", "samples.scale=32"],
      "--set samples.count: 100000 images at scale 32 are too large a sheet"
    ),
    (
      ["generator.network.hidden=[]"],
      "--set generator.network.hidden: expected a count in 1...100 of integers, found 0"
    ),
    (
      ["generator.optimizer={kind: sgd, nesterov: true}"],
      "--set generator.optimizer: generator.optimizer.kind: momentum is 0.0, it must be positive "
        + "for Nesterov's form"
    ),
    (
      ["generator.optimizer={clipNorm: 1, clipValue: 1}"],
      "--set generator.optimizer: generator.optimizer.clipValue: give clipNorm or clipValue, not "
        + "both"
    ),
    (
      ["generator.optimizer={schedule: {kind: plateau, patience: 3}}"],
      "--set generator.optimizer: generator.optimizer.schedule.kind: plateau follows how a "
        + "validation goes, which experiments of this kind do not have"
    ),
    // Of data that could not be read nothing follows for other sections.
    (
      ["data.kind=rang", "samples.columns=3", "generator.network={kind: dcgan}"],
      "--set data.kind: expected one of ring, grid, fashion-mnist, mnist, idx, folder, found "
        + "\"rang\"; did you mean 'ring'?"
    ),
  ])
  func whatDoesNotFitTogetherIsOneLine(_ overrides: [String], _ expected: String) {
    #expect(message { _ = try scratch.experiment(points, overrides: overrides) } == expected)
  }

  @Test func memoryThatIsNotThereIsToldBeforeItIsAsked() throws {
    let large = try scratch.experiment(
      points, overrides: ["generator.network.hidden=[65536, 65536, 65536, 65536]"])
    #expect(
      message { try large.configuration.memory.check(limit: 0x1p34) } == """
        generator.network: the experiment takes at least 96.0 GiB of memory (the networks 96.0 \
        GiB, a batch 16 MiB, a sample sheet 25 MiB), and there are 16.0 GiB
        """)
    let widths = [String](repeating: "65536", count: 100).joined(separator: ", ")
    let huge = try scratch.experiment(
      points, overrides: ["discriminator.network.hidden=[\(widths)]"])
    #expect(throws: ExperimentError.self) { try ExperimentSummary(huge) }
    #expect(throws: ExperimentError.self) { try run(huge, in: scratch.path) }
    let images = try scratch.experiment(
      points,
      overrides: [
        "data={kind: fashion-mnist, size: 1024}", "training.batchSize=65536", "samples.count=1",
      ])
    #expect(
      message { try images.configuration.memory.check(limit: 0x1p34) }
        .hasPrefix("training.batchSize: the experiment takes at least 1024"))
  }

  @Test(arguments: try trainedExperiments())
  func shippedExperimentFitsIntoTwoGibibytes(_ name: String) throws {
    let experiment = try Experiment(directory: "\(shippedExperiments)/\(name)")
    try experiment.configuration.memory.check(limit: 0x1p31)
  }

  /// Every value of a configuration in turn becomes each of these: it is refused, or it trains.
  static let hostileValues = [
    "-1", "0", "1", "7", "1e300", "1e-300", ".nan", "9223372036854775807", "1e5", "true", "''",
    "null", "[]", "[1]", "{kind: mlp}",
  ]

  @Test func noValueOfAnyKeyIsATrap() throws {
    let images = try scratch.images(40, size: 8)
    var (refused, trained) = (0, 0)
    for yaml in [points, denseImages(images), convolutionalImages(images)] {
      let keys = try scratch.experiment(yaml).resolved.leaves.map(\.path)
      #expect(keys.count > 40)
      // Networks and the rest are tried with images, whose sheets are painted sooner.
      for key in keys where yaml != points || key.hasPrefix("data.") {
        for value in ConfigurationTests.hostileValues {
          do {
            let experiment = try scratch.experiment(yaml, overrides: ["\(key)=\(value)"])
            // What is merely large would take its time.
            try experiment.configuration.memory.check(limit: 0x1p24)
            guard try gan(experiment).schedule.discriminatorSteps < 100 else { continue }
            try run(experiment, in: "\(scratch.path)/runs", maxSteps: 1, disk: SmallDisk())
            trained += 1
          } catch {
            refused += 1
            let lines = "\(error)".split(separator: "\n")
            #expect(!lines.isEmpty && lines.count <= 3, "\(key)=\(value): \(error)")
          }
        }
      }
    }
    // Both have to be common, or the test has lost its point.
    #expect(refused > 500 && trained > 200, "\(refused) refused, \(trained) trained")
  }
}
