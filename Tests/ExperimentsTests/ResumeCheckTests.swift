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
