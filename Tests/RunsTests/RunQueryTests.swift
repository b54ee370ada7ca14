import Foundation
import TandemRuns
import Testing

/// Makes a run with the given metrics and configuration.
private func makeRun(
  _ runs: String, _ id: String, experiment: String = "ring", step: Int = 1,
  metrics: [String: Double] = [:], yaml: String = "seed: 3", status: RunStatus = .done
) throws {
  var description = try makeDescription(experiment)
  description.configuration = try ConfigurationValue(yaml: yaml)
  let run = try RunDirectory.create(
    in: runs, description, fileSystem: LocalFileSystem(), name: { _ in id })
  try run.progress(step: step, metrics: metrics)
  try run.finish(status)
}

extension ConfigurationValue {
  /// The value of a text, as a file of a run would hold it.
  fileprivate init(yaml: String) throws {
    let path = NSTemporaryDirectory() + "tandem-value-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try write(yaml, to: path)
    try self.init(contentsOf: path)
  }
}

@Suite struct RunQueryTests {
  /// Four runs, `a` to `d` in the order of their beginnings.
  private func withRuns(_ body: ([RunSummary]) throws -> Void) throws {
    try withFolder { root in
      try makeRun(
        root, "a", step: 30, metrics: ["loss": 2, "odd": .nan], yaml: "{rate: 1e-4, net: {size: 8}}"
      )
      try makeRun(
        root, "b", experiment: "text", step: 10, metrics: ["loss": 1],
        yaml: "{rate: 2e-4, net: {size: 16, kind: lstm}}")
      try makeRun(root, "c", step: 20, metrics: [:], yaml: "{rate: 3e-4}", status: .failed)
      try makeRun(root, "d", step: 20, metrics: ["loss": 3], yaml: "{rate: 0.0001}")
      try RunLabels.add(["good", "paper"], to: "\(root)/a")
      try RunLabels.add(["good"], to: "\(root)/d")
      try body(try RunStore(root: root).list())
    }
  }

  private func ids(
    _ runs: [RunSummary], _ change: (inout RunQuery) -> Void, unknown: (String) -> Void = { _ in }
  ) -> String {
    var query = RunQuery()
    change(&query)
    return query.select(from: runs, unknown: unknown).map(\.id).joined()
  }

  @Test func filters() throws {
    try withRuns { runs in
      #expect(ids(runs) { _ in } == "abcd")
      #expect(ids(runs) { $0.statuses = [.failed, .lost] } == "c")
      #expect(ids(runs) { $0.experiments = ["text", "none"] } == "b")
      #expect(ids(runs) { $0.tags = ["good"] } == "ad")
      #expect(ids(runs) { $0.tags = ["good", "paper"] } == "a")
      #expect(ids(runs) { $0.since = runs[2].created } == "cd")
      #expect(ids(runs) { $0.since = Date().addingTimeInterval(60) } == "")
    }
  }

