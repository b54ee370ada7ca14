import ArgumentParser
import TandemExperiments

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run an experiment directory; prints the run's directory as its last line.",
    discussion: """
      SIGINT (Ctrl-C) and SIGTERM end the run after its step, with a checkpoint, and print the \
      command that goes on with it; a second one ends it at once. However a run has ended, \
      tandem resume goes on from its last checkpoint as if nothing had been.

      --seeds runs the experiment with one seed after another, each in a process of its own, and \
      prints a run's directory a line; one that fails does not stop the others, and the exit code \
      is that of the worst. --once makes the command harmless to repeat: what tandem sweep --print \
      writes.

      Examples:

        tandem run experiments/ring-gan
        tandem run experiments/ring-gan --set training.batchSize=64 --max-steps 500
        tandem run experiments/ring-gan --seeds 1..5 --jobs 2
      """)

  @Argument(help: .experiment, completion: .experiments)
  var directory: String

  @OptionGroup var changes: OverrideOption

  @Option(
    help: ArgumentHelp(
      "The seed of everything that is random, in place of the configuration's.", valueName: "n"))
  var seed: UInt64?

  @Option(help: ArgumentHelp("Run with each of these seeds: 1,2,3 or 1..5.", valueName: "seeds"))
  var seeds: String?

  @Option(
    help: ArgumentHelp(
      "With --seeds: so many side by side, each with its share of the cores (default: 1).",
      valueName: "n"))
  var jobs: Int?

  @OptionGroup var limit: StepLimitOption

  @OptionGroup var folder: RunsFolderOption

  @Flag(
    help: """
      Unless there is a run of the same configuration and seed: one that is done or at work is left \
      as it is, one that is interrupted or lost is gone on with.
      """)
  var once = false

  @Flag(help: "With --once: go on with a run that failed or was stopped by a health rule, too.")
  var retry = false

  @Flag(help: "Show no progress.")
  var quiet = false

  func validate() throws {
    try checkJobs(jobs)
    if seeds == nil, jobs != nil { throw ValidationError("--jobs needs --seeds.") }
    if seeds != nil, seed != nil { throw ValidationError("--seed and --seeds exclude each other.") }
    if retry, !once { throw ValidationError("--retry needs --once.") }
    _ = try asUsage { try seeds.map(SeedList.seeds) }
  }

  func run() throws {
    let experiment = try Experiment(directory: directory, overrides: changes.overrides, seed: seed)
    if let seeds {
      try run(experiment, seeds: try SeedList.seeds(of: seeds))
      return
    }
    let runner = ExperimentRunner(
      experiment,
      options: .init(
        runsDirectory: folder.runsDir, maxSteps: limit.maxSteps, isQuiet: quiet))
    print(once ? try runOnce(runner) : try runner.run())
  }

  private func runOnce(_ runner: ExperimentRunner) throws -> String {
    switch try runner.runOnce(retry: retry, note: StandardError.note) {
    case .finished(let path): return path
    case .alreadyDone(let path):
      StandardError.note("nothing to do: the run is done")
      return path
    case .running(let path):
      StandardError.note("nothing to do: a process is at work on the run")
      return path
    }
  }

  private func run(_ experiment: Experiment, seeds: [UInt64]) throws {
    var arguments = ["run", directory] + changes.overrides.flatMap { ["--set", $0] }
    if let runsDir = folder.runsDir { arguments += ["--runs-dir", runsDir] }
    if let maxSteps = limit.maxSteps { arguments += ["--max-steps", "\(maxSteps)"] }
    if once { arguments.append("--once") }
    if retry { arguments.append("--retry") }
    try SweepRunner(jobs: jobs ?? 1, isQuiet: quiet).run(
      seeds: seeds, arguments: arguments,
      runsDirectory: folder.runsDir ?? "\(experiment.directory)/runs"
    ) { print($0) }
  }
}
