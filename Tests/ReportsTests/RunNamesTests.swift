import TandemReports
import TandemRuns
import Testing

/// Names say what differs between runs.
@Suite struct RunNamesTests {
  private func names(_ runs: [RunDirectory]) -> [String] {
    RunNames.names(of: runs.map { RecordedRun(path: $0.path) })
  }

  private func words(_ run: RunDirectory) -> String {
    run.id.split(separator: "-")[2...].joined(separator: "-")
  }

  @Test func aRunAloneIsItsExperiment() throws {
    let place = try Place()
    #expect(try names([place.makeRun()]) == ["ring"])
  }

  @Test func differingKeysAreNamed() throws {
    let place = try Place()
    let runs = try [1, 2].map { try place.makeRun(["seed": $0, "width": 8 * $0, "depth": 3]) }
    #expect(names(runs) == ["width 8, seed 1", "width 16, seed 2"])
  }

  @Test func whereManyKeysDifferTheIdIsTheName() throws {
    let place = try Place()
    let runs = try [1, 2].map { try place.makeRun(["a": $0, "b": $0, "c": $0, "d": $0]) }
    #expect(names(runs) == runs.map(words))
  }

  @Test func equalRunsAreToldApartById() throws {
    let place = try Place()
    let runs = try (0..<2).map { _ in try place.makeRun() }
    #expect(names(runs) == runs.map(words))
    let three = try runs + [place.makeRun(["seed": 2])]
    #expect(
      names(three) == ["seed 1 (\(words(runs[0])))", "seed 1 (\(words(runs[1])))", "seed 2"])
  }

  @Test func experimentsAreNamedWhereTheyDiffer() throws {
    let place = try Place()
    let runs = try [
      place.makeRun(["seed": 1], experiment: "ring"),
      place.makeRun(["seed": 2], experiment: "grid"),
    ]
    #expect(names(runs) == ["ring, seed 1", "grid, seed 2"])
  }
}
