import Foundation
import TandemRuns
import Testing

/// `tandem run`, as a process.
@Suite struct RunCommandTests {
  let workplace: Workplace

  init() throws {
    workplace = try Workplace()
    try workplace.write(tiny, to: "tiny/experiment.yaml")
  }

  @Test func printsTheRunDirectoryAsTheLastLine() throws {
    let outcome = try workplace.tandem("run", "tiny")
    #expect(outcome.status == 0)
    let path = try #require(outcome.lines.last)
    #expect(try workplace.runs(of: "tiny") == [path])
    let names = Set(try FileManager.default.subpathsOfDirectory(atPath: path))
    let expected = [
      "run.json", "config.resolved.json", "config.source.yaml", "env.json", "metrics.jsonl",
      "events.jsonl", "log.txt", "samples/index.jsonl", "samples/fixed/step-00000000.png",
      "samples/fixed/step-00000010.png", "samples/fixed/step-00000020.png", "checkpoints/last.json",
      "checkpoints/step-00000010/state.json", "checkpoints/step-00000020/generator.safetensors",
    ]
    for name in expected { #expect(names.contains(name), "\(name)") }
    #expect(!names.contains { $0.contains(".new") || $0.contains(".partial") })
    let record = try RunRecord(directory: path)
    #expect(record.status == .done && record.step == 20 && record.seed == 3)
    #expect(record.arguments == [Workplace.program, "run", "tiny"])
    #expect(try String(contentsOfFile: "\(path)/config.source.yaml", encoding: .utf8) == tiny)
    // Away from a terminal progress is plain lines: here the last alone.
    #expect(outcome.errors.hasPrefix("step 20/20 (100 %)  "))
    #expect(outcome.errors.split(separator: "\n").count == 1)
  }

  @Test func quietSaysNothingElse() throws {
    let outcome = try workplace.tandem("run", "tiny", "--quiet")
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    #expect(outcome.output == "\(try workplace.runs(of: "tiny")[0])\n")
  }

  @Test func optionsReachTheRun() throws {
    let outcome = try workplace.tandem(
      "run", "tiny/", "--quiet", "--max-steps", "5", "--runs-dir", "elsewhere/deep", "--seed", "9",
      "--set", "training.batchSize=8", "--set", "metrics.every=2")
    #expect(outcome.status == 0)
    let path = try #require(outcome.lines.last)
    #expect(path.hasPrefix("elsewhere/deep/"))
    let record = try RunRecord(directory: "\(workplace.path)/\(path)")
    #expect(record.step == 5 && record.totalSteps == 5 && record.seed == 9)
    let history = try MetricsHistory(contentsOf: "\(workplace.path)/\(path)/metrics.jsonl")
    #expect(history.steps == [2, 4, 5])
    #expect(try workplace.runs(of: "tiny") == [])
  }

  @Test func theSameSeedGivesTheSameFilesInTwoProcesses() throws {
    let paths = try ["a", "b"].map { folder in
      let outcome = try workplace.tandem("run", "tiny", "--quiet", "--runs-dir", folder)
      return "\(workplace.path)/\(try #require(outcome.lines.last))"
    }
    for name in [
      "samples/fixed/step-00000000.png", "samples/fixed/step-00000020.png",
      "checkpoints/step-00000020/generator.safetensors",
      "checkpoints/step-00000020/discriminator-optimizer.safetensors", "config.resolved.json",
    ] {
      #expect(
        FileManager.default.contentsEqual(
          atPath: "\(paths[0])/\(name)", andPath: "\(paths[1])/\(name)"),
        "\(name)")
    }
  }

