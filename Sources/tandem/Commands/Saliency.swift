import ArgumentParser
import TandemClassification
import TandemExperiments
import TandemRuns

struct Saliency: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show which pixels of an image a classifier's or discriminator's score comes from.",
    discussion: """
      The run's latest checkpoint is read; the training data are not needed but for --test. The \
      image is brought to the network's size and colours as the data are. The score is the logit \
      of a class, or of an image being real.

      Methods: gradient; gradientTimesInput; smooth, the mean gradient of noisy copies \
      (SmoothGrad); integrated, integrated gradients against a black image; all.

      Examples:

        tandem saliency @last --image shirt.png
        tandem saliency brave-otter --test 7 --class sneaker --method integrated -o sneaker.png
      """)

  @Argument(help: .run, completion: .runs)
  var name: String

  @OptionGroup var root: RootOption

  @Option(
    help: ArgumentHelp("The image, a PNG file.", valueName: "file"),
    completion: .file(extensions: ["png"]))
  var image: String?

  @Option(
    help: ArgumentHelp(
      "The image of this number in the test part; of a GAN, among its real images.",
      valueName: "n"))
  var test: Int?

  @Option(
    name: [.customLong("class")],
    help: ArgumentHelp(
      "A class by its name or number (default: what the network takes the image for).",
      valueName: "c"))
  var label: String?

  @Option(help: "How the score is laid on the pixels.")
  var method = MethodChoice.all

  @OptionGroup var checkpoint: CheckpointOption

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The PNG to write (default: saliency-step-N.png in this directory).", valueName: "file"),
    completion: .file(extensions: ["png"]))
  var output: String?

  @OptionGroup var replacement: ForceOption

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if (image == nil) == (test == nil) { throw ValidationError("Give --image or --test.") }
    try checkPath(output, of: "--output")
  }

  func run() throws {
    let path = try root.store.find(name)
    let run = try StoredRun(path: path, checkpoint.choice)
    let choice: TandemExperiments.Saliency.ImageChoice =
      if let image { .file(image) } else { .test(test ?? 0) }
    let saliency = try TandemExperiments.Saliency(
      .init(choice, label: label, methods: method.methods), of: run)
    for note in run.notes { StandardError.warn(note) }
    for note in saliency.notes { StandardError.note(note) }
    let file = output ?? "saliency-step-\(saliency.step).png"
    try NewFile.write(try saliency.png(), to: file, replacing: replacement.force)
    let report = SaliencyReport(saliency, file: file)
    print(json ? try report.json() : report.text)
  }
}

/// The methods that can be asked for: one, or all of them.
enum MethodChoice: String, CaseIterable, ExpressibleByArgument {
  case gradient, gradientTimesInput, smooth, integrated, all

  /// The methods in the order of their panels.
  var methods: [AttributionMethod] {
    AttributionMethod(rawValue: rawValue).map { [$0] } ?? AttributionMethod.allCases
  }
}
