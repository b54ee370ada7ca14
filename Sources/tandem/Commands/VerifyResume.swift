import ArgumentParser
import TandemExperiments

struct VerifyResume: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify-resume",
    abstract: "Show that an experiment which is stopped and resumed ends as one that is not.",
    discussion: """
      Runs the experiment twice in a temporary folder, once without a break and once stopped \
      after some steps and resumed by another process, with intervals short enough that \
      everything happens. Compares every tensor of the last checkpoints, what stands beside them, \
      the metrics and the samples, bit by bit, but for what a clock says: seconds, \
      images/s, ms/…. Exit code 1 where something differs.
      """)

  @Argument(help: .experiment, completion: .experiments)
  var directory: String

  @Option(help: ArgumentHelp("Steps of each run.", valueName: "n"))
  var steps = 12

  @Option(help: ArgumentHelp("Stop after this many steps (default: nearly half).", valueName: "k"))
  var at: Int?

  @OptionGroup var changes: OverrideOption

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if steps < 2 { throw ValidationError("--steps takes a number of at least 2, not \(steps).") }
    if let at, !(1..<steps).contains(at) {
      throw ValidationError("--at takes a number of at least 1 and below --steps, not \(at).")
    }
  }

  func run() throws {
    let check = try ResumeCheck(
      directory: directory, overrides: changes.overrides, steps: steps, stop: at)
    let report = try check.report(inOneProcess: false)
    print(json ? try report.json() : report.text)
    if !report.isPassed { throw ExitCode(1) }
  }
}
