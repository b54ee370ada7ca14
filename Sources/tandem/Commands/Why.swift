import ArgumentParser
import TandemComparison
import TandemExperiments
import TandemRuns

struct Why: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what differs between two runs, and at which step they part.")

  @Argument(
    help: ArgumentHelp(
      "A run's id, the beginning of it, its path, or @last.", valueName: "run"))
  var first: String

  @Argument(help: ArgumentHelp("The other run.", valueName: "other run"))
  var second: String

  @Option(help: "Where to look for runs.", completion: .directory)
  var root = "."

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let store = RunStore(root: root)
    let report = ContrastReport(RunContrast(try store.find(first), try store.find(second)))
    for note in report.notes { StandardError.write("note: \(note)\n") }
    print(json ? try report.json() : report.text)
  }
}
