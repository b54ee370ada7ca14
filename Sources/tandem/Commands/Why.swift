import ArgumentParser
import TandemComparison
import TandemExperiments
import TandemRuns

struct Why: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what differs between two runs, and at which step they part.",
    discussion: """
      Compared are configuration, code, environment, data, sessions, metrics, samples and \
      checkpoints.
      """)

  @Argument(help: .run, completion: .runs)
  var first: String

  @Argument(help: ArgumentHelp("The other run.", valueName: "other run"), completion: .runs)
  var second: String

  @OptionGroup var root: RootOption

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let report = ContrastReport(
      RunContrast(try root.store.find(first), try root.store.find(second)))
    for note in report.notes { StandardError.note(note) }
    print(json ? try report.json() : report.text)
  }
}
