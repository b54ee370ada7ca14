import ArgumentParser
import TandemExperiments
import TandemRuns

struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show one run: status, progress, last metrics, samples, checkpoints.")

  @Argument(
    help: ArgumentHelp(
      "A run's id, the beginning of it, its path, or @last.", valueName: "run"))
  var name: String

  @Option(help: "Where to look for runs.", completion: .directory)
  var root = "."

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let report = RunReport(path: try RunStore(root: root).find(name))
    print(json ? try report.json() : report.text)
  }
}
