import Foundation
import TandemImages
import TandemReports
import TandemRuns
import Testing

/// A page keeps its size.
@Suite struct SizeTests {
  @Test func longCurvesAreThinned() throws {
    let place = try Place()
    let run = try place.makeRun()
    for step in 1...5000 {
      let value = step == 3333 ? 99 : step == 4444 ? -99 : sin(Double(step))
      try run.metrics.append(step: step, epoch: 0, seconds: Double(step), ["loss": value])
    }
    try run.finish(.done)
    let page = try place.page([run]) { $0.maximumPoints = 100 }
    let points = try page.points(0, "loss")
    #expect(points.count <= 100)
    #expect(points.first?.step == 1 && points.last?.step == 5000)
    #expect(points.first { $0.step == 3333 }?.value == 99)
    #expect(points.first { $0.step == 4444 }?.value == -99)
    #expect(page.remarks.count == 1 && page.remarks[0].hasPrefix("1 long curve thinned to 100"))
    #expect(try page.data()["remarks"] as? [String] == page.remarks)
  }

  /// Two runs with sheets of noise, which nothing makes small but fewer pixels.
  private func makeSheets(_ place: Place) throws -> [RunDirectory] {
    let runs = try [1, 2].map { try place.makeRun(["seed": $0]) }
    for (index, run) in runs.enumerated() {
      for step in stride(from: 0, through: 200, by: index == 0 ? 20 : 30) {
        let png = try noise(400, seed: UInt64(step + index))
        try run.saveSample(tag: "fixed", step: step, seed: 1, grid: oneByOne, png: png)
      }
      try run.finish(.done)
    }
    return runs
  }

  @Test func sheetsAreShrunkToTheSize() throws {
    let place = try Place()
    let runs = try makeSheets(place)
    #expect(try place.page(runs).images().count == 18)
    let page = try place.page(runs) { $0.maximumBytes = 3_700_000 }
    #expect(page.html.count <= 3_700_000)
    #expect(page.remarks.count == 1)
    #expect(page.remarks.first?.hasPrefix("18 sample sheets shrunk to 384 pixels a side") == true)
    for png in try page.images() {
      let image = try PNG(decoding: png).image
      #expect(image.width == 384 && image.height == 384)
    }
    #expect(try page.samples(0).allSatisfy { $0["shrunkFrom"] as? String == "400x400" })
  }

  @Test func sheetsAreLeftOutEvenly() throws {
    let place = try Place()
    let runs = try makeSheets(place)
    for size in [800_000, 500_000, 400_000] {
      let page = try place.page(runs) { $0.maximumBytes = size }
      #expect(page.html.count <= size)
      let steps = try (0...1).map { try page.samples($0).compactMap { $0["step"] as? Int } }
      #expect(steps[0].first == 0 && steps[0].last == 200)
      #expect(steps[1].first == 0 && steps[1].last == 180)
      let count = steps[0].count + steps[1].count
      #expect(count < 18)
      #expect(
        page.remarks.last
          == "\(18 - count) of 18 sample sheets left out, evenly over the steps, to keep the "
          + "page's size")
    }
  }

  @Test func whatCannotFitIsLeftOutOrRefused() throws {
    let place = try Place()
    let runs = try makeSheets(place)
    let bare = try place.page(runs) { $0.includesSamples = false }
    let page = try place.page(runs) { $0.maximumBytes = bare.html.count + 8000 }
    #expect(page.html.count <= bare.html.count + 8000)
    #expect(page.remarks == ["all 18 sample sheets left out to keep the page's size"])
    let said = message { _ = try place.page(runs) { $0.maximumBytes = 20_000 } }
    #expect(said.hasPrefix("the report cannot be made smaller than "))
    #expect(said.hasSuffix(", and 20 kB are allowed"))
  }

  @Test func textsAreLeftOutEvenlyAndCut() throws {
    let place = try Place()
    let run = try place.makeRun()
    for step in 0..<20 {
      try run.saveSample(
        tag: "text", step: step, seed: 1, text: String(repeating: "\(step) ", count: 30_000))
    }
    try run.finish(.done)
    let page = try place.page([run]) { $0.maximumBytes = 350_000 }
    #expect(page.html.count <= 350_000)
    let steps = try page.samples(0).compactMap { $0["step"] as? Int }
    #expect(steps.first == 0 && steps.last == 19 && steps.count < 20)
    #expect(page.remarks.first?.contains(" of 20 text samples left out") == true)
    let text = try #require(try page.samples(0).first?["text"] as? String)
    #expect(text.hasSuffix("\n[…] 28 kB more in the file"))
  }
}
