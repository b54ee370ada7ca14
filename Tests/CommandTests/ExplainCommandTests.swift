import Foundation
import Testing

@Suite struct ExplainCommandTests {
  private let example = "\(repository)/experiments/explain-two-layer"

  @Test func tablesAndFormulas() throws {
    let outcome = try Workplace().tandem("explain", example)
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("0.298371109") && outcome.output.contains("0.291027774"))
    #expect(outcome.output.contains("x_h1 = w_1 · y_i1 + w_2 · y_i2 + b_h1 = 0.15 · 0.05"))
    #expect(outcome.errors.isEmpty)
  }

  @Test func pageAndPicture() throws {
    let workplace = try Workplace()
    let arguments = ["explain", example, "--html", "page.html", "--png", "graph.png"]
    let first = try workplace.start(arguments).finish()
    #expect(first.status == 0)
    #expect(first.lines == ["page.html", "graph.png"])
    let page = try String(contentsOfFile: "\(workplace.path)/page.html", encoding: .utf8)
    #expect(page.hasPrefix("<!DOCTYPE html>"))
    // Files that are there stay unless told otherwise.
    let second = try workplace.start(arguments).finish()
    #expect(second.status == 1)
    #expect(
      second.errors == "error: cannot write page.html: it is there already; --force replaces it\n")
    #expect(try workplace.start(arguments + ["--force"]).finish().status == 0)
  }

  @Test func numbersAsJSON() throws {
    let object = try Workplace().tandem("explain", example, "--json").object()
    let numbers = try #require(object["numbers"] as? [[String: Any]])
    let error = try #require(numbers.first { $0["id"] as? String == "E.after" })
    #expect(try abs(#require(error["value"] as? Double) - 0.291027774) < 5e-10)
  }

  @Test func mistakesAreBadConfigurations() throws {
    let workplace = try Workplace()
    let kind = try workplace.tandem("explain", example, "--set", "kind=gan")
    #expect(kind.status == 78)
    #expect(kind.errors.contains("explainNetwork"))
    #expect(kind.errors.hasSuffix("found \"gan\"; `tandem run` trains the other kinds\n"))
    let trained = try workplace.tandem("run", example)
    #expect(trained.status == 78)
    #expect(
      trained.errors.hasSuffix("; `tandem explain` shows what is of this kind\n"),
      "\(trained.errors)")
    let rate = try workplace.tandem("explain", example, "--set", "learningRate=-1")
    #expect(rate.status == 78)
    #expect(
      rate.errors
        == "error: --set learningRate: expected a number above 0, found -1\n")
    #expect(try workplace.tandem("explain", "nowhere").status == 1)
  }

  @Test func costOfBothModes() throws {
    let workplace = try Workplace()
    let outcome = try workplace.tandem(
      "autodiff-cost", "--inputs", "1", "8", "--outputs", "1", "16", "--png", "cost.png")
    #expect(outcome.status == 0)
    #expect(outcome.lines[0].contains("FORWARD MODE"))
    #expect(outcome.lines.contains { $0.hasSuffix("forward") })
    #expect(outcome.lines.contains { $0.hasSuffix("reverse") })
    #expect(FileManager.default.fileExists(atPath: "\(workplace.path)/cost.png"))
    let object = try workplace.tandem("autodiff-cost", "--inputs", "2", "--json").object()
    #expect((object["rows"] as? [Any])?.count == 7)
    #expect(try workplace.tandem("autodiff-cost", "--hidden", "0").status == 64)
  }
}
