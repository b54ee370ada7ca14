import ArgumentParser
import TandemExperiments
import TandemExplanations
import TandemRuns

struct AutodiffCostCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "autodiff-cost",
    abstract: "Count what a Jacobian takes in forward and in reverse mode.",
    discussion: """
      The multiplications of the Jacobian of W2 tanh(W1 x), counted as they run, by columns \
      (forward mode, a pass an input) and by rows (reverse mode, a pass an output). Forward mode \
      wins where there are few inputs and many outputs.
      """)

  @Option(
    parsing: .upToNextOption, help: ArgumentHelp("Numbers of inputs.", valueName: "n"))
  var inputs = [1, 4, 16, 64]

  @Option(
    parsing: .upToNextOption, help: ArgumentHelp("Numbers of outputs.", valueName: "m"))
  var outputs = [1, 2, 4, 8, 16, 32, 64]

  @Option(help: ArgumentHelp("Units of the hidden layer.", valueName: "n"))
  var hidden = 16

  @Option(
    help: ArgumentHelp("Write a chart of the counts.", valueName: "file"),
    completion: .file(extensions: ["png"]))
  var png: String?

  @OptionGroup var replacement: ForceOption

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if (inputs + outputs + [hidden]).contains(where: { !(1...512).contains($0) }) {
      throw ValidationError("--inputs, --outputs and --hidden take numbers in 1...512.")
    }
    try checkPath(png, of: "--png")
  }

  func run() throws {
    let cost = AutodiffCost(inputs: inputs, outputs: outputs, hidden: hidden)
    if let png { try NewFile.write(try cost.chart().png(), to: png, replacing: replacement.force) }
    print(json ? try cost.json() : cost.text)
  }
}
