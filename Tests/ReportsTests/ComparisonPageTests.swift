import Foundation
import TandemComparison
import TandemReports
import TandemRuns
import Testing

/// The page of a comparison shows what its pictures show.
@Suite struct ComparisonPageTests {
  @Test func seedsAreFoldedIntoAMeanWithABand() throws {
    let place = try Place()
    let runs = try [(8, 1), (9, 1), (8, 2)].map { width, seed in
      try place.makeRun(["width": width, "seed": seed])
    }
    for (index, run) in runs.enumerated() {
      for step in 1...3 {
        try run.metrics.append(
          step: step, epoch: 0, seconds: Double(step), ["accuracy": index == 2 ? 0.8 : 1])
      }
      try run.saveSample(tag: "text", step: 1, seed: 1, text: "words")
      try run.record(.health(rule: "rule", severity: .notice, message: "words"), step: 2)
      try run.finish(.done)
    }
    let comparison = try Comparison(paths: runs.map(\.path), .init(metrics: ["accuracy"]))
    let page = try ReportPage(comparison, .init(isLogarithmic: true), options: place.options)
    #expect(page.runCount == 3 && page.remarks == [])
    // Runs in the order of groups, without samples and curves of their own.
    #expect(try page.runs().map { $0["id"] as? String } == [0, 2, 1].map { runs[$0].id })
    #expect(try page.runs().allSatisfy { ($0["samples"] as? [Any])?.isEmpty == true })
    #expect(try page.runs().allSatisfy { ($0["health"] as? [Any])?.count == 1 })
    let folded = try #require(try page.data()["comparison"] as? [String: Any])
    #expect(folded["quantity"] as? String == "step" && folded["isLogarithmic"] as? Bool == true)
    #expect(
      folded["meaning"] as? [String] == ["mean ± standard deviation of 1 to 2 seeds"])
    let groups = try #require(folded["groups"] as? [[String: Any]])
    #expect(groups.map { $0["name"] as? String } == ["width 8", "width 9"])
    #expect(groups.map { $0["runs"] as? [Int] } == [[0, 1], [2]])
    let curves = try groups.map { group in
      try #require((group["curves"] as? [[String: Any]])?.first)
    }
    #expect(curves.map { $0["x"] as? [Double] } == [[1, 2, 3], [1, 2, 3]])
    #expect(curves.map { $0["values"] as? [Double] } == [[0.9, 0.9, 0.9], [1, 1, 1]])
    // Above 1 there is no accuracy.
    #expect(curves[0]["upper"] as? [Double] == [1, 1, 1])
    let lower = try #require(curves[0]["lower"] as? [Double])
    #expect(lower.allSatisfy { abs($0 - (0.9 - 0.1 * 2.0.squareRoot())) < 1e-12 })
    #expect(curves[1]["lower"] == nil && curves[1]["raw"] == nil)
  }

  /// What could not be read for the comparison is noted once, before what the page reads itself.
  @Test func damageIsNoted() throws {
    let place = try Place()
    let run = try place.makeRun(["seed": 1])
    try run.metrics.append(step: 1, epoch: 0, seconds: 1, ["loss": 1])
    try run.finish(.done)
    for name in ["metrics.jsonl", "events.jsonl"] {
      let file = try FileHandle(forWritingTo: URL(filePath: "\(run.path)/\(name)"))
      try file.seekToEnd()
      try file.write(contentsOf: Data("no row\n".utf8))
      try file.close()
    }
    let notes = try ReportPage(Comparison(paths: [run.path]), options: place.options).notes(0)
    #expect(notes.count == 2, "\(notes)")
    for (note, name) in zip(notes, ["metrics.jsonl", "events.jsonl"]) {
      #expect(note.hasPrefix("\(run.path)/\(name):"), "\(note)")
    }
  }

  @Test func longCurvesAreThinnedToFit() throws {
    let place = try Place()
    let runs = try [1, 2].map { try place.makeRun(["seed": $0]) }
    for (index, run) in runs.enumerated() {
      for step in 1...5000 {
        try run.metrics.append(
          step: step, epoch: 0, seconds: 0,
          ["loss": step == 3333 ? 99 : sin(Double(step + index))])
      }
      try run.finish(.done)
    }
    var options = place.options
    options.maximumPoints = 200
    let page = try ReportPage(
      Comparison(paths: runs.map(\.path), .init(smoothing: 0.5)), options: options)
    #expect(page.remarks.count == 1 && page.remarks[0].hasPrefix("1 long curve thinned to 200"))
    let folded = try #require(try page.data()["comparison"] as? [String: Any])
    #expect((folded["meaning"] as? [String])?.last == "smoothing 0.5")
    let group = try #require((folded["groups"] as? [[String: Any]])?.first)
    let curve = try #require((group["curves"] as? [[String: Any]])?.first)
    let (x, lower, upper) = (
      try #require(curve["x"] as? [Double]), try #require(curve["lower"] as? [Double]),
      try #require(curve["upper"] as? [Double])
    )
    #expect(x.count <= 200 && lower.count == x.count && upper.count == x.count)
    #expect(x.first == 1 && x.last == 5000 && x.contains(3333))
  }
}
