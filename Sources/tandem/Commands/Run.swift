import ArgumentParser
import TandemExperiments

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run an experiment directory; prints the run's directory as its last line.",
    discussion: """
      SIGINT (Ctrl-C) and SIGTERM end the run after its step, with a checkpoint, and print the \
      command that goes on with it; a second one ends it at once. However a run has ended, \
      tandem resume goes on from its last checkpoint as if nothing had been.
      """)

  @Argument(help: "A directory with an experiment.yaml.", completion: .directory)
  var directory: String

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "Override a key, such as generator.optimizer.learningRate=1e-4.",
      valueName: "key=value"))
  var overrides: [String] = []

  @Option(help: "The seed of everything that is random, in place of the configuration's.")
  var seed: UInt64?

  @Option(help: ArgumentHelp("Stop after this many steps; tandem resume goes on.", valueName: "n"))
  var maxSteps: Int?

  @Option(
    help: ArgumentHelp("Where run directories are made (default: DIR/runs).", valueName: "dir"),
    completion: .directory)
  var runsDir: String?

  @Flag(help: "Show no progress.")
  var quiet = false

  func validate() throws {
    if let maxSteps, maxSteps < 1 {
      throw ValidationError("--max-steps takes a number of at least 1, not \(maxSteps).")
    }
    if runsDir == "" { throw ValidationError("--runs-dir takes the path of a directory.") }
  }

  func run() throws {
    let experiment = try Experiment(directory: directory, overrides: overrides, seed: seed)
    let runner = ExperimentRunner(
      experiment,
      options: .init(runsDirectory: runsDir, maxSteps: maxSteps, isQuiet: quiet))
    let path = try runner.run()
    print(path)
  }
}
