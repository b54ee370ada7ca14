import Foundation
import TandemRuns
import Testing

private enum Kind: String, CaseIterable {
  case mlp, dcgan
}

private struct Sample: Equatable {
  var seed = 0
  var rate = 0.0
  var kind = Kind.mlp
  var width = 0
  var channels: [Int] = []
  var hidden: [Int] = []
  var decay: Double?
}

/// A schema with a discriminated section, a list with a default and an optional number.
private func read(
  _ yaml: String, _ overrides: [String] = []
) throws -> (Sample, ConfigurationValue) {
  var reader = ConfigurationReader(yaml: yaml, file: "experiment.yaml", overrides: overrides)
  var sample = Sample()
  sample.seed = reader.integer("seed", default: 1, in: 0...)
  sample.rate = reader.number("learningRate", default: 2e-4, in: 0...1)
  reader.section("generator") { section in
    sample.kind = section.kind(from: Kind.self, default: .mlp)
    switch sample.kind {
    case .mlp: sample.width = section.integer("width", default: 128, in: 1...)
    case .dcgan: sample.channels = section.integers("channels", in: 1...512, count: 1...)
    }
  }
  sample.hidden = reader.integers("hidden", default: [64, 32], in: 1...)
  sample.decay = reader.optionalNumber("decay", in: .above(0))
  return (sample, try reader.finish())
}

private func problems(_ yaml: String, _ overrides: [String] = []) -> [String] {
  message { _ = try read(yaml, overrides) }.components(separatedBy: "\n")
}

@Suite struct ConfigurationTests {
  @Test func emptyTextGivesDefaults() throws {
    let (sample, resolved) = try read("")
    #expect(sample == Sample(seed: 1, rate: 2e-4, kind: .mlp, width: 128, hidden: [64, 32]))
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

  @Test func resolvedConfigurationReadsAsItself() throws {
    let (sample, resolved) = try read(
      "learningRate: 1e-300\ngenerator: {kind: dcgan, channels: [8, 16]}\ndecay: 1e+22\nhidden: []")
    let again = try read(resolved.json)
    #expect(again.0 == sample)
    #expect(again.1 == resolved)
  }

  @Test(arguments: [
    ("1e-4", 1e-4), ("1E-4", 1e-4), (".5", 0.5), ("1.", 1), ("+0.25", 0.25), ("0", 0), ("1", 1),
    ("0x1", 1), ("!!float 1", 1),
  ])
  func numbersOfTheCoreSchema(text: String, value: Double) throws {
    #expect(try read("learningRate: \(text)").0.rate == value)
    #expect(try read("", ["learningRate=\(text)"]).0.rate == value)
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
      problems("learningRate: \(text)").first
        == "experiment.yaml:1:\(text.isEmpty ? 14 : 15): learningRate: "
        + "expected a number in 0...1, \(found)")
  }

  @Test func integersMayBeWrittenAsNumbers() throws {
    #expect(try read("seed: 1e5").0.seed == 100_000)
    #expect(
      problems("seed: 1.5") == [
        "experiment.yaml:1:7: seed: expected an integer of at least 0, found 1.5"
      ])
    #expect(
      problems("seed: 9223372036854775808") == [
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
      problems(yaml, ["decay=0", "generator.chanels=[1]"]) == [
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
      problems("generator:\n  kind: dcgn\n  channels: [x]\n  width: -1") == [
        "experiment.yaml:2:9: generator.kind: expected one of mlp, dcgan, found \"dcgn\"; "
          + "did you mean 'dcgan'?"
      ])
  }

