import Foundation
import TandemExperiments
import TandemRuns
import Testing

/// `tandem verify-resume` passes for what goes on exactly, and only for that.
@Suite struct ResumeCheckTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// The check of an experiment that lies in a directory, as the command makes it.
  func report(_ yaml: String, stop: Int? = nil) throws -> ResumeReport {
    let experiment = try scratch.experiment(
      yaml.replacing("steps: 6,", with: "steps: 40,").replacing("epochs: 1,", with: "epochs: 9,")
        .replacing("metrics: {every: 1}", with: "metrics: {every: 5}"))
    return try ResumeCheck(directory: experiment.directory, stop: stop).report()
  }

  @Test(arguments: SequenceExample.allCases)
  func sequencesGoOnExactly(_ example: SequenceExample) throws {
    let report = try report(example.yaml(scratch))
    #expect(report.isPassed, "\(report.text)")
    let counts = Dictionary(uniqueKeysWithValues: report.parts.map { ($0.name, $0.count) })
    #expect(try #require(counts["model.safetensors"]) > 2)
    #expect(try #require(counts["optimizer.safetensors"]) > 2 || example == .words)
    #expect(counts["metrics.jsonl"] == 8 && counts["samples"] == 5 * example.samples.count)
    if [.languageModel, .words].contains(example) {
      #expect(try #require(counts["carried.safetensors"]) > 0)
    }
  }

  /// The stop falls onto, before and behind rows, samples and checkpoints.
  @Test(arguments: [1, 3, 4, 6, 11])
  func networksGoOnExactly(stop: Int) throws {
    let images = try scratch.images(40, size: 8)
    for yaml in [points, denseImages(images), convolutionalImages(images)] {
      let longer = yaml.replacing(/training: {steps: \d+,/, with: "training: {steps: 30,")
      let report = try report(longer, stop: stop)
      #expect(report.isPassed, "\(report.text)")
    }
  }

  /// An experiment of the lab.
  struct Lab: Sendable, CustomTestStringConvertible {
    let name: String
    var overrides: [String] = []
    /// Samples of each look, and those of the first alone.
    let perLook: Int
    var once = 0

    var testDescription: String { name }
  }

  /// The chain, the regression and the four networks whose gradients vanish: so many steps, a stop
  /// and as many again are one run, to the bit of every metric, weight and picture.
  @Test(
    arguments: [
      Lab(name: "three-weights", perLook: 2, once: 2),
      Lab(name: "linear-regression", perLook: 2),
      Lab(
        name: "vanishing-gradients",
        overrides: [
          "deep={layers: 4, width: 8}", "recurrent={size: 6, steps: 10}", "training.batchSize=16",
        ], perLook: 4),
    ], [4, 5, 7])
  func theLabGoesOnExactly(_ lab: Lab, steps: Int) throws {
    let report = try ResumeCheck(
      directory: "\(shippedExperiments)/\(lab.name)", overrides: lab.overrides, steps: 2 * steps,
      stop: steps
    ).report()
    #expect(report.isPassed, "\(report.text)")
    let counts = Dictionary(uniqueKeysWithValues: report.parts.map { ($0.name, $0.count) })
    #expect(try #require(counts["metrics.jsonl"]) >= steps)
    // At the start, at each quarter of the steps and at the end.
    let interval = 2 * steps / 4
    let looks = 1 + 2 * steps / interval + ((2 * steps).isMultiple(of: interval) ? 0 : 1)
    #expect(counts["samples"] == lab.perLook * looks + lab.once)
  }

  static let counting = """
    training: {steps: 40}
    metrics: {every: 3}
    validation: {every: 4}
    samples: {every: 5}
    checkpoints: {every: 6}
    """

  @Test func aStateThatIsNotSavedIsFound() throws {
    let validations = (0..<9).map { 10 - Double($0) }
    let sound = try scratch.counting(Self.counting, validations: validations)
    let passed = try ResumeCheck(sound, steps: 14, stop: 7).report()
    #expect(passed.isPassed, "\(passed.text)")
    let unsound = try scratch.counting(
      Self.counting, validations: validations, hidesState: true)
    let report = try ResumeCheck(unsound, steps: 14, stop: 7).report()
    #expect(!report.isPassed)
    #expect(
      report.text == """
        PART                COMPARED           RESULT
        counts.safetensors         2  tensors  DIFFERS
        state.json                11  values   DIFFERS
        metrics.jsonl              9  rows     DIFFERS
        samples                    4  files    equal
        counting: stopped after step 7 of 14 and resumed, the run is another:
          counts.safetensors: 'all' of shape [2] differs in 1 of 2 values
          state.json: loop.means.entries.0.mean is 196, 189 once resumed
          metrics.jsonl: step 8: loss is 64.0, 60.5 once resumed
        """, "\(report.text)")
  }

  @Test func tooFewStepsToBeStoppedAreToldSo() throws {
    let short = try scratch.counting("training: {steps: 5}", validations: [1, 1, 1])
    #expect(
      message { _ = try ResumeCheck(short, steps: 14, stop: 7).report() }
        == "counting has too few steps to be stopped behind step 7")
  }
}
