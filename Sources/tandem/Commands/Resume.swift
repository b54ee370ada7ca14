import ArgumentParser
import TandemExperiments
import TandemRuns

struct Resume: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Go on with a run from its last checkpoint; prints its directory as the last line.",
    discussion: """
      What comes out is what an uninterrupted run would have given, to the bit. A run is resumed \
      with the configuration that it was started with: where its experiment.yaml says something \
      else by now, or --set does, the keys that differ are listed and nothing is done. --fork \
      starts a child run with the changed configuration instead, beside the run; one with \
      batches or windows of another size begins at the start of the next epoch, and needs its \
      end in steps.
      """)

  @Argument(help: .run, completion: .runs)
  var name: String

  @OptionGroup var root: RootOption

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "With --fork: override a key of the configuration.", valueName: "key=value"))
  var overrides: [String] = []

  @Flag(help: "Start a child run from the last checkpoint, with the configuration as it is now.")
  var fork = false

  @OptionGroup var limit: StepLimitOption

  @Flag(help: "Show no progress.")
  var quiet = false

  func run() throws {
    let origin = try RunOrigin(path: try root.store.find(name))
    let (present, remark) = try origin.present(overrides: overrides)
    if let remark { StandardError.note(remark) }
    if !fork { try origin.check(present) }
    let runner = ExperimentRunner(
      fork ? present : origin.experiment, options: .init(maxSteps: limit.maxSteps, isQuiet: quiet))
    if fork {
      print(try runner.fork(origin.path, note: StandardError.note))
      return
    }
    switch try runner.resume(origin.path, note: StandardError.note) {
    case .finished(let path): print(path)
    case .nothingToDo(let path, let step):
      let isWhole = origin.record.configuredSteps.map { step >= $0 } ?? true
      StandardError.note(
        "nothing to do: the run has taken \(isWhole ? "all its \(step)" : "\(step)") steps")
      print(path)
    }
  }
}
