import TandemRuns
import Testing

/// What reading a configuration leaves: every key with its value.
@Suite struct ConfigurationValueTests {
  @Test func resolvedConfigurationReadsAsItself() throws {
    let (sample, resolved) = try Example.read(
      "learningRate: 1e-300\ngenerator: {kind: dcgan, channels: [8, 16]}\ndecay: 1e+22\nhidden: []")
    let again = try Example.read(resolved.json)
    #expect(again.0 == sample)
    #expect(again.1 == resolved)
  }

  @Test func fingerprintsIgnoreTheSeedAndTheOrderOfReading() throws {
    let a = try Example.read("seed: 1").1
    let b = try Example.read("seed: 2").1
    let c = try Example.read("seed: 1\nlearningRate: 0.3").1
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
    let (_, resolved) = try Example.read("hidden: [5, 6]")
    #expect(resolved["hidden.1"] == .integer(6))
    #expect(resolved["generator.kind"] == .text("mlp"))
    #expect(resolved["generator.nothing"] == nil)
    #expect(
      resolved.leaves.map(\.path) == [
        "seed", "learningRate", "generator.kind", "generator.width", "hidden", "decay",
      ])
  }
  @Test func aKeptConfigurationIsReadWithoutASchema() throws {
    try withFolder { folder in
      let resolved = try Example.read("hidden: [5, 6]\nlearningRate: 2e-4").1
      let path = "\(folder)/config.resolved.json"
      try write(resolved.json, to: path)
      #expect(try ConfigurationValue(contentsOf: path) == resolved)
      #expect(resolved["learningRate"]?.inline == "0.0002")
      #expect(resolved["hidden"]?.inline == "[5, 6]")
      #expect(resolved["generator.kind"]?.inline == "mlp")
      try write("{\"seed\": [1", to: path)
      #expect(
        message { _ = try ConfigurationValue(contentsOf: path) }
          .hasPrefix("\(path) is damaged: not valid YAML: "))
    }
  }

  @Test func differencesAreFoundKeyByKey() throws {
    let a = try Example.read("seed: 1\nhidden: [4]\ngenerator: {kind: mlp, width: 8}").1
    let b = try Example.read("seed: 2\nhidden: [4]\ngenerator: {kind: dcgan, channels: [2]}").1
    let found = ConfigurationDifferences([a, b, a], excluding: ["seed"]).entries
    #expect(found.map(\.path) == ["generator.kind", "generator.width", "generator.channels"])
    #expect(found[0].values == [.text("mlp"), .text("dcgan"), .text("mlp")])
    #expect(found[1].values == [.integer(8), nil, .integer(8)])
    #expect(found[2].values == [nil, .list([.integer(2)]), nil])
    #expect(ConfigurationDifferences([a, b]).entries.first?.path == "seed")
    #expect(ConfigurationDifferences([a, a]).isEmpty && ConfigurationDifferences([]).isEmpty)
    #expect(ConfigurationDifferences([nil, a, nil, a]).isEmpty)
    let partly = try #require(ConfigurationDifferences([nil, a, b]).entries.first)
    #expect(partly.path == "seed" && partly.values == [nil, .integer(1), .integer(2)])
    func section(_ value: ConfigurationValue) -> ConfigurationValue {
      .section([.init(key: "rate", value: value)])
    }
    #expect(
      ConfigurationDifferences([section(.integer(1)), section(.number(1))]).isEmpty,
      "a whole number is written without its fraction")
  }
}