  @Test(arguments: [
    ("rate=1e-4", "ad"), ("rate!=0.0001", "bc"), ("rate>1e-4", "bc"), ("rate <= 2e-4", "abd"),
    ("net.size<16", "a"), ("net.kind=lstm", "b"), ("net.kind!=gru", "b"), ("net.kind>1", ""),
    ("loss>=2", "ad"), ("loss=1", "b"), ("odd=nan", "a"), ("odd!=nan", ""), ("odd<1", ""),
    ("net=8", ""),
  ])
  func conditions(_ text: String, _ expected: String) throws {
    let condition = try #require(RunCondition(text))
    try withRuns { runs in #expect(ids(runs) { $0.conditions = [condition] } == expected) }
  }

  @Test func conditionsAreAllMet() throws {
    try withRuns { runs in
      let both = try ["rate=1e-4", "loss>2"].map { try #require(RunCondition($0)) }
      #expect(ids(runs) { $0.conditions = both } == "d")
    }
    for text in ["", "rate", "=3", "rate=", "<3", " = 3"] { #expect(RunCondition(text) == nil) }
  }

  @Test func keysThatNoRunHasAreNamed() throws {
    try withRuns { runs in
      var unknown: [String] = []
      let condition = try #require(RunCondition("rat=1"))
      #expect(ids(runs, { $0.conditions = [condition] }, unknown: { unknown.append($0) }) == "")
      #expect(unknown == ["rat"])
      #expect(
        runs.missing("rat") == "none of these runs has 'rat' among its metrics and configuration "
          + "keys; did you mean 'rate'?")
      let known = try #require(RunCondition("rate=7"))
      #expect(ids(runs, { $0.conditions = [known] }, unknown: { unknown.append($0) }) == "")
      #expect(unknown == ["rat"])
    }
  }

  @Test func orders() throws {
    try withRuns { runs in
      #expect(ids(runs) { $0.isReversed = true } == "dcba")
      #expect(ids(runs) { $0.order = .init("step") } == "bcda")
      #expect(ids(runs) { ($0.order, $0.isReversed) = (.init("step"), true) } == "acdb")
      // What lacks the value is last, however the rest is turned.
      #expect(ids(runs) { $0.order = .init("loss") } == "badc")
      #expect(ids(runs) { ($0.order, $0.isReversed) = (.init("loss"), true) } == "dabc")
      #expect(ids(runs) { $0.order = .init("odd") } == "abcd")
      #expect(ids(runs) { $0.order = .init("created") } == "abcd")
      // The latest, or the first of an order.
      #expect(ids(runs) { $0.limit = 2 } == "cd")
      #expect(ids(runs) { ($0.limit, $0.isReversed) = (2, true) } == "dc")
      #expect(ids(runs) { ($0.limit, $0.order) = (1, .init("loss")) } == "b")
      #expect(ids(runs) { $0.limit = 9 } == "abcd")
    }
  }

  @Test func momentsAreRead() throws {
    let now = Date(timeIntervalSince1970: 1_000_000_000)
    for (text, seconds) in [("45s", 45.0), ("30m", 1800), ("1.5h", 5400), ("2d", 172_800)] {
      #expect(Moment.duration(text) == seconds)
      #expect(Moment.time(text, now: now) == now.addingTimeInterval(-seconds))
    }
    #expect(Moment.duration("1w") == 604_800)
    for text in ["", "d", "-2d", "2", "2x", "infd", "1e999d", "nan"] {
      #expect(Moment.duration(text) == nil, "\(text)")
    }
    let day = Date(timeIntervalSince1970: 1_763_683_200)
    #expect(Moment.time("2025-11-21") == day)
    #expect(Moment.time("2025-11-21T10:52") == day.addingTimeInterval(39_120))
    #expect(Moment.time("2025-11-21 10:52:30") == day.addingTimeInterval(39_150))
    #expect(Moment.time("2025-11-21T10:52:30Z") == day.addingTimeInterval(39_150))
    for text in ["2025-11-31", "2025-13-01", "2025-11-21T25:00", "today", ""] {
      #expect(Moment.time(text) == nil, "\(text)")
    }
  }

  /// What was written as JSON is read without YAML's reader, and to the same value.
  @Test func configurationsReadAsJSONOrYAMLAreTheSame() throws {
    let yaml = """
      {seed: 18446744073709551615, rate: 1e-4, whole: 100.5, flags: [true, false, null], text: "1e4",
       deep: {a: {b: []}}, empty: {}, tiny: 5e-324, minus: -3, words: "a \\"b\\" \\u00fc"}
      """
    let value = try ConfigurationValue(yaml: yaml)
    #expect(try ConfigurationValue(yaml: value.json) == value)
    #expect(try ConfigurationValue(yaml: "# not JSON\n" + value.json) == value)
    #expect(message { _ = try ConfigurationValue(yaml: #"{"a": 1, "a": 2}"#) }.contains("twice"))
    let deep = String(repeating: "[", count: 90) + String(repeating: "]", count: 90)
    #expect(try ConfigurationValue(yaml: deep).leaves.count == 1)
  }
}
