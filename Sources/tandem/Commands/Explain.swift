import ArgumentParser
import TandemExperiments
import TandemExplanations
import TandemRuns

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Explain one step of a small network, number by number.",
    discussion: """
      The network's forward and backward pass as tables and formulas with the numbers put in, as a \
      page to step through, or as a picture. Every number is the reference backend's, in float64.

      Examples:

        tandem explain experiments/explain-two-layer
        tandem explain experiments/explain-two-layer --html page.html --png graph.png
        tandem explain experiments/explain-two-layer --set learningRate=1
      """)

  @Argument(help: .experiment, completion: .experiments)
  var directory: String

  @Option(
    help: ArgumentHelp("Write a page to step through.", valueName: "file"),
    completion: .file(extensions: ["html"]))
  var html: String?

  @Option(
    help: ArgumentHelp("Write the annotated picture.", valueName: "file"),
    completion: .file(extensions: ["png"]))
  var png: String?

  @OptionGroup var changes: OverrideOption

  @OptionGroup var replacement: ForceOption

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    try checkPath(html, of: "--html")
    try checkPath(png, of: "--png")
  }

  func run() throws {
    let explanation = try Explanation(directory: directory, overrides: changes.overrides)
    if let html {
      try NewFile.write(Array(explanation.html().utf8), to: html, replacing: replacement.force)
    }
    if let png {
      try NewFile.write(
        try ExplanationChart(explanation).png(), to: png, replacing: replacement.force)
    }
    if json {
      print(try ExplanationReport(explanation).json())
    } else if html == nil && png == nil {
      print(explanation.text)
    } else {
      for file in [html, png].compactMap({ $0 }) { print(file) }
    }
  }
}
