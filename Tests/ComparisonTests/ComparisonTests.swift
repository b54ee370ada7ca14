import TandemComparison
import TandemImages
import TandemRuns
import Testing

/// What tables say of runs.
@Suite struct ComparisonTests {
  @Test func runsThatDifferByTheirSeedsFold() throws {
    try withFolder { folder in
      // Final 1, 2, 3 and 4, 4: means 2 and 4; best 0.5, 1, 1.5 at 20 and 4, 3 at 10 and 20.
      let paths = [
        try makeRun(in: folder, "a-a", seed: 1, yaml: rate("1e-4"), rows: rows([2, 0.5, 1])),
        try makeRun(in: folder, "a-b", seed: 1, yaml: rate("2e-4"), rows: rows([4, 5, 4])),
        try makeRun(in: folder, "a-c", seed: 2, yaml: rate("1e-4"), rows: rows([3, 1, 2])),
        try makeRun(in: folder, "a-d", seed: 2, yaml: rate("2e-4"), rows: rows([9, 3, 4])),
        try makeRun(in: folder, "a-e", seed: 3, yaml: rate("1e-4"), rows: rows([4, 1.5, 3])),
      ]
      let comparison = try Comparison(paths: paths)
      #expect(comparison.groups.map(\.label) == ["learningRate 0.0001", "learningRate 0.0002"])
      #expect(comparison.groups.map { $0.runs.map(\.seed) } == [[1, 2, 3], [1, 2]])
      let metric = try #require(comparison.metrics.first)
      #expect(metric.name == "loss" && metric.direction == .lower)
      #expect(metric.rows[0].final == Spread([1, 2, 3]))
      #expect(metric.rows[0].final.mean == 2 && metric.rows[0].final.deviation == 1)
      #expect(metric.rows[0].best == Spread([0.5, 1, 1.5]))
      #expect(metric.rows[0].bestSteps == [20, 20, 20])
      #expect(metric.rows[1].final.deviation == 0)
      #expect(metric.rows[1].bestSteps == [10, 20])
      #expect(
        comparison.differences.map { [$0.key] + $0.values } == [
          ["generator.optimizer.learningRate", "0.0001", "0.0002"]
        ])
      #expect(comparison.notes == [])
      #expect(
        ComparisonReport(comparison).text == """
          METRIC  GROUP                N  FINAL            BEST             AT STEP  STEPS  TIME
          loss    learningRate 0.0001  3  2.0000 ± 1.0000  1.0000 ± 0.5000       20     30  15 s
          loss    learningRate 0.0002  2  4.0000 ± 0.0000  3.5000 ± 0.7071    10…20     30  15 s

          What differs

          GROUP                generator.optimizer.learningRate
          learningRate 0.0001  0.0001
          learningRate 0.0002  0.0002

          Where the curves part

          METRIC  OF                   AND                  COMPARED BY       FIRST APART AT STEP  TO THE END FROM  GREATEST DISTANCE
          loss    learningRate 0.0001  learningRate 0.0002  mean ± deviation                   20               20             3.5000

          Runs

          GROUP                RUN                  SEED  STATUS    STEP  TIME    loss
          learningRate 0.0001  20260101-000000-a-a     1  done    30/100  15 s  1.0000
          learningRate 0.0001  20260101-000000-a-c     2  done    30/100  15 s  2.0000
          learningRate 0.0001  20260101-000000-a-e     3  done    30/100  15 s  3.0000
          learningRate 0.0002  20260101-000000-a-b     1  done    30/100  15 s  4.0000
          learningRate 0.0002  20260101-000000-a-d     2  done    30/100  15 s  4.0000
          """)
    }
  }

  @Test func jsonSaysWhatTheTablesSay() throws {
    try withFolder { folder in
      let path = try makeRun(in: folder, "a-a", rows: rows([2, .nan, 1]))
      let report = ComparisonReport(try Comparison(paths: [path]))
      let json = try report.json()
      for part in [
        #""best" : 1"#, #""bestStep" : 30"#, #""notFinite" : 1"#, #""rows" : 3"#, #""maximum" : 2"#,
        #""label" : "ring""#, #""quantity" : "step""#, #""better" : "lower""#,
      ] { #expect(json.contains(part), "\(part)") }
    }
  }

  @Test func theBestDirectionComesFromTheRecordsOrTheName() throws {
    try withFolder { folder in
      // The name says nothing, and another lies.
      let values: [Double] = [1, 5, 2]
      let path = try makeRun(
        in: folder, "a-a",
        rows: values.enumerated().map {
          Row($0.offset + 1, ["gain/valid": $0.element, "loss/odd": $0.element, "x": 1])
        }
      ) { run in
        for (step, metric) in [(1, "gain/valid"), (2, "loss/odd")] {
          try run.saveCheckpoint(
            step: step, files: [:], state: 0, best: BestMetric(metric, 5, better: .higher))
        }
      }
      let comparison = try Comparison(
        paths: [path], .init(metrics: ["gain/valid", "loss/odd", "x"]))
      #expect(comparison.metrics.map(\.direction) == [.higher, .higher, nil])
      #expect(comparison.metrics.map { $0.rows[0].bestSteps } == [[2], [2], []])
    }
    for name in ["loss", "loss/g", "validationLoss", "perplexity/valid", "rmse/naive"] {
      #expect(MetricName.direction(of: name) == .lower, "\(name)")
    }
    for name in ["modes/reverse-kl", "ms/backprop"] {
      #expect(MetricName.direction(of: name) == .lower)
    }
    #expect(["images/s", "ms/backprop"].allSatisfy(MetricName.isTimed))
    #expect(!["loss/s1", "rms/valid", "loss"].contains(where: MetricName.isTimed))
    for name in ["accuracy/valid", "trainAccuracy", "modes/covered", "images/s", "exact/valid"] {
      #expect(MetricName.direction(of: name) == .higher, "\(name)")
    }
    for name in ["rate", "gradient/d", "d/real"] {
      #expect(MetricName.direction(of: name) == nil, "\(name)")
    }
  }

  @Test func theCurvesOfTwoRunsPartWhereTheirRowsDiffer() throws {
    try withFolder { folder in
      let a = try makeRun(in: folder, "a-a", yaml: rate("1"), rows: rows([3, 2, 2, 1]))
      let b = try makeRun(in: folder, "a-b", yaml: rate("2"), rows: rows([3, 2, 2.5, 1]))
      let parting = try #require(try Comparison(paths: [a, b]).metrics[0].partings.first)
      #expect(parting.kind == .rows && parting.compared == 4)
      #expect(parting.step == 30 && parting.lastingFrom == nil && parting.greatestDistance == 0.5)
      let same = try makeRun(in: folder, "a-c", yaml: rate("3"), rows: rows([3, 2, 2, 1]))
      let never = try #require(try Comparison(paths: [a, same]).metrics[0].partings.first)
      #expect(never.step == nil && never.greatestDistance == 0)
    }
  }

  @Test func bandsPartWhereTheyHaveNoValueInCommon() throws {
    try withFolder { folder in
      // Means 3, 2, 1 ± √2/10·… against 3, 2.5, 3: the bands are ±0.1414 and ±0.7071.
      let paths = [
        try makeRun(in: folder, "a-a", seed: 1, yaml: rate("1"), rows: rows([3.1, 2.1, 1.1])),
        try makeRun(in: folder, "a-b", seed: 2, yaml: rate("1"), rows: rows([2.9, 1.9, 0.9])),
        try makeRun(in: folder, "a-c", seed: 1, yaml: rate("2"), rows: rows([3.5, 3, 3.5])),
        try makeRun(in: folder, "a-d", seed: 2, yaml: rate("2"), rows: rows([2.5, 2, 2.5])),
      ]
      let parting = try #require(try Comparison(paths: paths).metrics[0].partings.first)
      #expect(parting.kind == .bands && parting.compared == 3)
      #expect(parting.step == 30 && parting.lastingFrom == 30)
    }
  }

  @Test func labelsSayOnlyWhatDiffers() throws {
    try withFolder { folder in
      func yaml(_ rates: String, _ more: String = "") -> String {
        let parts = rates.split(separator: " ")
        return """
          generator: {optimizer: {learningRate: \(parts[0])}}
          discriminator: {optimizer: {learningRate: \(parts[1])}}
          \(more)
          """
      }
      func labels(_ names: [String: String]) throws -> [String] {
        try withFolder { folder in
          let paths = try names.sorted { $0.key < $1.key }.map {
            try makeRun(in: folder, $0.key, yaml: $0.value, rows: rows([1]))
          }
          return try Comparison(paths: paths).groups.map(\.label)
        }
      }
      #expect(
        try labels(["a-a": yaml("1 1"), "a-b": yaml("2 1")]) == [
          "learningRate 1", "learningRate 2",
        ])
      #expect(
        try labels(["a-a": yaml("1 1"), "a-b": yaml("2 3")]) == [
          "generator learningRate 1, discriminator learningRate 1",
          "generator learningRate 2, discriminator learningRate 3",
        ])
      // Four keys differ; one tells the runs apart.
      #expect(
        try labels(["a-a": yaml("1 1", "a: 1\nb: 1"), "a-b": yaml("2 3", "a: 2\nb: 2")])
          == ["learningRate 1", "learningRate 2"])
      #expect(
        try labels(["a-a": yaml("1 1", "loss: null"), "a-b": yaml("1 1", "loss: hinge")])
          == ["loss none", "loss hinge"])
      let paths = [
        try makeRun(in: folder, "b-a", experiment: "ring", yaml: yaml("1 1"), rows: rows([1])),
        try makeRun(in: folder, "b-b", experiment: "grid", yaml: yaml("1 1"), rows: rows([1])),
        try makeRun(in: folder, "b-c", experiment: "grid", yaml: yaml("2 1"), rows: rows([1])),
      ]
      #expect(
        try Comparison(paths: paths).groups.map(\.label)
          == ["ring", "grid learningRate 1", "grid learningRate 2"])
    }
  }

  /// Tables cut long values inside and keep groups apart; JSON has them whole.
  @Test func longValuesAreCutInTables() throws {
    try withFolder { folder in
      let lists = ["1", "2"].map { middle in
        "["
          + (Array(repeating: "128", count: 60) + [middle] + Array(repeating: "64", count: 60))
          .joined(separator: ", ") + "]"
      }
      let other = "/data/" + String(repeating: "folder/", count: 80) + "words.txt"
      let paths = try (lists + [other]).enumerated().map { index, value in
        try makeRun(in: folder, "a-\(index)", yaml: "hidden: \(value)", rows: rows([1, 2]))
      }
      let comparison = try Comparison(paths: paths)
      let report = ComparisonReport(comparison)
      let lines = report.text.split(separator: "\n")
      #expect(lines.allSatisfy { $0.count < 200 }, "\(report.text)")
      #expect(lines[1].contains("1: hidden [128, 128, 12…64, 64, 64, 64, 64]"), "\(lines[1])")
      #expect(lines[2].contains("2: hidden [128, 128, 12…64, 64, 64, 64, 64]"))
      #expect(lines[3].contains("hidden /data/folder/…er/folder/words.txt"), "\(lines[3])")
      let json = try report.json()
      for list in lists { #expect(json.contains(list)) }
      // Legends are as wide as the picture allows.
      #expect(try PNG(decoding: comparison.png()).image.width == 1440)
      let contrast = ContrastReport(RunContrast(paths[0], paths[2]))
      #expect(contrast.text.split(separator: "\n").allSatisfy { $0.count < 200 })
    }
  }

  @Test func aKeyGroupsRuns() throws {
    try withFolder { folder in
      let paths = [
        try makeRun(in: folder, "a-a", yaml: rate("1") + "\nwidth: 8", rows: rows([1])),
        try makeRun(in: folder, "a-b", yaml: rate("1") + "\nwidth: 9", rows: rows([2])),
        try makeRun(in: folder, "a-c", yaml: rate("2") + "\nwidth: 9", rows: rows([3])),
      ]
      let comparison = try Comparison(paths: paths, .init(key: "learningRate"))
      #expect(comparison.groups.map(\.label) == ["learningRate 1", "learningRate 2"])
      #expect(comparison.groups.map(\.runs.count) == [2, 1])
      #expect(
        comparison.differences.map { [$0.key] + $0.values }.contains(["width", "8, 9", "9"]))
      #expect(
        message { _ = try Comparison(paths: paths, .init(key: "widht")) }
          == "no configuration has a key 'widht'; did you mean 'width'?")
    }
  }
}
