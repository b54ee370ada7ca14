import Foundation
import TandemReports
import TandemRuns
import Testing

/// What a page holds is what the runs hold.
@Suite struct ReportPageTests {
  @Test func curvesAreThoseOfTheMetrics() throws {
    let place = try Place()
    let runs = try [1, 2].map { try place.makeRun(["seed": $0]) }
    for (index, run) in runs.enumerated() {
      for step in 1...50 {
        var row = ["loss/train": 1 / Double(step) + Double(index), "rate": 0.1 * Double(step)]
        if step % 7 == 0 { row["loss/valid"] = step == 21 ? .nan : step == 28 ? .infinity : 0.3 }
        try run.metrics.append(
          step: step, epoch: Double(step) / 3, seconds: Double(step) * 1.25, row)
      }
      try run.finish(.done)
    }
    let page = try place.page(runs)
    #expect(page.remarks.isEmpty && page.runCount == 2)
    for (index, run) in runs.enumerated() {
      let history = try MetricsHistory(contentsOf: "\(run.path)/metrics.jsonl")
      #expect(history.keys == ["loss/train", "loss/valid", "rate"])
      for key in history.keys {
        let series = try #require(history.series(key))
        let expected = series.values.indices.map { row in
          Point(
            step: Double(series.steps[row]), epoch: series.epochs[row],
            seconds: series.seconds[row], value: series.values[row])
        }
        #expect(try page.points(index, key) == expected)
      }
    }
  }

  @Test func samplesAreTheFilesOfTheRun() throws {
    let place = try Place()
    let run = try place.makeRun()
    let sheets = try (0..<3).map { try noise(20 + $0, seed: UInt64($0)) }
    for (index, png) in sheets.enumerated() {
      try run.saveSample(tag: "fixed", step: index * 10, seed: 1, grid: oneByOne, png: png)
      try run.saveSample(tag: "text", step: index * 10, seed: 1, text: "at <\(index)>\n\u{2028}é")
    }
    try run.finish(.done)
    let page = try place.page([run])
    #expect(try page.images() == sheets)
    let samples = try page.samples(0)
    let images = samples.filter { $0["tag"] as? String == "fixed" }
    #expect(images.map { $0["image"] as? Int } == [0, 1, 2])
    #expect(images.map { $0["width"] as? Int } == [20, 21, 22])
    #expect(images.map { $0["step"] as? Int } == [0, 10, 20])
    let texts = samples.filter { $0["tag"] as? String == "text" }
    #expect(texts.map { $0["text"] as? String } == (0..<3).map { "at <\($0)>\n\u{2028}é" })
    let without = try place.page([run]) { $0.includesSamples = false }
    #expect(try without.samples(0).isEmpty && without.images().isEmpty)
  }

  @Test func runsAreDescribed() throws {
    let place = try Place()
    let runs = try [3, 4].map { try place.makeRun(["seed": $0, "width": 8]) }
    try runs[0].record(
      .health(rule: "mode-collapse", severity: .warning, message: "few modes"), step: 40)
    try runs[0].progress(step: 60, metrics: [:])
    try runs[0].finish(.stopped, message: "mode-collapse")
    let page = try place.page(runs)
    let told = try page.runs()
    #expect(told.map { $0["id"] as? String } == runs.map(\.id))
    #expect(told.map { $0["name"] as? String } == ["seed 3", "seed 4"])
    #expect(told.map { $0["status"] as? String } == ["stopped", "running"])
    #expect(told[0]["message"] as? String == "mode-collapse")
    #expect(told[0]["step"] as? Int == 60 && told[0]["totalSteps"] as? Int == 100)
    #expect(told[0]["command"] as? String == "tandem run ring")
    let alerts = try #require(told[0]["health"] as? [[String: Any]])
    #expect(alerts.map { $0["rule"] as? String } == ["mode-collapse"])
    #expect(alerts.map { $0["step"] as? Int } == [40])
    #expect((told[1]["health"] as? [Any])?.isEmpty == true)
    #expect((told[0]["sessions"] as? [Any])?.count == 1)
    let differences = try #require(try page.data()["differences"] as? [[String: Any]])
    #expect(differences.map { $0["key"] as? String } == ["seed"])
    #expect(differences.map { $0["values"] as? [String] } == [["3", "4"]])
    let keys = try #require(try page.data()["configuration"] as? [[String: Any]])
    #expect(keys.map { $0["key"] as? String } == ["seed", "width"])
    let environment = try #require(try page.data()["environment"] as? [[String: Any]])
    #expect(environment.contains { $0["key"] as? String == "processor" })
    #expect(try page.data()["title"] as? String == "ring")
  }

  @Test func oneRunManyRunsAndNone() throws {
    let place = try Place()
    let runs = try (1...20).map { try place.makeRun(["seed": $0]) }
    #expect(try place.page([runs[0]]).runs()[0]["name"] as? String == "ring")
    #expect(try place.page([runs[0], runs[0]]).runCount == 1)
    let many = try place.page(runs)
    #expect(try many.runs().count == 20)
    #expect(Set(try many.runs().compactMap { $0["name"] as? String }).count == 20)
    #expect(message { _ = try place.page([]) } == "a report needs at least one run")
  }

  @Test func nothingIsLoadedFromElsewhere() throws {
    let place = try Place()
    let page = try place.page([place.makeRun()])
    #expect(page.text.contains("default-src 'none'"))
    // The library is carried, without the line that makes tools ask for its source.
    #expect(page.text.contains("library();") && page.text.contains(".library {}"))
    #expect(!page.text.contains("sourceMappingURL"))
    for source in ["src=\"http", "href=\"http", "url(", "@import", "fetch(", "XMLHttpRequest"] {
      #expect(!page.text.contains(source))
    }
    #expect(!page.text.contains("{{") && !page.text.contains("}}"))
  }

  @Test func aPageIsWrittenOnce() throws {
    let place = try Place()
    let page = try place.page([place.makeRun()])
    let file = "\(place.path)/report.html"
    try page.write(to: file)
    #expect(try Data(contentsOf: URL(filePath: file)) == Data(page.html))
    #expect(message { try page.write(to: file) } == "\(file) exists; --force replaces it")
    try page.write(to: file, replacing: true)
    let nowhere = "\(place.path)/none/report.html"
    #expect(
      message { try page.write(to: nowhere) }
        == "cannot write \(nowhere): No such file or directory")
  }

  @Test func withoutTheLibraryAPackageIsNamed() throws {
    let place = try Place()
    let run = try place.makeRun()
    let said = message { _ = try place.page([run]) { $0.libraryFolder = "/none" } }
    #expect(
      said == "cannot read the chart library, /none/dygraph.min.js: No such file or directory; "
        + "install it: apt install libjs-dygraphs")
  }
}
