import ArgumentParser
import TandemExperiments

struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Run an experiment once with each combination of values; again, to go on.",
    discussion: """
      Members are the product of the grids, the last one fastest, each with all the seeds; or \
      with --random draws from grids and samples, which are the same for the same arguments. Each \
      is a process of its own and a run like any other.

      A sweep is what it asks for: the same command again passes over members that are done or at \
      work, goes on with those that are interrupted or lost from their last checkpoints, and starts \
      the others. A member is found by its resolved configuration and seed, however they were \
      written. Ctrl-C lets all members at work finish their step and save; a second one ends them \
      at once.

      Examples:

        tandem sweep DIR --grid optimizer.learningRate=1e-4,2e-4 --grid network.size=64,128
        tandem sweep DIR --random 20 --sample 'optimizer.learningRate=log(1e-4,1e-2)' --jobs 2
        tandem sweep DIR --grid 'generator.network.hidden=[64],[64, 64]' --seeds 1..5 --print |
          OMP_NUM_THREADS=1 parallel

      --sample takes uniform(a,b), log(a,b), integer(a,b), logInteger(a,b) and choice(v,w).
      """)

  @Argument(help: .experiment, completion: .experiments)
  var directory: String

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("A key with its values, which are YAML.", valueName: "key=value,value,…"))
  var grid: [String] = []

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("A key with what its values are drawn from.", valueName: "key=log(a,b)"))
  var sample: [String] = []

  @Option(help: ArgumentHelp("Draw so many members.", valueName: "n"))
  var random: Int?

  @Option(help: ArgumentHelp("What the draws follow from.", valueName: "n"))
  var sweepSeed: UInt64 = 1

  @Option(help: ArgumentHelp("Run each with these seeds: 1,2,3 or 1..5.", valueName: "seeds"))
  var seeds: String?

  @OptionGroup var changes: OverrideOption

  @Option(
    help: ArgumentHelp(
      "Run so many members side by side, each with its share of the cores.", valueName: "n"))
  var jobs = 1

  @OptionGroup var limit: StepLimitOption

  @OptionGroup var folder: RunsFolderOption

  @Flag(help: "Go on with members that failed or were stopped by a health rule, too.")
  var retry = false

  @Flag(
    name: .customLong("print"),
    help: "Run nothing; print one command a line, each of which may be run any number of times.")
  var isPrinting = false

  @Flag(help: "Tell of failures alone.")
  var quiet = false

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    try checkJobs(jobs)
    if json, isPrinting { throw ValidationError("--print prints commands, not JSON.") }
    if grid.isEmpty, sample.isEmpty, random == nil, seeds == nil {
      throw ValidationError("Say what members differ in: --grid, --random with --sample, --seeds.")
    }
    _ = try asUsage { try (plan(), seedList()) }
  }

  func run() throws {
    let request = Sweep.Request(
      directory: directory, overrides: changes.overrides, runsDirectory: folder.runsDir,
      maxSteps: limit.maxSteps, retry: retry)
    let sweep = try asUsage { try Sweep(request, plan: plan(), seeds: seedList()) }
    for note in sweep.notes { StandardError.note(note) }
    if isPrinting {
      try asUsage { for command in try sweep.commands() { print(command) } }
      return
    }
    let report = try SweepRunner(jobs: jobs, isQuiet: quiet).run(sweep)
    print(json ? try report.json() : report.text)
    if let failure = report.failure() { throw failure }
  }

  private func plan() throws -> SweepPlan {
    try SweepPlan(grids: grid, samples: sample, random: random, seed: sweepSeed)
  }

  private func seedList() throws -> [UInt64]? { try seeds.map(SeedList.seeds) }
}
