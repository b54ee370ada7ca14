import Foundation
import TandemExperiments
import TandemHealth
import TandemRuns
import Testing

/// What an alert leads to, and that sick configurations raise the alert they should.
@Suite struct HealthTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Samples that differ less than the data at the first look, step 6.
  func collapsing(_ action: String) throws -> Experiment {
    try scratch.experiment(
      points,
      overrides: ["health={onAlert: \(action), collapse: {threshold: 1, patience: 1}}"])
  }

  func health(_ path: String) throws -> [HealthEntry] { RunReport(path: path).health }

  func checkpoints(_ path: String) throws -> [Int] {
    try EventLog.read("\(path)/events.jsonl").rows.filter {
      if case .checkpoint = $0.kind { true } else { false }
    }.map(\.step)
  }

  @Test func aWarningIsInTheEventsTheLogAndTheReport() throws {
    let path = try run(collapsing("warn"), in: scratch.path)
    #expect(try RunRecord(directory: path).status == .done)
    let found = try health(path)
    #expect(found.map(\.rule) == ["collapse"] && found.map(\.step) == [6])
    let entry = try #require(found.first)
    let value = try #require(entry.value)
    #expect(value > 0 && value < 1 && entry.threshold == 1 && entry.severity == .warning)
    // It is the value of the row.
    let history = try MetricsHistory(contentsOf: "\(path)/metrics.jsonl")
    let series = try #require(history.series("diversity"))
    #expect(series.steps.first == 6 && series.values.first.map { Float($0) } == Float(value))
    let log = try text(of: "\(path)/log.txt")
    #expect(log.contains("health, step 6: collapse: the generator has collapsed"))
    let report = RunReport(path: path)
    #expect(report.text.contains("\nhealth       step 6, warning: collapse: the generator has"))
    #expect(try report.json().contains("\"rule\" : \"collapse\""))
    #expect(try checkpoints(path).contains(6) == false)
  }

  @Test func anAlertCanSaveACheckpoint() throws {
    let path = try run(collapsing("checkpoint"), in: scratch.path)
    #expect(try RunRecord(directory: path).status == .done)
    #expect(try checkpoints(path).contains(6))
  }

  @Test func anAlertCanStopTheRun() throws {
    let experiment = try collapsing("stop")
    var failure: RunFailure?
    do { try run(experiment, in: "\(scratch.path)/runs") } catch { failure = error as? RunFailure }
    let path = try #require(try runDirectories("\(scratch.path)/runs").first)
    let record = try RunRecord(directory: path)
    #expect(failure?.exitCode == 3 && record.status == .stopped && record.step == 6)
    let message = try #require(record.message)
    #expect(
      message.wholeMatch(
        of:
          /stopped by the health rule collapse at step 6, which is saved: the generator .* differ by 0\.\d+ of what the data differ by \(threshold 1, .*\)\. Look at .*/
      ) != nil, "\(message)")
    let command = ShellCommand([ShellCommand.program, "resume", path])
    #expect(failure?.message == "\(message); go on with: \(command)")
    #expect(try CheckpointStore(path: "\(path)/checkpoints").last()?.step == 6)
  }

  /// Who goes on with a stopped run is stopped again once the rule has held as long as at first.
  @Test func aRunThatGoesOnIsStoppedAgain() throws {
    let experiment = try scratch.experiment(
      points,
      overrides: [
        "samples.every=1", "health={onAlert: stop, collapse: {threshold: 1, patience: 3}}",
      ])
    let options = ExperimentRunner.Options(runsDirectory: "\(scratch.path)/runs", isQuiet: true)
    let runner = ExperimentRunner(experiment, options: options)
    #expect(throws: RunFailure.self) { try runner.run() }
    let path = try #require(try runDirectories("\(scratch.path)/runs").first)
    for step in [3, 6, 9] {
      let record = try RunRecord(directory: path)
      #expect(record.status == .stopped && record.step == step)
      if step < 9 { #expect(throws: RunFailure.self) { try runner.resume(path) } }
    }
    // The alert of the last step has nothing left to stop.
    #expect(try runner.resume(path) == .finished(path: path))
    let found = try health(path).filter { $0.rule == "collapse" }
    #expect(found.map(\.step) == [3, 6, 9, 12])
  }

  /// A part of what `state.json` holds of the loop.
  private struct Stored: Decodable {
    let health: HealthMonitor.State
  }

  /// The rules of a resumed run know what they knew: shown the rows behind the checkpoint, they say
  /// what they said in the run.
  @Test func whatTheRulesKnowIsInTheCheckpoint() throws {
    let keys = "overpowering: {threshold: 0.5, release: 0.5, credit: 1, after: 0}"
    let experiment = try scratch.experiment(
      points,
      overrides: [
        "checkpoints={every: 5, keep: 5}",
        "health={\(keys), collapse: {threshold: 1, patience: 2}}",
      ])
    let path = try run(experiment, in: scratch.path)
    let step = 5
    let store = CheckpointStore(path: "\(path)/checkpoints")
    var settings = experiment.configuration.settings.health
    let found = try health(path)
    #expect(found.contains { $0.rule == "collapse" && $0.step > step })
    let checkpoint = try store.checkpoint(step: step)
    settings.state = try #require(try checkpoint.loop(Stored.self)).health
    let history = try MetricsHistory(contentsOf: "\(path)/metrics.jsonl")
    var said: [Int] = []
    for later in history.steps where later > step {
      var metrics: [String: Double] = [:]
      for name in history.keys {
        guard let series = history.series(name), let place = series.steps.firstIndex(of: later)
        else { continue }
        metrics[name] = series.values[place]
      }
      said += settings.observe(HealthRow(step: later, metrics: metrics)).map(\.step)
    }
    #expect(said == found.map(\.step).filter { $0 > step })
    // The training itself reads the same checkpoint.
    var training = try experiment.configuration.training()
    try training.restore(checkpoint)
    #expect(training.step == step)
  }

  @Test func aNumberThatIsNotFiniteIsAnEventToo() throws {
    let experiment = try scratch.experiment(
      points,
      overrides: [
        "data.radius=1000", "training.steps=500", "checkpoints={every: 1, keep: 3}",
        "discriminator.optimizer={kind: sgd, learningRate: 10, schedule: {warmUpSteps: 400}}",
        "health={overpowering: {enabled: false}, collapse: {enabled: false}}",
      ])
    #expect(throws: RunFailure.self) { try run(experiment, in: "\(scratch.path)/runs") }
    let path = try #require(try runDirectories("\(scratch.path)/runs").first)
    let record = try RunRecord(directory: path)
    let last = try #require(try health(path).last)
    #expect(last.rule == "notFinite" && last.severity == .fatal && last.message == record.message)
    #expect(last.value?.isFinite == false && last.advice?.isEmpty == false)
    #expect(last.message.contains("the last good checkpoint: step "))
  }

  @Test func theReadingsAreKeptWithTheRun() throws {
    let path = try run(scratch.experiment(points), in: scratch.path)
    let readings = try #require(try RunRecord(directory: path).readings)
    #expect(readings["loss/d"]?.hasPrefix("2 log 2 = 1.386") == true)
    let history = try MetricsHistory(contentsOf: "\(path)/metrics.jsonl")
    // Every metric but the rates, which need no explanation, has its sentence.
    let silent = history.keys.filter { readings[$0] == nil }.sorted()
    #expect(silent == ["images/s", "rate/d", "rate/g"])
  }

  /// Under every learning rule, with and without a pre-training.
  @Test(arguments: smallRules.indices)
  func everyClassifierSaysHowToReadItsMetrics(_ rule: Int) throws {
    let path = try run(
      scratch.classifier(
        rule: smallRules[rule], more: "pretraining: {classes: [0, 1], steps: 4}",
        overrides: ["data.classes=[2, 3]", "training.steps=8", "validation.every=4"]),
      in: scratch.path)
    let readings = try #require(try RunRecord(directory: path).readings)
    let history = try MetricsHistory(contentsOf: "\(path)/metrics.jsonl")
    let silent = history.keys.filter { readings[$0] == nil && !$0.hasSuffix("/s") }.sorted()
    #expect(silent == ["pretraining/rate", "rate"])
    #expect(readings.values.allSatisfy { $0.count > 20 && $0.hasSuffix(".") })
  }

  @Test(arguments: SequenceExample.allCases)
  func everyTaskSaysHowToReadItsMetrics(_ example: SequenceExample) throws {
    let path = try run(scratch.experiment(try example.yaml(scratch)), in: scratch.path)
    let readings = try #require(try RunRecord(directory: path).readings)
    let history = try MetricsHistory(contentsOf: "\(path)/metrics.jsonl")
    let silent = history.keys.filter {
      readings[$0] == nil && !$0.hasSuffix("/s") && !$0.hasPrefix("shut/")
        && !$0.hasPrefix("open/") && !$0.hasPrefix("reach/")
    }
    #expect(silent == ["rate"])
    #expect(readings.values.allSatisfy { $0.count > 20 && $0.hasSuffix(".") })
  }
}
