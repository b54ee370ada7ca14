import ArgumentParser
import TandemExperiments

struct Summary: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the networks of an experiment, layer by layer.",
    discussion: "Output, parameter and gradient shapes, parameter counts and FLOPs of one batch.")

  @Argument(help: .experiment, completion: .experiments)
  var directory: String

  @OptionGroup var changes: OverrideOption

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let experiment = try Experiment(directory: directory, overrides: changes.overrides)
    let summary = try ExperimentSummary(experiment)
    print(json ? try summary.json() : summary.text)
  }
}
