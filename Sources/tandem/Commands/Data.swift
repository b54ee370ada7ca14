import ArgumentParser
import Foundation
import TandemDatasets
import TandemExperiments

struct Data: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the known data sets, or download one.",
    discussion: """
      Examples:

        tandem data
        tandem data fetch mnist
      """,
    subcommands: [ListData.self, FetchData.self], defaultSubcommand: ListData.self)
}

struct ListData: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the known data sets and where they are.")

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let report = DataReport()
    print(json ? try report.json() : report.text)
  }
}

struct FetchData: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch",
    abstract: "Download a data set, check it, and print the directory it is in.",
    discussion: "A broken download is resumed; files are checked by SHA-256 before they are named.")

  @Argument(help: "The data set's name, as `tandem data` lists it.", completion: .datasets)
  var name: String

  @Flag(help: "Show no progress.")
  var quiet = false

  func run() async throws {
    let showsProgress = !quiet && isatty(STDERR_FILENO) == 1
    defer { if showsProgress { StandardError.write("\n") } }
    let directory = try await DatasetCatalogue().fetch(name) { progress in
      guard showsProgress else { return }
      StandardError.write(
        "\r\(progress.name): \(progress.received / 1024) of \(progress.size / 1024) KiB")
    }
    print(directory)
  }
}
