import ArgumentParser
import Foundation
import TandemComparison
import TandemExperiments
import TandemReports
import TandemRuns

struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write runs into one page of HTML that opens from the disk; prints its path.",
    discussion: """
      The page needs no network and no server: curves of all metrics, sample sheets and texts of \
      all runs on one step slider, status, configuration, environment and health events. Where it \
      would be larger than --max-size, sheets are shrunk, and left out evenly if need be; stderr \
      and the page say so.

      With --watch the page is written again as the runs go on, and a browser that shows it loads \
      it again, until all runs have ended or the program gets SIGINT or SIGTERM.

      Examples:

        tandem report @last
        tandem report brisk-stork rapid-eagle -o seeds.html
        tandem report experiments/ring-gan --force --watch
      """)

  @Argument(help: .runs, completion: .runs)
  var names: [String]

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "file"),
    completion: .file(extensions: ["html"]))
  var output = "report.html"

  @Option(
    help: ArgumentHelp("The page's title (default: the experiments' names).", valueName: "text"))
  var title: String?

  @Option(help: ArgumentHelp("The most megabytes that the page may have.", valueName: "mb"))
  var maxSize = 25.0

  @Flag(help: "Write the page again while the runs change, until they have ended.")
  var watch = false

  @OptionGroup var replacement: ForceOption

  @OptionGroup var root: RootOption

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if !(maxSize > 0 && maxSize <= 4000) {
      throw ValidationError("--max-size takes megabytes, above 0 and up to 4000.")
    }
    try checkPath(output, of: "--output")
  }

  func run() throws {
    let paths = try RunSelection.paths(names, root: root.root)
    let options = ReportOptions(title: title, maximumBytes: Int(maxSize * 1_000_000))
    if watch {
      // A first signal ends the watch with a page that is whole.
      StopSignals.watch()
      var last: ReportPage?
      try ReportWatch(paths: paths, output: output, options: options).run(
        replacing: replacement.force, isCancelled: { StopSignals.signal != nil },
        onWrite: { page in
          if !json, last == nil, page.isLive {
            StandardError.tell("open \(output); Ctrl-C ends the watch")
          }
          last = page
        })
      if let last { try report(last) }
    } else {
      let page = try ReportPage(runs: paths.map(RecordedRun.init(path:)), options: options)
      try page.write(to: output, replacing: replacement.force)
      try report(page)
    }
  }

  /// Says what was written.
  private func report(_ page: ReportPage) throws {
    let written = WrittenReport(
      file: output, bytes: page.html.count, runs: page.runCount, remarks: page.remarks)
    if json {
      print(try written.json())
    } else {
      page.remarks.forEach(StandardError.note)
      print(written.text)
    }
  }
}

/// What `tandem report` tells.
private struct WrittenReport: JSONReport {
  let file: String
  let bytes: Int
  let runs: Int
  let remarks: [String]

  var text: String { file }
}
