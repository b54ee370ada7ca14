import Foundation
import TandemComparison
import TandemRuns
import Testing

/// What cannot be compared, in one line each.
@Suite struct ComparisonErrorTests {
  @Test func unknownMetricsAreNamedWithTheKnownOnes() throws {
    try withFolder { folder in
      let a = try makeRun(in: folder, "a-a", rows: [Row(1, ["loss/d": 1, "d/real": 0.5])])
      let b = try makeRun(in: folder, "a-b", seed: 2, rows: [Row(1, ["loss/d": 1])])
      #expect(
        message { _ = try Comparison(paths: [a], .init(metrics: ["loss/f"])) }
          == "no run has a metric 'loss/f'; did you mean 'loss/d'?; there are: d/real, loss/d")
      let comparison = try Comparison(paths: [a, b], .init(metrics: ["d/real"]))
      #expect(comparison.metrics[0].rows[0].runs.count == 1)
      #expect(comparison.notes == ["\(b): has no metric 'd/real'"])
      let c = try makeRun(in: folder, "a-c", rows: [Row(1, ["loss/train": 1])])
      #expect(
        message { _ = try Comparison(paths: [a, c]) }
          == "the runs have no metric in common; --metric compares those that have it, of: "
          + "d/real, loss/d, loss/train")
      let d = try makeRun(in: folder, "a-d", rows: [Row(1, ["loss/train": 1, "d/real": 0.5])])
      #expect(
        message { _ = try Comparison(paths: [a, d]) }
          == "the runs have no loss in common; choose by --metric from what all of them have: "
          + "d/real")
    }
  }

  /// Runs that were read whole, for a page, compare as those read for a table.
  @Test func moreThanIsNeededMayHaveBeenRead() throws {
    try withFolder { folder in
      let runs = try ["a-a", "a-b"].enumerated().map { index, name in
        try makeRun(
          in: folder, name, seed: UInt64(index),
          rows: [Row(1, ["loss/d": 1, "d/real": 0.5]), Row(2, ["loss/d": 0.5, "d/real": .nan])])
      }
      let whole = ComparedRun.read(runs) { _ in true }
      #expect(whole.allSatisfy { $0.series.keys.sorted() == ["d/real", "loss/d"] })
      for metrics in [[], ["d/real"], ["loss/d", "d/real"]] {
        let request = Comparison.Request(metrics: metrics)
        let (one, other) = try (Comparison(paths: runs, request), Comparison(runs: whole, request))
        #expect(other.metrics.map(\.name) == (metrics.isEmpty ? ["loss/d"] : metrics))
        #expect(one.csv == other.csv && one.notes == other.notes)
        #expect(try ComparisonReport(one).json() == ComparisonReport(other).json())
      }
      // No metric but losses is taken where none is named.
      let c = try makeRun(in: folder, "a-c", rows: [Row(1, ["d/real": 0.5])])
      #expect(
        message { _ = try Comparison(runs: ComparedRun.read(runs + [c]) { _ in true }) }
          == "the runs have no loss in common; choose by --metric from what all of them have: "
          + "d/real")
    }
  }

  @Test func placesThatAreNowhereAreLeftOut() throws {
    try withFolder { folder in
      let run = try makeRun(in: folder, "a-a", rows: rows([2, 1]))
      try write(
        #"{"s":10,"e":"-Infinity","t":"-Infinity","n":1,"m":{"loss":2}}"# + "\n"
          + #"{"s":20,"e":1,"t":4,"n":1,"m":{"loss":1}}"# + "\n",
        to: "\(run)/metrics.jsonl")
      for quantity in [Quantity.time, .epoch] {
        let comparison = try Comparison(paths: [run], .init(quantity: quantity))
        #expect(comparison.metrics[0].curves[0]?.mean == [1])
      }
    }
  }

  @Test func damagedRunsAreLeftOutWithALine() throws {
    try withFolder { folder in
      let good = try makeRun(in: folder, "a-a", rows: rows([2, 1]))
      let bad = try makeRun(in: folder, "a-b", seed: 2, rows: rows([2, 1]))
      try write("", to: "\(bad)/metrics.jsonl")
      let gone = try makeRun(in: folder, "a-c", seed: 3, rows: rows([2, 1]), status: .failed)
      try FileManager.default.removeItem(atPath: "\(gone)/run.json")
      let comparison = try Comparison(paths: [good, bad, gone])
      #expect(comparison.groups.count == 2)
      #expect(
        comparison.notes == [
          "cannot read \(gone)/run.json: No such file or directory",
          "\(bad): left out, it has no rows of metrics yet",
        ])
      #expect(
        message { _ = try Comparison(paths: [bad]) } == "none of the runs has a row of metrics")
    }
  }

  @Test func whatToKnowOfTheNumbersIsSaid() throws {
    try withFolder { folder in
      let a = try makeRun(in: folder, "a-a", rows: rows([2, .infinity]), status: .interrupted)
      let b = try makeRun(in: folder, "a-b", rows: rows([2, 1]))
      let comparison = try Comparison(paths: [a, b])
      #expect(
        comparison.notes == [
          "\(a): interrupted at step 20 of 100",
          "\(b): has the seed 1 of another run of 'ring', and the mean counts both",
          "\(a): the last value of loss is not finite",
        ])
      #expect(comparison.metrics[0].rows[0].final.mean == .infinity)
      #expect(comparison.metrics[0].rows[0].best == Spread([2, 1]))
    }
  }

  @Test func quantitiesThatARunDoesNotHave() throws {
    try withFolder { folder in
      let path = try makeRun(
        in: folder, "a-a", yaml: "width: 8", rows: [Row(0, ["loss": 1])])
      #expect(
        message { _ = try Comparison(paths: [path], .init(quantity: .epoch)) }
          == "20260101-000000-a-a cannot be laid along epoch: its data have no epochs")
      #expect(
        message { _ = try Comparison(paths: [path], .init(quantity: .examples)) }
          == "20260101-000000-a-a cannot be laid along examples:"
          + " its configuration has no training.batchSize")
      #expect(
        message { _ = try Comparison(paths: [path], .init(smoothing: 1)) }
          == "a weight of smoothing is from 0 up to, but not, 1: not 1.0")
    }
  }

  @Test func aFolderStandsForItsRuns() throws {
    try withFolder { folder in
      let runs = "\(folder)/ring/runs"
      let a = try makeRun(in: runs, "a-a", rows: rows([1]))
      let b = try makeRun(in: runs, "a-b", rows: rows([1]))
      #expect(try RunSelection.paths([runs], root: ".") == [a, b])
      #expect(try RunSelection.paths(["\(folder)/ring"], root: ".") == [a, b])
      #expect(try RunSelection.paths([b, runs], root: ".") == [b, a])
      #expect(try RunSelection.paths(["a-b", a], root: runs) == [b, a])
      try FileManager.default.createDirectory(
        atPath: "\(folder)/empty", withIntermediateDirectories: true)
      #expect(
        message { _ = try RunSelection.paths(["\(folder)/empty"], root: ".") }
          == "no runs in \(folder)/empty")
      #expect(
        message { _ = try RunSelection.paths(["a-x"], root: runs) }.hasPrefix(
          "no run named 'a-x' below \(runs)"))
    }
  }
}
