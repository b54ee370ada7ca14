import Foundation
import TandemRuns
import Testing

/// `tandem sample`, as a process.
@Suite struct SampleCommandTests {
  let workplace: Workplace

  init() throws {
    workplace = try Workplace()
    try workplace.write(tiny, to: "tiny/experiment.yaml")
    try workplace.write(tinyText, to: "text/experiment.yaml")
    try workplace.write(
      String(repeating: "the cat sat on the mat\nand ate a date\n", count: 40), to: "text/text.txt")
  }

  /// Runs an experiment and returns the run's id.
  private func id(of experiment: String) throws -> String {
    let outcome = try workplace.tandem("run", experiment, "--quiet")
    return URL(filePath: try #require(outcome.lines.last)).lastPathComponent
  }

  @Test func textIsReproducible() throws {
    let run = try id(of: "text")
    let first = try workplace.tandem("sample", run, "--length", "80", "--prime", "the ")
    #expect(first.status == 0 && first.errors == "")
    #expect(first.output.hasPrefix("the ") && first.output.hasSuffix("\n"))
    #expect((84...85).contains(first.output.count))
    // Another process, with the options' defaults written out.
    #expect(
      try workplace.tandem(
        "sample", "@last", "--length", "80", "--prime", "the ", "--seed", "4", "--temperature", "1",
        "--count", "1", "--step", "10") == first)
    let other = try workplace.tandem(
      "sample", "@last", "--length", "80", "--prime", "the ", "--seed", "5")
    #expect(other.status == 0 && other.output != first.output)
    let best = try workplace.tandem("sample", "@last", "--best", "--length", "5", "--json")
    #expect(best.status == 0)
    #expect(try best.object()["step"] is Int)
  }

  @Test func aPrimeWithUnseenCharactersIsNoted() throws {
    _ = try id(of: "text")
    let plain = try workplace.tandem("sample", "@last", "--length", "20", "--prime", "the")
    let outcome = try workplace.tandem("sample", "@last", "--length", "20", "--prime", "the€")
    #expect(outcome.status == 0 && outcome.output == plain.output)
    #expect(
      outcome.errors == """
        note: of the prime, 1 token is not in the vocabulary and skipped: "€" (U+20AC)

        """)
    let empty = try workplace.tandem("sample", "@last", "--length", "20", "--prime", "")
    #expect(empty.status == 0 && empty.errors == "" && empty.output.count >= 20)
  }

  /// A reader that has seen enough ends the program without a word.
  @Test func aClosedPipeEndsIt() throws {
    _ = try id(of: "text")
    let outcome = try workplace.tandem(
      "sample", "@last", "--length", "100000000", "--prime", "the cat",
      shell: #"{ "$0" "$@"; echo $? > status; } | head -c 12"#)
    #expect(outcome.status == 0 && outcome.errors == "")
    #expect(outcome.output.hasPrefix("the cat") && outcome.output.utf8.count == 12)
    let status = try String(contentsOfFile: "\(workplace.path)/status", encoding: .utf8)
    #expect(status == "\(128 + SIGPIPE)\n")
  }

  @Test func aFullDiskIsAnError() throws {
    _ = try id(of: "text")
    #expect(
      try workplace.tandem("sample", "@last", shell: #""$0" "$@" > /dev/full"#)
        == Outcome(
          status: 1, output: "", errors: "error: cannot write the output: No space left on device\n"
        ))
  }

  @Test func aSheetIsWrittenOnce() throws {
    let run = try id(of: "tiny")
    let painted = try workplace.tandem("sample", run)
    #expect(painted == Outcome(status: 0, output: "sample-step-20.png\n", errors: ""))
    let file = "\(workplace.path)/sample-step-20.png"
    #expect(
      FileManager.default.contentsEqual(
        atPath: file,
        andPath: "\(workplace.path)/tiny/runs/\(run)/samples/fixed/step-00000020.png"))
    let again = try workplace.tandem("sample", run, "--seed", "9")
    let taken = "cannot write sample-step-20.png: it is there already; --force replaces it"
    #expect(again == Outcome(status: 1, output: "", errors: "error: \(taken)\n"))
    let forced = try workplace.tandem(
      "sample", run, "--seed", "9", "--force", "--count", "30", "--json")
    let facts = try forced.object()
    #expect(facts["file"] as? String == "sample-step-20.png" && facts["seed"] as? Int == 9)
    #expect(facts["count"] as? Int == 30 && facts["step"] as? Int == 20)
    let named = try workplace.tandem("sample", run, "--output", "other.png", "--step", "10")
    #expect(named.output == "other.png\n")
  }

  @Test func runsThatCannotBeSampledAreOneLine() throws {
    let run = try id(of: "tiny")
    let words = run.split(separator: "-").dropFirst(2).joined(separator: "-")
    let typo = String(words.dropLast()) + (words.hasSuffix("x") ? "y" : "x")
    #expect(
      try workplace.tandem("sample", typo).errors
        == "error: no run named '\(typo)' below .; did you mean '\(run)'?\n")
    #expect(
      try workplace.tandem("sample", "nothing")
        == Outcome(status: 1, output: "", errors: "error: no run named 'nothing' below .\n"))
    #expect(
      try workplace.tandem("sample", run, "--interpolate").errors
        == "error: a run of points has no images to interpolate between\n")
    try FileManager.default.removeItem(
      atPath: "\(workplace.path)/tiny/runs/\(run)/checkpoints")
    #expect(
      try workplace.tandem("sample", run)
        == Outcome(
          status: 1, output: "", errors: "error: ./tiny/runs/\(run) has no checkpoint yet\n"))
  }

  @Test(arguments: [
    (["--beam", "4", "--temperature", "0.5"], "leave out --temperature, --top-k and --top-p"),
    (["--step", "3", "--best"], "Give --step or --best, not both."),
    (["--class", "3"], "--class needs a conditional model, of which there are none yet."),
    (["--prime", "x"], "--prime is for runs of texts; this is a GAN's run."),
    (["--top-p", "0"], "--top-p takes a number above 0 and at most 1, not 0.0."),
    (["--count", "0"], "--count takes a number in 1...100000, not 0."),
  ])
  func optionsThatDoNotFitAreRefused(_ options: [String], _ line: String) throws {
    _ = try id(of: "tiny")
    let outcome = try workplace.start(["sample", "@last"] + options).finish()
    #expect(outcome.status == 64 && outcome.output == "")
    #expect(outcome.errors.contains(line), "\(outcome.errors)")
  }

  @Test func picturesAreNotForTexts() throws {
    _ = try id(of: "text")
    let outcome = try workplace.tandem("sample", "@last", "--interpolate")
    #expect(outcome.status == 64)
    #expect(outcome.errors.hasPrefix("Error: --interpolate is for GANs; this is a run of texts."))
    let count = try workplace.tandem("sample", "@last", "--beam", "2", "--count", "3")
    #expect(count.status == 64)
    #expect(count.errors.hasPrefix("Error: --count is at most --beam, 2, not 3."))
  }
}

/// A language model of a moment.
private let tinyText = """
  kind: languageModel
  seed: 4
  data: {path: text.txt, validation: 0.2}
  network: {cell: lstm, size: 8, embedding: 6}
  training: {steps: 10, batchSize: 4, window: 8}
  validation: {every: 5}
  samples: {every: 10, length: 20}
  checkpoints: {every: 5}

  """
