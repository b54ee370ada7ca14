import Foundation
import TandemReports
import TandemRuns
import Testing

/// A watched report follows its runs.
@Suite struct WatchTests {
  @Test func thePageIsWrittenAgainUntilTheRunsHaveEnded() throws {
    let place = try Place()
    let run = try place.makeRun()
    let file = "\(place.path)/report.html"
    let watch = ReportWatch(paths: [run.path], output: file, options: place.options)
    var pages: [ReportPage] = []
    var problems: [any Error] = []
    try watch.run(
      replacing: false, interval: 0.01,
      onWrite: { page in
        pages.append(page)
        do {
          #expect(try Data(contentsOf: URL(filePath: file)) == Data(page.html))
          try run.metrics.append(step: pages.count, epoch: 0, seconds: 0, ["loss": 1])
          try run.metrics.synchronize()
          if pages.count == 3 { try run.finish(.done) }
        } catch {
          problems.append(error)
        }
      })
    #expect(problems.isEmpty)
    #expect(pages.count == 4)
    for (index, page) in pages.enumerated().dropFirst() {
      #expect(try page.points(0, "loss").count == index)
    }
    // Only the pages before the end load themselves again.
    #expect(try pages.map { try $0.data()["reloadSeconds"] as? Double } == [5, 5, 5, nil])
    #expect(try pages.last?.runs()[0]["status"] as? String == "done")
  }

  @Test func aWatchCanBeEnded() throws {
    let place = try Place()
    let run = try place.makeRun()
    let file = "\(place.path)/report.html"
    var pages: [ReportPage] = []
    try ReportWatch(paths: [run.path], output: file, options: place.options).run(
      replacing: false, interval: 60, isCancelled: { !pages.isEmpty }, onWrite: { pages.append($0) }
    )
    #expect(pages.count == 2)
    #expect(try pages.map { try $0.data()["reloadSeconds"] as? Double } == [5, nil])
  }

  @Test func anotherFileIsNotReplaced() throws {
    let place = try Place()
    let run = try place.makeRun()
    try run.finish(.done)
    let file = "\(place.path)/report.html"
    try write("mine", to: file)
    let watch = ReportWatch(paths: [run.path], output: file, options: place.options)
    #expect(message { try watch.run(replacing: false) } == "\(file) exists; --force replaces it")
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine")
    try watch.run(replacing: true)
    #expect(try String(contentsOfFile: file, encoding: .utf8).hasPrefix("<!doctype html>"))
  }
}
