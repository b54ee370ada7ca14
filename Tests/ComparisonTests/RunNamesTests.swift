import Foundation
import TandemComparison
import TandemRuns
import Testing

/// Names say what differs between runs.
@Suite struct RunNamesTests {
  /// The names of runs of the given experiments and YAML, whose ids end in `run-0`, `run-1`, ….
  private func names(
    _ runs: [(experiment: String, yaml: String)], ignoring: Set<String> = [],
    spoil: (String) throws -> Void = { _ in }
  ) throws -> [String] {
    try withFolder { folder in
      let paths = try runs.enumerated().map { index, run in
        try makeRun(
          in: folder, "run-\(index)", experiment: run.experiment, yaml: run.yaml, rows: [])
      }
      try spoil(paths[0])
      return RunNames.names(
        of: paths.map { .init(RecordedRun(path: $0)) }, ignoring: ignoring)
    }
  }

  private func names(_ yaml: [String], ignoring: Set<String> = []) throws -> [String] {
    try names(yaml.map { ("ring", $0) }, ignoring: ignoring)
  }

  @Test func aRunAloneIsItsExperiment() throws {
    #expect(try names(["width: 8"]) == ["ring"])
  }

  @Test func differingKeysAreNamedWithTheSeedLast() throws {
    try withFolder { folder in
      let runs = try [1, 2].map { number in
        try makeRun(
          in: folder, "run-\(number)", seed: UInt64(number), yaml: "width: \(8 * number)\ndepth: 3",
          rows: [])
      }.map { RunNames.Subject(RecordedRun(path: $0)) }
      #expect(RunNames.names(of: runs) == ["width 8, seed 1", "width 16, seed 2"])
      #expect(RunNames.names(of: runs, ignoring: ["seed"]) == ["width 8", "width 16"])
    }
  }

  @Test func ofManyKeysThoseAreNamedThatTellRunsApart() throws {
    #expect(
      try names(["a: 1\nb: 1\nc: 1\nd: 1", "a: 1\nb: 2\nc: 2\nd: 2\ne: 1"]) == ["b 1", "b 2"])
  }

  @Test func aKeyThatARunLacksIsNotNamedUnlessNothingElseIs() throws {
    #expect(
      try names(["kind: cosine\nlast: 1", "kind: constant"]) == [
        "kind cosine, last 1", "kind constant",
      ])
    #expect(try names(["width: 8\nclip: 1", "width: 8"]) == ["clip 1", "clip unset"])
  }

  @Test func equalRunsAreToldApartById() throws {
    #expect(try names(["width: 8", "width: 8"]) == ["run-0", "run-1"])
    #expect(
      try names(["width: 8", "width: 8", "width: 9"]) == [
        "width 8 (run-0)", "width 8 (run-1)", "width 9",
      ])
  }

  @Test func aConfigurationThatCannotBeReadDiffersFromNone() throws {
    let found = try names([("ring", "width: 8"), ("ring", "width: 8"), ("ring", "width: 9")]) {
      try write("{", to: "\($0)/config.resolved.json")
    }
    #expect(found == ["run-0", "width 8", "width 9"])
  }

  @Test func experimentsAreNamedWhereTheyDiffer() throws {
    #expect(
      try names([("ring", "width: 8"), ("grid", "width: 8"), ("grid", "width: 9")])
        == ["ring", "grid width 8", "grid width 9"])
  }
}
