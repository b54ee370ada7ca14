import ArgumentParser
import TandemExperiments
import TandemRuns

struct Replay: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Paint a past sample of a run again from its checkpoint: are the bytes the same?",
    discussion: """
      Samples of the checkpoint's step are painted from the checkpoint alone and compared with the \
      SHA-256 that the run noted. Exit code 1 unless all are the same.

      Examples:

        tandem replay @last --step 10000
        tandem replay brave-otter --step 500 --tag fixed -o again.png
      """)

  @Argument(help: .run, completion: .runs)
  var name: String

  @Option(help: ArgumentHelp("The step of the sample and the checkpoint.", valueName: "n"))
  var step: Int

  @Option(
    help: ArgumentHelp("The samples of this folder below samples alone: fixed.", valueName: "tag"))
  var tag: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write what is painted now to this file.", valueName: "file"),
    completion: .file())
  var output: String?

  @OptionGroup var replacement: ForceOption

  @OptionGroup var root: RootOption

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws { try checkPath(output, of: "--output") }

  func run() throws {
    let report = try ReplayReport(path: try root.store.find(name), step: step, tag: tag)
    for note in report.notes { StandardError.warn(note) }
    print(json ? try report.json() : report.text)
    if let output {
      let painted = report.rows.compactMap(\.bytes)
      guard painted.count == 1 else {
        throw ValidationError(
          "--output is for one sample, and \(painted.count) were painted: choose by --tag.")
      }
      try NewFile.write(painted[0], to: output, replacing: replacement.force)
    }
    if !report.isSame { throw ExitCode(1) }
  }
}
