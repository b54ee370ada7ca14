import ArgumentParser
import TandemExperiments
import TandemRuns

struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show one run: status, progress, last metrics, samples, checkpoints.")

  @Argument(help: .run, completion: .runs)
  var name: String

  @OptionGroup var root: RootOption

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let report = RunReport(path: try root.store.find(name))
    print(json ? try report.json() : report.text)
  }
}