  /// SIGINT and SIGTERM end a run after its step, with a checkpoint.
  @Test(arguments: [SIGINT, SIGTERM])
  func aSignalEndsTheRunAfterItsStep(_ signal: Int32) throws {
    let running = try workplace.start([
      "run", "tiny", "--quiet", "--set", "training.steps=100000000", "--set",
      "samples.every=1000000", "--set", "checkpoints.every=1000000",
    ])
    // Metrics are there once the training is under way.
    let deadline = ContinuousClock.now + .seconds(60)
    var path: String?
    while path == nil, ContinuousClock.now < deadline {
      usleep(20_000)
      path = try workplace.runs(of: "tiny").first { path in
        let size = try? FileManager.default.attributesOfItem(atPath: "\(path)/metrics.jsonl")[.size]
        return (size as? Int ?? 0) > 0
      }
    }
    kill(running.process.processIdentifier, signal)
    let outcome = try running.finish()
    let run = try #require(path)
    let record = try RunRecord(directory: run)
    let name = signal == SIGINT ? "SIGINT" : "SIGTERM"
    #expect(outcome.status == 128 + signal)
    #expect(outcome.output == "")
    #expect(
      outcome.errors == """
        error: interrupted by \(name) after step \(record.step), which is saved; go on with: \
        \(Workplace.program) resume \(run)

        """)
    #expect(record.status == .interrupted && record.step > 0 && record.step < 100_000_000)
    #expect(try CheckpointStore(path: "\(run)/checkpoints").last()?.step == record.step)
    #expect(try MetricsHistory(contentsOf: "\(run)/metrics.jsonl").steps.last == record.step)
  }

  @Test func aTrainingThatDivergesExitsWith3() throws {
    let outcome = try workplace.tandem(
      "run", "tiny", "--quiet", "--set", "training.steps=500", "--set", "data.radius=1000", "--set",
      "discriminator={network: {kind: mlp, hidden: [32, 32]}, optimizer: {kind: sgd, "
        + "learningRate: 10}}")
    let run = try #require(try workplace.runs(of: "tiny").first)
    #expect(outcome.status == 3)
    #expect(outcome.output == "")
    let line = try #require(
      outcome.errors.wholeMatch(
        of:
          /error: step \d+, phase \w+: the (loss|gradient|parameter) .*; the last good checkpoint: (none|step \d+); the run is (.*)\n/
      ), "\(outcome.errors)")
    #expect(line.3 == run)
    #expect(try RunRecord(directory: run).status == .stopped)
    #expect(try workplace.tandem("show", "@last").output.contains("\nstatus       stopped: step "))
  }

  @Test(arguments: ["run", "summary"])
  func networksBeyondTheMemoryAreRefused(_ verb: String) throws {
    let widths = [String](repeating: "65536", count: 100).joined(separator: ",")
    let outcome = try workplace.tandem(
      verb, "tiny", "--set", "generator.network.hidden=[\(widths)]")
    #expect(outcome.status == 78 && outcome.output == "")
    let line = "error: generator.network: the experiment takes at least 3168"
    #expect(outcome.errors.hasPrefix(line) && outcome.errors.filter(\.isNewline).count == 1)
    #expect(try workplace.runs(of: "tiny") == [])
  }

  @Test func aFileThatCannotGrowFailsTheRunInOneLine() throws {
    let outcome = try workplace.tandem(
      "run", "tiny", "--quiet", shell: #"ulimit -f 8; exec "$0" "$@""#)
    let run = try #require(try workplace.runs(of: "tiny").first)
    #expect(outcome.status == 1)
    #expect(
      outcome.errors == """
        error: cannot write \(run)/samples/fixed/.step-00000000.png.new: File too large; \
        the run is \(run)

        """)
    #expect(try RunRecord(directory: run).status == .failed)
  }

  /// Command lines that cannot be carried out: what is said, and the exit code.
  static let refusals: [([String], String, Int32)] = [
    (["run", "nowhere"], "cannot read nowhere/experiment.yaml: No such file or directory", 1),
    (["run", "empty"], "cannot read empty/experiment.yaml: No such file or directory", 1),
    (["run", "binary"], "binary/experiment.yaml is damaged: it is not UTF-8 text", 1),
    (
      ["run", "tiny", "--runs-dir", "tiny/experiment.yaml"],
      "cannot create folder tiny/experiment.yaml: File exists", 1
    ),
    (
      ["run", "tiny", "--set", "training.stpes=5"],
      "--set training.stpes: unknown key; did you mean 'steps'? (accepted keys: steps, batchSize)",
      78
    ),
    (
      ["run", "tiny", "--set", "data={kind: folder, path: nothing, size: 8}"],
      "PATH/tiny/nothing: cannot be read: no such folder", 1
    ),
    (
      ["run", "tiny", "--set", "data={kind: mnist, size: 32}"],
      "data set 'mnist' is not on this machine: tandem data fetch mnist", 1
    ),
    (["show", "nothing"], "no run named 'nothing' below .", 1),
    (["show", "@last", "--root", "nowhere"], "cannot list nowhere: No such file or directory", 1),
    (["ls", "nowhere"], "cannot list nowhere: No such file or directory", 1),
    (["summary", "nowhere"], "cannot read nowhere/experiment.yaml: No such file or directory", 1),
    (
      ["gradcheck", "nowhere"], "cannot read nowhere/experiment.yaml: No such file or directory", 1
    ),
    (
      ["data", "fetch", "nothing"],
      "no data set is named 'nothing'; known: fashion-mnist, mnist, ring, grid, tiny-shakespeare,"
        + " bible-kjv, sunspots", 1
    ),
  ]

  @Test(arguments: refusals)
  func badSurroundingsAreOneLine(_ arguments: [String], _ line: String, _ status: Int32) throws {
    try FileManager.default.createDirectory(
      atPath: "\(workplace.path)/empty", withIntermediateDirectories: true)
    try workplace.write("", to: "binary/experiment.yaml")
    try Data([0xFF, 0xFE, 0]).write(to: URL(filePath: "\(workplace.path)/binary/experiment.yaml"))
    let expected = line.replacing("PATH", with: workplace.path)
    let outcome = try workplace.start(arguments).finish()
    #expect(outcome == Outcome(status: status, output: "", errors: "error: \(expected)\n"))
    #expect(try workplace.runs(of: "tiny") == [])
  }

  @Test func manyProblemsAreALineEach() throws {
    try workplace.write(
      tiny.replacing("latent: {size: 2}", with: "latent: {size: two}"), to: "tiny/experiment.yaml")
    let outcome = try workplace.tandem("run", "tiny", "--set", "seed=-1", "--set", "a.b=1")
    #expect(
      outcome
        == Outcome(
          status: 78, output: "",
          errors: """
            error: tiny/experiment.yaml:4:16: latent.size: expected an integer in 1...65536, found \
            "two"
            error: --set seed: expected an integer of at least 0, found -1
            error: --set a.b: a: unknown key (accepted keys with kind: gan: kind, title, seed, \
            data, latent, generator, discriminator, objective, training, metrics, samples, \
            checkpoints, health, tensorboard)

            """))
  }

  @Test(arguments: [
    ["run"], ["run", "tiny", "--max-steps", "0"], ["run", "tiny", "--seed", "-1"],
    ["run", "tiny", "--runs-dir", ""], ["run", "tiny", "--nonsense"], ["frobnicate"], ["show"],
    ["data", "fetch"],
  ])
  func usageErrorsExitWith64(_ arguments: [String]) throws {
    let outcome = try workplace.start(arguments).finish()
    #expect(outcome.status == 64)
    #expect(outcome.output == "")
    #expect(outcome.errors.hasPrefix("Error: ") && outcome.errors.contains("Usage: tandem"))
  }

  @Test func anOutputThatCannotBeWrittenIsAnError() throws {
    let outcome = try workplace.tandem("doctor", shell: #""$0" "$@" > /dev/full"#)
    #expect(
      outcome
        == Outcome(
          status: 1, output: "", errors: "error: cannot write the output: No space left on device\n"
        ))
  }
}
