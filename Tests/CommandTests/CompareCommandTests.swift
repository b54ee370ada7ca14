import Foundation
import TandemRuns
import Testing

/// `compare` and `why`, as processes.
@Suite struct CompareCommandTests {
  let workplace: Workplace

  init() throws {
    workplace = try Workplace()
    try workplace.write(tiny, to: "tiny/experiment.yaml")
  }

  private func run(_ more: String...) throws -> String {
    let outcome = try workplace.start(["run", "tiny", "--quiet"] + more).finish()
    return try #require(outcome.lines.last)
  }

  @Test func compareFoldsSeedsAndWritesFiles() throws {
    let rate = ["--set", "generator.optimizer.learningRate=1e-3"]
    let paths = [
      try run("--seed", "1"), try run("--seed", "2"), try run("--seed", "1", rate[0], rate[1]),
    ]
    let outcome = try workplace.tandem(
      "compare", "tiny", "--smooth", "0.5", "--png", "a.png", "--svg", "a.svg", "--csv", "a.csv")
    #expect(outcome.status == 0 && outcome.errors == "")
    let table = outcome.lines.map { $0.split(separator: " ").joined(separator: " ") }
    #expect(table[0] == "METRIC GROUP N FINAL BEST AT STEP STEPS TIME")
    #expect(table[1].hasPrefix("loss/d learningRate 0.0002 2 "))
    #expect(table[2].hasPrefix("loss/d learningRate 0.001 1 "))
    #expect(table[7].hasPrefix("loss/g learningRate 0.0002 2 "))
    for path in paths {
      let id = try RunRecord(directory: path).id
      #expect(outcome.output.contains(id))
    }
    let png = try Data(contentsOf: URL(filePath: "\(workplace.path)/a.png"))
    #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    let svg = try String(contentsOfFile: "\(workplace.path)/a.svg", encoding: .utf8)
    #expect(svg.contains("</svg>"))
    let csv = try String(contentsOfFile: "\(workplace.path)/a.csv", encoding: .utf8)
    // Three runs, four losses, twenty steps, and the head.
    #expect(csv.split(separator: "\n").count == 1 + 3 * 4 * 20)

    let json = try workplace.tandem("compare", "tiny", "--json", "--metric", "d/real").object()
    let groups = try #require(json["groups"] as? [[String: Any]])
    #expect(
      groups.map { $0["label"] as? String } == ["learningRate 0.0002", "learningRate 0.001"])

    let wrong = try workplace.tandem("compare", "tiny", "--metric", "loss/x")
    #expect(wrong.status == 1 && wrong.output == "")
    #expect(wrong.errors.hasPrefix("error: no run has a metric 'loss/x'; did you mean 'loss/d'?"))
    let endless = try workplace.tandem("compare", paths[0], "--x", "epoch")
    #expect(endless.errors.hasSuffix("cannot be laid along epoch: its data have no epochs\n"))
    #expect(try workplace.tandem("compare", "tiny", "--smooth", "1").status == 64)
    try FileManager.default.createDirectory(
      atPath: "\(workplace.path)/empty", withIntermediateDirectories: true)
    #expect(try workplace.tandem("compare", "empty").errors == "error: no runs in empty\n")

    // The page has the groups of all metrics, unless some are chosen.
    func page(_ more: String...) throws -> String {
      let outcome = try workplace.start(["compare", "tiny", "--html", "a.html"] + more).finish()
      #expect(outcome.status == 0 && outcome.errors == "")
      return try String(contentsOfFile: "\(workplace.path)/a.html", encoding: .utf8)
    }
    let all = try page()
    #expect(all.contains("\"name\":\"learningRate 0.001\",\"runs\":[2]"))
    #expect(all.contains("\"name\":\"d/real\"") && all.contains("\"name\":\"loss/g\""))
    let one = try page("--metric", "d/real", "--x", "time", "--log-y")
    #expect(one.contains("\"name\":\"d/real\"") && !one.contains("\"name\":\"loss/g\""))
    #expect(one.contains("\"quantity\":\"time\"") && one.contains("\"isLogarithmic\":true"))
  }

  @Test func whyNamesTheFirstDifference() throws {
    let (a, b) = (try run(), try run())
    let same = try workplace.tandem("why", a, b)
    #expect(same.status == 0 && same.errors == "")
    #expect(same.lines.last == "nothing that is known of the two runs differs")
    let c = try run("--set", "generator.optimizer.learningRate=1e-3")
    let other = try workplace.tandem("why", a, c, "--json").object()
    #expect(other["same"] as? Bool == false)
    let metrics = try #require(other["metrics"] as? [String: Any])
    #expect(metrics["step"] as? Int == 1)
    let checkpoints = try #require(other["checkpoints"] as? [String: Any])
    #expect(checkpoints["step"] as? Int == 10)
    #expect((checkpoints["name"] as? String)?.contains(".safetensors") == true)
  }
}
