import ArgumentParser
import Foundation
import TandemExperiments
import TandemRuns
import TandemSequences

struct Sample: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Sample from a run's model: text as it is drawn, or a picture of a generator's work.",
    discussion: """
      The run's latest checkpoint is read, averaged weights where there are some; the training \
      data are not needed. The same seed gives the same samples; without one it is the run's.

      Examples:

        tandem sample @last --prime "ROMEO:" --length 300 --temperature 0.8
        tandem sample brave-otter --best --count 3 --top-k 10 --seed 7
        tandem sample @last --prime "To be" --length 40 --beam 8
        tandem sample @last --count 16 -o sheet.png               (a GAN)
        tandem sample @last --interpolate --count 6 --force       (a GAN)
      """)

  @Argument(help: .run, completion: .runs)
  var name: String

  @OptionGroup var root: RootOption

  @OptionGroup var checkpoint: CheckpointOption

  @Option(
    help: ArgumentHelp(
      "Samples: 1 of texts, 10 of names, a sheet's of images, rows of an interpolation.",
      valueName: "n"))
  var count: Int?

  @Option(
    help: ArgumentHelp(
      "What the random numbers follow from (default: the run's seed).", valueName: "n"))
  var seed: UInt64?

  @Flag(help: "Print JSON: an object a line for each text, one for a picture.")
  var json = false

  @OptionGroup(title: "Texts") var text: TextOptions
  @OptionGroup(title: "Pictures") var picture: PictureOptions

  func validate() throws {
    if let count, !(1...100_000).contains(count) {
      throw ValidationError("--count takes a number in 1...100000, not \(count).")
    }
  }

  func run() throws {
    let path = try root.store.find(name)
    let run = try StoredRun(path: path, checkpoint.choice)
    for note in run.notes { StandardError.warn(note) }
    switch try run.sampler() {
    case .text(let sampler):
      try picture.refuse(for: "a run of texts")
      try write(sampler)
    case .images(let sampler):
      try text.refuse(for: "a GAN's run")
      try paint(sampler)
    }
  }

  private func write(_ sampler: TextSampler) throws {
    var request = TextSampler.Request(seed: seed ?? sampler.runSeed)
    request.prime = text.prime ?? ""
    request.length = text.length
    request.count = count ?? (sampler.boundary != nil && text.beam == nil ? 10 : 1)
    request.method = try text.method()
    if let beam = text.beam, request.count > beam {
      throw ValidationError("--count is at most --beam, \(beam), not \(request.count).")
    }
    if let note = sampler.note(on: request.prime) {
      StandardError.note("of the prime, \(note)")
    }
    var output = StreamedOutput()
    if json {
      try sampler.printJSON(request) { try output.write($0) }
    } else {
      try sampler.print(request) { try output.write($0) }
    }
    try output.flush()
  }

  private func paint(_ sampler: ImageSampler) throws {
    let seed = seed ?? sampler.runSeed
    let painted =
      picture.interpolate
      ? try sampler.interpolation(rows: count ?? sampler.usualRows, seed: seed)
      : try sampler.sheet(count: count ?? sampler.usualCount, seed: seed)
    let file = picture.output ?? "sample-step-\(sampler.step).png"
    try NewFile.write(painted.png, to: file, replacing: picture.replacement.force)
    print(json ? try painted.json(file: file, step: sampler.step, seed: seed) : file)
  }
}

/// What is said of texts alone.
struct TextOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What each sample begins with; what the model does not know of it is left out.",
      valueName: "text"))
  var prime: String?

  @Option(
    help: ArgumentHelp(
      "Tokens of a sample, at most (default: 500, of names twice the longest).", valueName: "n"))
  var length: Int?

  @Option(
    help: ArgumentHelp(
      "1 draws as the model predicts, less prefers likely tokens, 0 always takes the likeliest.",
      valueName: "t"))
  var temperature: Double?

  @Option(help: ArgumentHelp("Draw among the likeliest so many tokens.", valueName: "k"))
  var topK: Int?

  @Option(
    help: ArgumentHelp(
      "Draw among the fewest tokens that have this part of the probability.", valueName: "p"))
  var topP: Double?

  @Option(
    help: ArgumentHelp(
      "Search for the likeliest text, going on with so many beginnings, instead of drawing.",
      valueName: "b"))
  var beam: Int?

  func validate() throws {
    if let length, !(1...100_000_000).contains(length) {
      throw ValidationError("--length takes a number in 1...100000000, not \(length).")
    }
    if let beam {
      guard (1...1000).contains(beam) else {
        throw ValidationError("--beam takes a number in 1...1000, not \(beam).")
      }
      if temperature != nil || topK != nil || topP != nil {
        throw ValidationError(
          "--beam searches, it does not draw: leave out --temperature, --top-k and --top-p.")
      }
    }
    if let topP, !(topP > 0 && topP <= 1) {
      throw ValidationError("--top-p takes a number above 0 and at most 1, not \(topP).")
    }
    if let topK, topK < 1 {
      throw ValidationError("--top-k takes a number of at least 1, not \(topK).")
    }
    if let temperature, !(temperature >= 0 && temperature.isFinite) {
      throw ValidationError("--temperature takes a number of at least 0, not \(temperature).")
    }
  }

  /// How tokens are found.
  func method() throws -> TextSampler.Request.Method {
    if let beam { return .search(beam: beam) }
    return .drawing(
      try TokenFilter(temperature: temperature ?? 1, topK: topK, topP: topP))
  }

  /// Refuses the options for a run that they say nothing of.
  func refuse(for run: String) throws {
    let given = [
      ("--prime", prime != nil), ("--length", length != nil),
      ("--temperature", temperature != nil), ("--top-k", topK != nil), ("--top-p", topP != nil),
      ("--beam", beam != nil),
    ]
    if let option = given.first(where: \.1)?.0 {
      throw ValidationError("\(option) is for runs of texts; this is \(run).")
    }
  }
}

/// What is said of pictures alone.
struct PictureOptions: ParsableArguments {
  @Flag(help: "Paint ways from one latent vector to another, one a row.")
  var interpolate = false

  @Option(
    name: [.customLong("class")],
    help: ArgumentHelp(
      "Samples of one class: for conditional models, of which there are none yet.",
      valueName: "c"))
  var label: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The PNG to write (default: sample-step-N.png in this directory).", valueName: "file"),
    completion: .file(extensions: ["png"]))
  var output: String?

  @OptionGroup var replacement: ForceOption

  func validate() throws {
    if label != nil {
      throw ValidationError("--class needs a conditional model, of which there are none yet.")
    }
    try checkPath(output, of: "--output")
  }

  /// Refuses the options for a run that they say nothing of.
  func refuse(for run: String) throws {
    let given = [
      ("--interpolate", interpolate), ("--output", output != nil), ("--force", replacement.force),
    ]
    if let option = given.first(where: \.1)?.0 {
      throw ValidationError("\(option) is for GANs; this is \(run).")
    }
  }
}
