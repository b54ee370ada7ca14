import ArgumentParser
import TandemExperiments
import TandemRuns

struct List: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ls", abstract: "List the runs below a directory.")

  @Argument(
    help: "A project, an experiment or a folder of runs.", completion: .directory)
  var directory = "."

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let runs = try RunStore(root: directory).list()
    print(json ? RunSummary.json(runs) : RunTable(runs).text)
  }
}
