import Foundation
import TandemDatasets
import TandemExperiments
import TandemRuns
import TandemSequences
import TandemTensors
import Testing

/// The gradient's way back through time, looked at with each sample.
@Suite struct GradientFlowHistoryTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  struct State: Decodable {
    struct Flow: Decodable {
      struct Column: Decodable {
        let step: Int
        let norms: [Double]
      }
      let columns: [Column]
    }
    let flow: Flow
  }

  /// What the last checkpoint of a run holds of the flow.
  func columns(_ run: String) throws -> [State.Flow.Column] {
    let folder = try #require(
      try FileManager.default.contentsOfDirectory(atPath: "\(run)/checkpoints")
        .filter { $0.hasPrefix("step-") }.max())
    return try Checkpoint(path: "\(run)/checkpoints/\(folder)").state(State.self).flow.columns
  }

  @Test func aLookIsTheFlowOfTheFirstValidationSequences() throws {
    let experiment = try scratch.experiment(
      try SequenceExample.adding.yaml(scratch), overrides: ["training.batchSize=7"], seed: 5)
    let path = try run(experiment, in: scratch.path)
    let columns = try columns(path)
    #expect(columns.map(\.step) == [0, 3, 6])

    let configuration = try #require(
      experiment.configuration as? SequenceConfiguration<AddingTask>)
    let training = try configuration.training()
    let problem = try AddingProblem(steps: 9, seed: 5).batch(.validation, step: 0, size: 7)
    // The first 4 of 7 sequences.
    func first(_ values: [Float], width: Int) -> [Float] {
      (0..<(values.count / (7 * width))).flatMap { values[($0 * 7 * width)...].prefix(4 * width) }
    }
    let batch = SequenceBatch(
      inputs: Tensor(first(problem.inputs, width: 2), [9, 4, 2]),
      targets: Tensor(Array(problem.targets.prefix(4)), [4, 1]))
    let flow = try #require(GradientFlow(of: training.trainer.sampler, batch))
    #expect(columns[0].norms == flow.layers[0].norms)
    #expect(columns[0].norms.count == 9 && columns[0].norms != columns[2].norms)
  }

  @Test func namesOfTheWindowEndWithTheLongestOfThem() throws {
    let path = try run(
      try scratch.experiment(try SequenceExample.names.yaml(scratch)), in: scratch.path)
    // Names of at most 4 letters and their end; the last step's norm is that of a loss.
    for column in try columns(path) {
      #expect((2...6).contains(column.norms.count))
      #expect(try #require(column.norms.last) > 0)
    }
  }

  @Test func itCanBeLeftOut() throws {
    let path = try run(
      try scratch.experiment(
        try SequenceExample.forecast.yaml(scratch), overrides: ["samples.gradientFlow=false"]),
      in: scratch.path)
    #expect(try columns(path).isEmpty)
    #expect(!FileManager.default.fileExists(atPath: "\(path)/samples/gradient-flow"))
    let rows = try text(of: "\(path)/metrics.jsonl")
    #expect(!rows.contains("reach/") && !rows.contains("shut/") && rows.contains("rmse/naive"))
  }
}
