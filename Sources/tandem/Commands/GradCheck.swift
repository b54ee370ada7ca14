import ArgumentParser
import TandemExperiments

struct GradCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gradcheck",
    abstract: "Compare gradients by backpropagation with central differences, in float64.",
    discussion: """
      Without a directory: every primitive and every layer, first and second order. With one: the \
      networks and losses of that experiment at a reduced size. Exit code 1 where a relative \
      error is above 1e-6 (first order) or 1e-5 (second order).

      Examples:

        tandem gradcheck
        tandem gradcheck experiments/mlp-gan-fashion
      """)

  @Argument(help: .experiment, completion: .experiments)
  var directory: String?

  @OptionGroup var changes: OverrideOption

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let report =
      if let directory {
        try GradientReport(of: Experiment(directory: directory, overrides: changes.overrides))
      } else {
        GradientReport.ofEverything()
      }
    print(json ? try report.json() : report.text)
    if !report.isPassed { throw ExitCode(1) }
  }
}
