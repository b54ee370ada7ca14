import Foundation
import TandemExperiments
import TandemRuns
import TestDisks
import Testing

/// What the experiments that learn sequences may say, and how all that they may not say is told.
@Suite struct SequenceConfigurationTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Overrides of an example that fit no training, and the one line that says so.
  @Test(arguments: [
    (
      SequenceExample.names, ["data={}"],
      "data: data.set: give the name of a set (see `tandem data`) or a path"
    ),
    (
      .names, ["data.level=words"],
      "data.level: expected one of characters, bytes, found \"words\""
    ),
    (.names, ["samples.topP=2"], "samples.topP: expected a number in 1e-09...1, found 2"),
    (
      .adding, ["data.steps=1"], "data.steps: expected an integer in 2...100000, found 1"
    ),
    (
      .adding, ["training={epochs: 3}"],
      "training: training.steps: this key is required; expected an integer of at least 1\n"
        + "--set training: training.epochs: unknown key (accepted keys: steps, batchSize, "
        + "averaging)"
    ),
    (
      .adding, ["optimizer={schedule: {kind: epochDecay, after: 1}}"],
      "optimizer: optimizer.schedule.kind: epochDecay follows passes over the data, which have no "
        + "end"
    ),
    (
      .adding, ["network.dropout={input: 0.5}"],
      "network.dropout: network.dropout.input: unknown key (accepted keys: between, output, "
        + "weights, locked)"
    ),
    (
      .adding, ["network.embedding=4"],
      "network.embedding: unknown key (accepted keys: cell, size, layers, dropout, "
        + "initialization, singleBias)"
    ),
    (
      .copyMemory, ["data.delay=0"], "data.delay: expected an integer in 1...100000, found 0"
    ),
    (
      .copyMemory, ["samples.gradientFlow=often"],
      "samples.gradientFlow: expected true or false, found \"often\""
    ),
    (
      .rows, ["data.set=cifar"],
      "data.set: expected one of fashion-mnist, mnist, found \"cifar\""
    ),
    (
      .rows, ["data.permutationSeed=3"],
      "data.permutationSeed: permutes pixels, not rows: needs reading: pixels"
    ),
    (
      .forecast, ["data.horizon=0"], "data.horizon: expected an integer in 1...10000, found 0"
    ),
    (
      .forecast, ["data.validation=0.6", "data.test=0.4"],
      "data.validation: validation and test leave nothing to learn from"
    ),
  ])
  func whatDoesNotFitIsALine(
    _ example: SequenceExample, _ overrides: [String], _ expected: String
  ) throws {
    let yaml = try example.yaml(scratch)
    #expect(
      message { _ = try scratch.experiment(yaml, overrides: overrides) } == "--set \(expected)")
  }

  /// Data that are not as they should be, and the line that says so.
  @Test func dataThatDoNotSuitAreTold() throws {
    func told(_ example: SequenceExample, _ overrides: [String]) throws -> String {
      let experiment = try scratch.experiment(try example.yaml(scratch), overrides: overrides)
      return message { _ = try experiment.configuration.training() }
        .replacingOccurrences(of: scratch.path, with: "DATA")
    }
    #expect(
      try told(.forecast, ["data.column=depth"]) == """
        DATA/series.csv: has no column 'depth'; line 1 names day, level
        """)
    #expect(
      try told(.forecast, ["data.column='9'"]) == """
        DATA/series.csv: has no column 9, only 1 ... 2
        """)
    #expect(try told(.forecast, ["data.history=60"]).contains("too few"))
    #expect(try told(.names, ["training.batchSize=41"]).contains("more than the 40 elements"))
    #expect(try told(.names, ["data.path=none.txt"]).contains("DATA/tiny/none.txt"))
    #expect(try told(.rows, ["data.path=none"]).contains("DATA/tiny/none"))
    #expect(try told(.rows, ["training.batchSize=41"]).contains("more than the 40 elements"))
  }

  /// Every value of a configuration in turn becomes each of these: it is refused, or it trains.
  @Test(arguments: SequenceExample.allCases)
  func noValueOfAnyKeyIsATrap(_ example: SequenceExample) throws {
    let yaml = try example.yaml(scratch)
    let keys = try scratch.experiment(yaml).resolved.leaves.map(\.path)
    #expect(keys.count > 25)
    // Large numbers of these are all right, and take their time.
    let patient = ["samples.length", "samples.count", "data.validationBatches"]
    var (refused, trained) = (0, 0)
    for key in keys {
      for value in ConfigurationTests.hostileValues
      where !(value == "1e5" && patient.contains(key)) {
        do {
          let experiment = try scratch.experiment(yaml, overrides: ["\(key)=\(value)"])
          try experiment.configuration.memory.check(limit: 0x1p20)
          try run(experiment, in: "\(scratch.path)/runs", maxSteps: 1, disk: SmallDisk())
          trained += 1
        } catch {
          refused += 1
          let lines = "\(error)".split(separator: "\n")
          #expect(!lines.isEmpty && lines.count <= 3, "\(key)=\(value): \(error)")
        }
      }
    }
    // Both have to be common, or the test has lost its point.
    #expect(refused > 100 && trained > 30, "\(refused) refused, \(trained) trained")
  }
}
