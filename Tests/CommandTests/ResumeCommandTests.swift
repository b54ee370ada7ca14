import Foundation
import TandemRuns
import Testing

/// `tandem resume` and `tandem verify-resume`, as processes.
@Suite struct ResumeCommandTests {
  let workplace: Workplace
  /// So few steps leave modes uncovered, which is not what these tests are about.
  private let calm = tiny + "health: {lostModes: {enabled: false}}\n"

  init() throws {
    workplace = try Workplace()
    try workplace.write(calm, to: "tiny/experiment.yaml")
  }

  @Test func aRunIsFoundByNameAndGoesOn() throws {
    let whole = try #require(try workplace.tandem("run", "tiny", "--quiet").lines.last)
    let path = try #require(
      try workplace.tandem("run", "tiny", "--quiet", "--max-steps", "7").lines.last)
    let stays = try workplace.tandem("resume", "@last", "--max-steps", "7")
    #expect(stays.errors == "note: nothing to do: the run has taken 7 steps\n")
    let started = try workplace.tandem("resume", "@last", "--max-steps", "9")
    #expect(started.errors.hasPrefix("note: resumed at step 7 of 20\nstep 9/9 (100 %)  "))
    let outcome = try workplace.tandem("resume", "@last", "--quiet")
    #expect(outcome == Outcome(status: 0, output: "./tiny/runs/\(name(path))\n", errors: ""))
    let file = "checkpoints/step-00000020/generator.safetensors"
    #expect(
      FileManager.default.contentsEqual(atPath: "\(whole)/\(file)", andPath: "\(path)/\(file)"))
    let again = try workplace.tandem("resume", name(path), "--root", "tiny")
    #expect(
      again
        == Outcome(
          status: 0, output: "tiny/runs/\(name(path))\n",
          errors: "note: nothing to do: the run has taken all its 20 steps\n"))
  }

  func name(_ path: String) -> String { (path as NSString).lastPathComponent }

  @Test func aChangedConfigurationIsRefusedUnlessForked() throws {
    let path = try #require(
      try workplace.tandem("run", "tiny", "--quiet", "--max-steps", "7").lines.last)
    let refused = try workplace.tandem(
      "resume", path, "--set", "training.steps=30", "--set",
      "generator.optimizer.learningRate=0.5")
    #expect(
      refused
        == Outcome(
          status: 1, output: "",
          errors: """
            error: \(path) was started with another configuration:
            error:   generator.optimizer.learningRate: started with 0.0002, now 0.5
            error:   training.steps: started with 20, now 30
            error: a run goes on with what it was started with, its length included; --fork \
            starts a child run with the changed configuration from its last checkpoint

            """))
    #expect(try RunRecord(directory: path).sessions.count == 1)
    let forked = try workplace.tandem(
      "resume", path, "--fork", "--quiet", "--set", "training.steps=30")
    let child = try #require(forked.lines.last)
    #expect(forked.status == 0 && forked.errors == "" && child != path)
    let shown = try workplace.tandem("show", name(child))
    #expect(shown.output.contains("\nforked from  \(name(path)) at step 7\n"))
    #expect(shown.output.contains("\nprogress     30/30 steps\n"))
    let object = try workplace.tandem("show", name(child), "--json").object()
    let parent = try #require(object["parent"] as? [String: Any])
    #expect(parent["run"] as? String == name(path) && parent["step"] as? Int == 7)
  }

  @Test func badRequestsAreOneLine() throws {
    let path = try #require(
      try workplace.tandem("run", "tiny", "--quiet", "--max-steps", "7").lines.last)
    for (arguments, line, status) in [
      (["resume", "nothing"], "no run named 'nothing' below .", 1),
      (
        ["resume", path, "--set", "training.stpes=5"],
        "--set training.stpes: unknown key; did you mean 'steps'? (accepted keys: steps, batchSize)",
        78
      ),
      (
        ["verify-resume", "none"], "cannot read none/experiment.yaml: No such file or directory", 1
      ),
    ] as [([String], String, Int32)] {
      let outcome = try workplace.start(arguments).finish()
      #expect(outcome == Outcome(status: status, output: "", errors: "error: \(line)\n"))
    }
    for arguments in [
      ["resume"], ["resume", path, "--max-steps", "0"], ["verify-resume", "tiny", "--steps", "1"],
      ["verify-resume", "tiny", "--steps", "4", "--at", "4"],
    ] {
      #expect(try workplace.start(arguments).finish().status == 64)
    }
  }

  /// How the throwaway runs fare is not said, by this process or the other; what fails is.
  @Test func verifyResumeTellsOfNothingElse() throws {
    try workplace.write(
      tiny + "health: {collapse: {threshold: 1, patience: 1}}\n", to: "sick/experiment.yaml")
    let outcome = try workplace.tandem("verify-resume", "sick")
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
  }

  @Test func verifyResumeShowsWhatItCompared() throws {
    let outcome = try workplace.tandem("verify-resume", "tiny", "--steps", "8", "--at", "3")
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
    #expect(
      outcome.lines.last == "tiny: stopped after step 3 of 8 and resumed, the run is the same")
    #expect(outcome.lines.contains { $0.hasPrefix("generator.safetensors") })
    #expect(try workplace.runs(of: "tiny") == [])
    let object = try workplace.tandem("verify-resume", "tiny", "--json").object()
    #expect(object["isPassed"] as? Bool == true && object["stop"] as? Int == 5)
  }

  /// The command that an interrupted run prints can be pasted: quoted, and by the program's path.
  @Test func theCommandOfAnInterruptedRunGoesOnWithIt() throws {
    try workplace.write(calm, to: "it's mine/experiment.yaml")
    let running = try workplace.start([
      "run", "it's mine", "--quiet", "--set", "training.steps=100000000", "--set",
      "samples.every=1000000", "--set", "checkpoints.every=1000000",
    ])
    let path = try waitForRows(of: "it's mine")
    kill(running.process.processIdentifier, SIGTERM)
    let outcome = try running.finish()
    #expect(outcome.status == 143)
    let line = try #require(
      outcome.errors.wholeMatch(
        of: /error: interrupted by SIGTERM after step (\d+), which is saved; go on with: (.*)\n/),
      "\(outcome.errors)")
    let step = try #require(Int(line.1))
    #expect(
      line.2 == "\(Workplace.program) resume '\(path.replacing("'", with: #"'\''"#))'")
    let resumed = try workplace.tandem(shell: "\(line.2) --quiet --max-steps \(step + 50)")
    #expect(resumed.status == 0 && resumed.output == "\(path)\n", "\(resumed.errors)")
    let record = try RunRecord(directory: path)
    #expect(record.step == step + 50 && record.sessions.map(\.status) == [.interrupted, .done])
  }

  /// The first signal waits for the step, which takes long here; the second does not.
  @Test func aSecondSignalEndsAtOnce() throws {
    let running = try workplace.start([
      "run", "tiny", "--quiet", "--set", "training.batchSize=32768", "--set",
      "generator.network.hidden=[2048, 2048]", "--set", "metrics.every=1",
    ])
    let deadline = ContinuousClock.now + .seconds(60)
    // The log is begun when signals are already noted.
    while ContinuousClock.now < deadline {
      usleep(10_000)
      if let run = try workplace.runs(of: "tiny").first,
        FileManager.default.fileExists(atPath: "\(run)/samples/fixed/step-00000000.png")
      {
        break
      }
    }
    kill(running.process.processIdentifier, SIGINT)
    usleep(50_000)
    kill(running.process.processIdentifier, SIGINT)
    running.process.waitUntilExit()
    #expect(running.process.terminationReason == .uncaughtSignal)
    #expect(running.process.terminationStatus == SIGINT)
    let run = try #require(try workplace.runs(of: "tiny").first)
    #expect(RunSummary(path: run).status == .lost)
  }

  /// Waits until a run of an experiment has written metrics.
  func waitForRows(of experiment: String) throws -> String {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
      usleep(20_000)
      for path in try workplace.runs(of: experiment) {
        let size = try? FileManager.default.attributesOfItem(atPath: "\(path)/metrics.jsonl")[.size]
        if size as? Int ?? 0 > 0 { return path }
      }
    }
    throw CancellationError()
  }
}