  @Test func requiredKeysNameTheirSection() {
    #expect(
      problems("seed: 1\ngenerator:\n  kind: dcgan") == [
        "experiment.yaml:3:3: generator.channels: this key is required; "
          + "expected a list of integers"
      ])
    #expect(
      problems("generator: 5") == [
        "experiment.yaml:1:12: generator: expected a section of keys, found 5"
      ])
  }

  @Test func countsOfListsAreChecked() {
    #expect(
      problems("generator: {kind: dcgan, channels: []}") == [
        "experiment.yaml:1:36: generator.channels: "
          + "expected a count of at least 1 of integers, found 0"
      ])
  }

  @Test func overridesReachSectionsListsAndDefaults() throws {
    let yaml = "hidden: [1, 2, 3]"
    let (sample, _) = try read(
      yaml, ["hidden.1=20", "generator.width=7", "generator.width=8", "decay=0.5"])
    #expect(sample.hidden == [1, 20, 3])
    #expect(sample.width == 8)
    #expect(sample.decay == 0.5)
    #expect(try read("", ["hidden.0=8"]).0.hidden == [8, 32])
    #expect(try read(yaml, ["hidden=[9]"]).0.hidden == [9])
    #expect(try read("decay: 1", ["decay="]).0.decay == nil)
  }

  @Test func wrongOverridesAreProblems() {
    let index = "expected an index in 0..<2 of the list, found"
    #expect(problems("hidden: [1, 2]", ["hidden.2=1"]) == ["--set hidden.2: \(index) '2'"])
    #expect(problems("", ["hidden.x=1"]) == ["--set hidden.x: \(index) 'x'"])
    let form = "expected key=value, the key as in generator.learningRate"
    #expect(problems("", ["seed"]) == ["--set seed: \(form)"])
    #expect(problems("", ["a..b=1"]) == ["--set a..b: \(form)"])
    #expect(problems("seed: 1", ["seed.a=1"]) == ["--set seed.a: 'a' cannot be set inside 1"])
    #expect(problems("", ["seed=[1"])[0].hasPrefix("--set seed: not valid YAML: "))
  }

  @Test func invalidYAMLIsLocated() {
    #expect(
      problems("seed: 1\nhidden: [1, 2\nlearningRate: 0.1")[0].hasPrefix(
        "experiment.yaml:3:13: not valid YAML: "))
    #expect(problems("seed: 1\n\tx: 2")[0].hasPrefix("experiment.yaml:2:1: not valid YAML: "))
    #expect(
      problems("seed: 1\nseed: 2") == [
        "experiment.yaml:1:1: the key 'seed' appears twice in this section"
      ])
    #expect(problems("a: *b")[0] == "experiment.yaml:1:4: not valid YAML: found undefined alias")
    #expect(problems("seed: 1\n---\nseed: 2")[0].hasPrefix("experiment.yaml:2:1: not valid YAML"))
    #expect(problems("[1]") == ["experiment.yaml:1:1: expected a section of keys, found a list"])
    #expect(problems("? [a]\n: 1") == ["experiment.yaml:1:3: a key must be a word"])
  }

  @Test func anchorsAndMergeKeysAreFollowed() throws {
    let yaml = """
      x-base: &base {kind: dcgan, channels: [1]}
      hidden: &sizes [3]
      generator:
        <<: *base
        channels: *sizes
      """
    let (sample, _) = try read(yaml)
    #expect(sample.kind == .dcgan)
    #expect(sample.channels == [3])
    #expect(sample.hidden == [3])
  }

  @Test func aliasesCannotExplode() {
    var yaml = "x-0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
    for level in 1...12 {
      let items = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      yaml += "x-\(level): &a\(level) [\(items)]\n"
    }
    #expect(problems(yaml)[0].hasSuffix("more than 100,000 values or 100 levels, aliases followed"))
    let deep = String(repeating: "[", count: 5000)
    #expect(problems("x-a: \(deep)").count == 1)
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

  @Test func fingerprintsIgnoreTheSeedAndTheOrderOfReading() throws {
    let a = try read("seed: 1").1
    let b = try read("seed: 2").1
    let c = try read("seed: 1\nlearningRate: 0.3").1
    #expect(a.fingerprint() == b.fingerprint())
    #expect(a.fingerprint(excluding: []) != b.fingerprint(excluding: []))
    #expect(a.fingerprint() != c.fingerprint())
    let pair = [("x", ConfigurationValue.integer(1)), ("y", .text("z"))]
    func section(_ pairs: [(String, ConfigurationValue)]) -> ConfigurationValue {
      .section(pairs.map { .init(key: $0.0, value: $0.1) })
    }
    #expect(section(pair).fingerprint() == section(pair.reversed()).fingerprint())
    // printf '{"x": 1, "y": "z"}' | sha256sum
    #expect(
      section(pair).fingerprint()
        == "9871d1d4ee81f10e6df39b73a20ba1f7041fcd9f66a451e4aaa2ee4299d047d3")
  }

  @Test func valuesAreFoundByPath() throws {
    let (_, resolved) = try read("hidden: [5, 6]")
    #expect(resolved["hidden.1"] == .integer(6))
    #expect(resolved["generator.kind"] == .text("mlp"))
    #expect(resolved["generator.nothing"] == nil)
    #expect(
      resolved.leaves.map(\.path) == [
        "seed", "learningRate", "generator.kind", "generator.width", "hidden", "decay",
      ])
  }
}
