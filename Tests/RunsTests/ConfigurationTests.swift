import TandemRuns
import Testing

/// Types, ranges, rules: what is read, and how all that is wrong is told.
@Suite struct ConfigurationTests {
  @Test func emptyTextGivesDefaults() throws {
    let (sample, resolved) = try Example.read("")
    #expect(
      sample == Example.Sample(seed: 1, rate: 2e-4, kind: .mlp, width: 128, hidden: [64, 32]))
    #expect(
      resolved.json == """
        {
          "seed": 1,
          "learningRate": 0.0002,
          "generator": {
            "kind": "mlp",
            "width": 128
          },
          "hidden": [64, 32],
          "decay": null
        }

        """)
  }

  @Test(arguments: [
    ("1e-4", 1e-4), ("1E-4", 1e-4), (".5", 0.5), ("1.", 1), ("+0.25", 0.25), ("0", 0), ("1", 1),
    ("0x1", 1), ("!!float 1", 1),
  ])
  func numbersOfTheCoreSchema(text: String, value: Double) throws {
    #expect(try Example.read("learningRate: \(text)").0.rate == value)
    #expect(try Example.read("", ["learningRate=\(text)"]).0.rate == value)
  }

  @Test(arguments: [
    ("fast", #"found "fast""#), ("\"0.5\"", #"found "0.5""#), ("1_0", #"found "1_0""#),
    ("1e", #"found "1e""#), ("yes", #"found "yes""#), ("true", "found true"),
    ("", "found nothing"), ("[1]", "found a list"), ("{a: 1}", "found a section"),
    ("2", "found 2"), ("-1e-9", "found -1e-9"), (".nan", "found .nan (a number must be finite)"),
    ("-.inf", "found -.inf (a number must be finite)"),
    ("1e999", "found 1e999 (a number must be finite)"), ("0:30", #"found "0:30""#),
  ])
  func wrongNumbers(text: String, found: String) {
    #expect(
      Example.problems("learningRate: \(text)").first
        == "experiment.yaml:1:\(text.isEmpty ? 14 : 15): learningRate: "
        + "expected a number in 0...1, \(found)")
  }

  @Test func integersMayBeWrittenAsNumbers() throws {
    #expect(try Example.read("seed: 1e5").0.seed == 100_000)
    #expect(
      Example.problems("seed: 1.5") == [
        "experiment.yaml:1:7: seed: expected an integer of at least 0, found 1.5"
      ])
    #expect(
      Example.problems("seed: 9223372036854775808") == [
        "experiment.yaml:1:7: seed: expected an integer of at least 0, found 9223372036854775808"
      ])
  }

  @Test func allProblemsAreReportedAtOnceInTheOrderOfTheFile() {
    let yaml = """
      learningrate: 1e-4
      seed: -1
      generator:
        kind: dcgan
        width: 3
        channels: [1, x, 0]
      hidden: 64
      """
    #expect(
      Example.problems(yaml, ["decay=0", "generator.chanels=[1]"]) == [
        "experiment.yaml:1:1: learningrate: unknown key; did you mean 'learningRate'? "
          + "(accepted keys: seed, learningRate, generator, hidden, decay)",
        "experiment.yaml:2:7: seed: expected an integer of at least 0, found -1",
        "experiment.yaml:5:3: generator.width: unknown key "
          + "(accepted keys with kind: dcgan: kind, channels)",
        "experiment.yaml:6:17: generator.channels.1: expected an integer in 1...512, found \"x\"",
        "experiment.yaml:6:20: generator.channels.2: expected an integer in 1...512, found 0",
        "experiment.yaml:7:9: hidden: expected a list of integers, found 64",
        "--set generator.chanels: unknown key; did you mean 'channels'? "
          + "(accepted keys with kind: dcgan: kind, channels)",
        "--set decay: expected a number above 0, found 0",
      ])
  }

  @Test func aWrongKindIsTheOnlyProblemOfItsSection() {
    #expect(
      Example.problems("generator:\n  kind: dcgn\n  channels: [x]\n  width: -1") == [
        "experiment.yaml:2:9: generator.kind: expected one of mlp, dcgan, found \"dcgn\"; "
          + "did you mean 'dcgan'?"
      ])
  }

  @Test func requiredKeysNameTheirSection() {
    #expect(
      Example.problems("seed: 1\ngenerator:\n  kind: dcgan") == [
        "experiment.yaml:3:3: generator.channels: this key is required; "
          + "expected a list of integers"
      ])
    #expect(
      Example.problems("generator: 5") == [
        "experiment.yaml:1:12: generator: expected a section of keys, found 5"
      ])
  }

  @Test func countsOfListsAreChecked() {
    #expect(
      Example.problems("generator: {kind: dcgan, channels: []}") == [
        "experiment.yaml:1:36: generator.channels: "
          + "expected a count of at least 1 of integers, found 0"
      ])
  }

  @Test func customRulesAreReportedUnlessTheirKeysAreWrong() {
    func check(_ yaml: String) -> String {
      message {
        var reader = ConfigurationReader(yaml: yaml, file: "a.yaml")
        let width = reader.integer("width", default: 8, in: 1...)
        let heads = reader.integer("heads", default: 2, in: 1...)
        if width % heads != 0 {
          reader.problem(at: "width", "must be a multiple of heads", comparing: ["heads"])
        }
        _ = try reader.finish()
      }
    }
    #expect(check("width: 9") == "a.yaml:1:8: width: must be a multiple of heads")
    #expect(
      check("width: 9\nheads: 0") == "a.yaml:2:8: heads: expected an integer of at least 1, found 0"
    )
    #expect(check("") == "no error")
  }

  @Test func sectionsInLists() throws {
    var reader = ConfigurationReader(
      yaml: "layers:\n  - {size: 3}\n  - {sise: 4}", file: "a.yaml",
      overrides: ["layers.0.size=5"])
    var sizes: [Int] = []
    sizes = reader.sections("layers") { $0.integer("size", default: 1) }
    #expect(sizes == [5, 1])
    let error = #expect(throws: ConfigurationError.self) { try reader.finish() }
    #expect(
      error?.description
        == "a.yaml:3:6: layers.1.sise: unknown key; did you mean 'size'? (accepted keys: size)")
  }

  @Test func rangesAreNamed() {
    var reader = ConfigurationReader(yaml: "{a: 1, b: 1, c: 0, d: 2, e: 3, f: 1}", file: "a")
    _ = reader.number("a", in: 0..<1)
    _ = reader.number("b", in: ...0.5)
    _ = reader.number("c", in: .above(0, through: 1))
    _ = reader.number("d", in: .above(0, through: 1))
    _ = reader.integer("e", in: 1..<3)
    _ = reader.number("f", in: .above(0, through: 1))
    let problems = message { _ = try reader.finish() }
    #expect(
      problems == """
        a:1:5: a: expected a number in 0..<1, found 1
        a:1:11: b: expected a number of at most 0.5, found 1
        a:1:17: c: expected a number above 0 and at most 1, found 0
        a:1:23: d: expected a number above 0 and at most 1, found 2
        a:1:29: e: expected an integer in 1..<3, found 3
        """)
  }

  @Test func textsAndFlags() {
    var reader = ConfigurationReader(yaml: "name: 12\nflag: yes\nwords: [a, 'b']", file: "a")
    _ = reader.text("name")
    _ = reader.flag("flag")
    let words = reader.texts("words")
    #expect(words == ["a", "b"])
    let problems = message { _ = try reader.finish() }
    #expect(
      problems == """
        a:1:7: name: expected text, found 12 (put it in quotes to make it text)
        a:2:7: flag: expected true or false, found "yes"
        """)
  }
}
