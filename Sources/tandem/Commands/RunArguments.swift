import ArgumentParser
import TandemExperiments
import TandemRuns

/// Where runs are looked for.
struct RootOption: ParsableArguments {
  @Option(
    help: ArgumentHelp("Where to look for runs.", valueName: "dir"), completion: .directory)
  var root = "."

  var store: RunStore { RunStore(root: root) }
}

/// Which checkpoint of a run is read.
struct CheckpointOption: ParsableArguments {
  @Option(help: ArgumentHelp("The checkpoint of this step (default: the last).", valueName: "n"))
  var step: Int?

  @Flag(help: "The best checkpoint by validation.")
  var best = false

  func validate() throws {
    if best, step != nil { throw ValidationError("Give --step or --best, not both.") }
  }

  var choice: StoredRun.Choice { best ? .best : step.map { .step($0) } ?? .last }
}

/// Whether files that are there give way.
struct ForceOption: ParsableArguments {
  @Flag(help: "Replace a file that is there.")
  var force = false
}

/// Refuses an option's path that is empty.
func checkPath(_ path: String?, of option: String) throws {
  if path == "" { throw ValidationError("\(option) takes a path.") }
}

extension ArgumentHelp {
  /// The help of an argument that names a run.
  static let run = ArgumentHelp(
    "A run's id or its two words, the beginning of either, its path, or @last.", valueName: "run")

  /// The help of an argument that names runs.
  static let runs = ArgumentHelp(
    "Runs, each named as elsewhere (id, words, path, @last), or folders of runs.",
    valueName: "run")

  /// The help of an argument that names an experiment.
  static let experiment: ArgumentHelp = "A directory with an experiment.yaml."
}
