import TandemRuns
import Testing

/// YAML and overrides: where values come from.
@Suite struct ConfigurationTextTests {
  @Test func overridesReachSectionsListsAndDefaults() throws {
    let yaml = "hidden: [1, 2, 3]"
    let (sample, _) = try Example.read(
      yaml, ["hidden.1=20", "generator.width=7", "generator.width=8", "decay=0.5"])
    #expect(sample.hidden == [1, 20, 3])
    #expect(sample.width == 8)
    #expect(sample.decay == 0.5)
    #expect(try Example.read("", ["hidden.0=8"]).0.hidden == [8, 32])
    #expect(try Example.read(yaml, ["hidden=[9]"]).0.hidden == [9])
    #expect(try Example.read("decay: 1", ["decay="]).0.decay == nil)
  }

  @Test func wrongOverridesAreProblems() {
    let index = "expected an index in 0..<2 of the list, found"
    #expect(Example.problems("hidden: [1, 2]", ["hidden.2=1"]) == ["--set hidden.2: \(index) '2'"])
    #expect(Example.problems("", ["hidden.x=1"]) == ["--set hidden.x: \(index) 'x'"])
    let form = "expected key=value, the key as in training.batchSize"
    #expect(Example.problems("", ["seed"]) == ["--set seed: \(form)"])
    #expect(Example.problems("", ["a..b=1"]) == ["--set a..b: \(form)"])
    #expect(
      Example.problems("seed: 1", ["seed.a=1"]) == ["--set seed.a: 'a' cannot be set inside 1"])
    #expect(Example.problems("", ["seed=[1"])[0].hasPrefix("--set seed: not valid YAML: "))
  }

  @Test func invalidYAMLIsLocated() {
    #expect(
      Example.problems("seed: 1\nhidden: [1, 2\nlearningRate: 0.1")[0].hasPrefix(
        "experiment.yaml:3:13: not valid YAML: "))
    #expect(
      Example.problems("seed: 1\n\tx: 2")[0].hasPrefix("experiment.yaml:2:1: not valid YAML: "))
    #expect(
      Example.problems("seed: 1\nseed: 2") == [
        "experiment.yaml:1:1: the key 'seed' appears twice in this section"
      ])
    #expect(
      Example.problems("a: *b")[0] == "experiment.yaml:1:4: not valid YAML: found undefined alias")
    #expect(
      Example.problems("seed: 1\n---\nseed: 2")[0].hasPrefix("experiment.yaml:2:1: not valid YAML"))
    #expect(
      Example.problems("[1]") == ["experiment.yaml:1:1: expected a section of keys, found a list"])
    #expect(Example.problems("? [a]\n: 1") == ["experiment.yaml:1:3: a key must be a word"])
  }

  @Test func anchorsAndMergeKeysAreFollowed() throws {
    let yaml = """
      x-base: &base {kind: dcgan, channels: [1]}
      hidden: &sizes [3]
      generator:
        <<: *base
        channels: *sizes
      """
    let (sample, _) = try Example.read(yaml)
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
    #expect(
      Example.problems(yaml)[0].hasSuffix(
        "more than 100,000 values or 100 levels, aliases followed"))
    let deep = String(repeating: "[", count: 5000)
    #expect(Example.problems("x-a: \(deep)").count == 1)
  }
}
