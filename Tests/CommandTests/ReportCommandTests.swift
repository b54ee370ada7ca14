import Foundation
import Testing

/// `tandem report` from outside.
@Suite struct ReportCommandTests {
  @Test func aPageIsWrittenOnceAndReplacedOnDemand() throws {
    let place = try Workplace()
    try place.write(tiny, to: "tiny/experiment.yaml")
    #expect(try place.tandem("run", "tiny", "--quiet").status == 0)
    #expect(try place.tandem("run", "tiny", "--quiet", "--seed", "4").status == 0)
    let runs = try place.runs(of: "tiny").sorted()
    let first = try place.tandem("report", runs[0], runs[1])
    #expect(first == Outcome(status: 0, output: "report.html\n", errors: ""))
    let page = try String(contentsOfFile: "\(place.path)/report.html", encoding: .utf8)
    #expect(page.contains("Dygraph") && page.contains("\"name\":\"seed 4\""))

    let again = try place.tandem("report", "@last")
    #expect(again.status == 1)
    #expect(again.errors == "error: report.html exists; --force replaces it\n")
    let forced = try place.tandem("report", "@last", "--force", "--json").object()
    #expect(forced["file"] as? String == "report.html" && forced["runs"] as? Int == 1)
    let size = try FileManager.default.attributesOfItem(atPath: "\(place.path)/report.html")[.size]
    #expect(forced["bytes"] as? Int == size as? Int)
    // A watch of a run that has ended writes one page.
    let watched = try place.tandem("report", "@last", "--force", "--watch")
    #expect(watched.status == 0 && watched.output == "report.html\n")
  }

  @Test func whatIsWrongIsSaidInOneLine() throws {
    let place = try Workplace()
    try place.write(tiny, to: "tiny/experiment.yaml")
    #expect(try place.tandem("run", "tiny", "--quiet").status == 0)
    let small = try place.tandem("report", "@last", "--max-size", "0.01")
    #expect(small.status == 1 && small.lines.isEmpty)
    #expect(small.errors.hasPrefix("error: the report cannot be made smaller than "))
    #expect(small.errors.hasSuffix(", and 10 kB are allowed\n"))
    #expect(!FileManager.default.fileExists(atPath: "\(place.path)/report.html"))
    let unknown = try place.tandem("report", "nobody")
    #expect(unknown.status == 1 && unknown.errors.contains("no run named 'nobody'"))
    #expect(try place.tandem("report").status == 64)
    #expect(try place.tandem("report", "@last", "--max-size", "-1").status == 64)
  }
}
