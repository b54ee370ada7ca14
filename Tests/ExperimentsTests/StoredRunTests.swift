import Foundation
import TandemExperiments
import TandemRuns
import Testing

/// Runs read back for their models.
@Suite struct StoredRunTests {
  let scratch: Scratch
  let run: String

  init() throws {
    scratch = try Scratch()
    run = try ExperimentsTests.run(scratch.experiment(points), in: "\(scratch.path)/runs")
  }

  /// What is kept of a configuration is a configuration, and the same one.
  @Test func resolvedConfigurationsAreReadAgain() throws {
    let names = try trainedExperiments()
    #expect(names.count > 3)
    for name in names {
      let resolved = try Experiment(directory: "\(shippedExperiments)/\(name)").resolved
      let again = try scratch.experiment(resolved.json, name: name).resolved
      #expect(again == resolved, "\(name)")
    }
  }

  @Test func checkpointsAreChosen() throws {
    #expect(try StoredRun(path: run).checkpoint.step == 12)
    #expect(try StoredRun(path: run, .step(10)).checkpoint.step == 10)
    #expect(
      message { _ = try StoredRun(path: run, .step(3)) }
        == "\(run) has no checkpoint of step 3; there are: 10, 12")
    #expect(
      message { _ = try StoredRun(path: run, .best) }
        == "\(run) has no best checkpoint: no validation has chosen one")
    try CheckpointStore(path: "\(run)/checkpoints").write(
      step: 11, files: [:], state: 0, best: BestMetric("loss/valid", 1, better: .lower))
    #expect(try StoredRun(path: run, .best).checkpoint.step == 11)
  }

  @Test func aDamagedCheckpointIsNamed() throws {
    let file = "\(run)/checkpoints/step-00000012/average.safetensors"
    try Data("short".utf8).write(to: URL(filePath: file))
    let stored = try StoredRun(path: run)
    #expect(stored.checkpoint.step == 10)
    #expect(stored.notes.count == 1)
    let note = try #require(stored.notes.first)
    #expect(note.hasPrefix("\(file) is damaged: it has 5 bytes where "))
    #expect(note.hasSuffix("; going back to step 10"))
    #expect(
      message { _ = try StoredRun(path: run, .step(12)) }
        .hasPrefix("\(file) is damaged: it has 5 bytes where "))
    try FileManager.default.removeItem(atPath: "\(run)/checkpoints/step-00000010/state.json")
    #expect(message { _ = try StoredRun(path: run) }.hasPrefix("\(file) is damaged: "))
  }

  @Test func aRunWithoutCheckpointsSaysSo() throws {
    try FileManager.default.removeItem(atPath: "\(run)/checkpoints")
    #expect(message { _ = try StoredRun(path: run) } == "\(run) has no checkpoint yet")
  }

  @Test func aConfigurationThatCannotBeReadIsNamed() throws {
    let file = "\(run)/config.resolved.json"
    try Data("{\"kind\": \"gna\"}".utf8).write(to: URL(filePath: file))
    #expect(
      message { _ = try StoredRun(path: run) }
        .hasPrefix("\(file):1:10: kind: expected one of gan, "))
    try FileManager.default.removeItem(atPath: file)
    #expect(
      message { _ = try StoredRun(path: run) } == "cannot read \(file): No such file or directory")
  }

  /// Weights of another size than the configuration's are refused by the name of their file.
  @Test func weightsThatDoNotFitAreNamed() throws {
    let file = "\(run)/config.resolved.json"
    let wider = try text(of: file).replacing("[8, 8]", with: "[9, 8]")
    try Data(wider.utf8).write(to: URL(filePath: file))
    let line = message { _ = try StoredRun(path: run).sampler() }
    #expect(
      line.hasPrefix(
        "\(run)/checkpoints/step-00000012/average.safetensors is damaged: the stored tensors do not"
      ))
  }
}
