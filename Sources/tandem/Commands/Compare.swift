import ArgumentParser
import TandemComparison
import TandemExperiments
import TandemReports
import TandemRuns

struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare runs: their metrics in tables and curves, and what sets them apart.",
    discussion: """
      Runs that differ by their seeds alone are one group: a mean with its standard deviation. The \
      best value is the lowest of losses, perplexities, errors and divergences and the highest of \
      accuracies, coverage and the like; a best checkpoint that a run chose by a metric decides \
      what the name leaves open. Files that are there are replaced.

      Examples:

        tandem compare experiments/ring-gan
        tandem compare brisk-stork rapid-eagle --metric loss/valid --x time --png curves.png
        tandem compare experiments/dcgan-fashion --by generator.optimizer.learningRate --smooth 0.9
      """)

  @Argument(help: .runs, completion: .runs)
  var names: [String]

  @Option(
    name: .customLong("metric"), parsing: .singleValue,
    help: ArgumentHelp(
      "A metric to compare (default: the losses that all runs have).", valueName: "name"),
    completion: .metrics)
  var metrics: [String] = []

  @Option(
    help: ArgumentHelp("What curves are laid along.", valueName: "quantity"))
  var x = Quantity.step

  @Option(
    help: ArgumentHelp(
      "The weight of the exponential average that smooths curves, below 1.", valueName: "weight"))
  var smooth = 0.0

  @Flag(help: "Draw values on a logarithmic axis.")
  var logY = false

  @Option(
    help: ArgumentHelp(
      "Group runs by a configuration key, or its last part (default: by all but the seed).",
      valueName: "key"))
  var by: String?

  @OptionGroup var root: RootOption

  @Option(help: ArgumentHelp("The line above the chart.", valueName: "text"))
  var title = ""

  @Option(
    help: ArgumentHelp("Draw the curves as a PNG file.", valueName: "file"),
    completion: .file(extensions: ["png"]))
  var png: String?

  @Option(
    help: ArgumentHelp("Draw the curves as an SVG file.", valueName: "file"),
    completion: .file(extensions: ["svg"]))
  var svg: String?

  @Option(
    help: ArgumentHelp(
      "Write the curves (default: of all metrics) as one page of HTML that opens from the disk.",
      valueName: "file"),
    completion: .file(extensions: ["html"]))
  var html: String?

  @Option(
    help: ArgumentHelp("Write the compared metrics' rows as a CSV file.", valueName: "file"),
    completion: .file(extensions: ["csv"]))
  var csv: String?

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard (0..<1).contains(smooth) else {
      throw ValidationError("--smooth takes a weight from 0 up to, but not, 1, not \(smooth).")
    }
    for (path, option) in [(png, "--png"), (svg, "--svg"), (html, "--html"), (csv, "--csv")] {
      try checkPath(path, of: option)
    }
  }

  func run() throws {
    let request = Comparison.Request(metrics: metrics, quantity: x, smoothing: smooth, key: by)
    // Without a choice the page has room for all metrics.
    let showsAll = html != nil && metrics.isEmpty
    let runs = ComparedRun.read(try RunSelection.paths(names, root: root.root)) {
      showsAll || request.needs($0)
    }
    let comparison = try Comparison(runs: runs, request)
    let drawing = Comparison.Drawing(title: title, isLogarithmic: logY)
    if let png { try NewFile.write(comparison.png(drawing), to: png, replacing: true) }
    if let svg {
      try NewFile.write(Array(comparison.svg(drawing).utf8), to: svg, replacing: true)
    }
    if let csv { try NewFile.write(comparison.csv, to: csv, replacing: true) }
    if let html {
      var shown = comparison
      if showsAll {
        var whole = request
        whole.metrics = comparison.knownMetrics
        shown = try Comparison(runs: comparison.runs, whole)
      }
      let page = try ReportPage(
        shown, drawing, options: ReportOptions(title: title.isEmpty ? nil : title))
      try page.write(to: html, replacing: true)
      for remark in page.remarks { StandardError.note(remark) }
    }
    let report = ComparisonReport(comparison)
    for note in report.notes { StandardError.note(note) }
    print(json ? try report.json() : report.text)
  }
}

extension Quantity: ExpressibleByArgument {}
