import TandemRuns
import Testing

/// Sections that can be switched off, and keys that are a flag or a count.
@Suite struct SwitchedSectionTests {
  func read(_ yaml: String, _ overrides: [String] = []) throws -> (CountOrFlag?, String) {
    var reader = ConfigurationReader(yaml: yaml, file: "a.yaml", overrides: overrides)
    let value = reader.switchedSection("log") {
      $0.countOrFlag("every", default: .flag(true))
    }
    return (value, try reader.finish().inline)
  }

  @Test(arguments: ["log: off", "log: false"])
  func off(_ yaml: String) throws {
    #expect(try read(yaml) == (nil, #"{"log": false}"#))
  }

  @Test(arguments: ["", "log:", "log: on", "log: true", "log: {}", "log: {every: true}"])
  func on(_ yaml: String) throws {
    #expect(try read(yaml) == (.flag(true), #"{"log": {"every": true}}"#))
  }

  @Test func aCount() throws {
    #expect(try read("log: {every: 5}") == (.count(5), #"{"log": {"every": 5}}"#))
    #expect(try read("log: {every: false}") == (.flag(false), #"{"log": {"every": false}}"#))
    #expect(try read("", ["log.every=7"]).0 == .count(7))
    #expect(try read("log: {every: 5}", ["log=off"]).0 == nil)
  }

  @Test(arguments: [
    ("log: 3", "a.yaml:1:6: log: expected a section of keys, found 3"),
    (
      "log: {every: 0}",
      "a.yaml:1:14: log.every: expected true, false or an integer of at least 1, found 0"
    ),
    (
      "log: {every: often}",
      "a.yaml:1:14: log.every: expected true, false or an integer of at least 1, found \"often\""
    ),
  ])
  func whatIsWrong(_ yaml: String, _ expected: String) {
    #expect(message { _ = try read(yaml) } == expected)
  }
}
