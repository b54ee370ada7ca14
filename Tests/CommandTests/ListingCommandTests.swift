import Foundation
import TandemRuns
import Testing

/// The verbs that show something, as processes, for people and for programs.
@Suite struct ListingCommandTests {
  let workplace: Workplace

  init() throws {
    workplace = try Workplace()
    try workplace.write(tiny, to: "tiny/experiment.yaml")
  }

  @Test func lsAndShowOfRuns() throws {
    let empty = try workplace.tandem("ls")
    #expect(
      empty
        == Outcome(
          status: 0, output: "no runs here; start one with: tandem run DIR\n", errors: ""))
    #expect(try workplace.tandem("ls", "--json").output == "[\n\n]\n")

    let first = try #require(try workplace.tandem("run", "tiny", "--quiet").lines.last)
    let second = try #require(
      try workplace.tandem("run", "tiny", "--quiet", "--seed", "4", "--max-steps", "7").lines.last)
    let (a, b) = (try RunRecord(directory: first), try RunRecord(directory: second))

    let table = try workplace.tandem("ls", "tiny").lines
    #expect(table.count == 3)
    #expect(
      table[0].split(separator: " ").joined(separator: " ")
        == "RUN EXPERIMENT STATUS STEP TIME SEED LOSS D LOSS G")
    #expect(table[1].hasPrefix("\(a.id)") && table[1].contains("  tiny        done    20/20"))
    #expect(table[2].hasPrefix("\(b.id)") && table[2].contains("  tiny        done     7/20"))
    #expect(
      try workplace.tandem("show", second).lines.contains(
        "progress     7/20 steps, as many as --max-steps asked for; tandem resume goes on"))

    let listing = try workplace.tandem("ls", "--json").output
    let rows = try #require(
      try JSONSerialization.jsonObject(with: Data(listing.utf8)) as? [[String: Any]])
    #expect(rows.map { $0["id"] as? String } == [a.id, b.id])
    #expect(rows.map { $0["seed"] as? Int } == [3, 4])
    #expect(rows.map { $0["status"] as? String } == ["done", "done"])
    #expect(rows.map { $0["configuration"] as? String } == [a.configuration, a.configuration])
    #expect((rows[0]["metrics"] as? [String: Any])?["loss/g"] is NSNumber)

    let last = try workplace.tandem("show", "@last", "--json").object()
    #expect((last["summary"] as? [String: Any])?["id"] as? String == b.id)
    let shown = try workplace.tandem("show", a.id, "--json").object()
    #expect(shown["checkpoints"] as? [Int] == [10, 20])
    #expect(shown["rows"] as? Int == 20)
    let created = (shown["summary"] as? [String: Any])?["created"] as? String
    #expect(created?.wholeMatch(of: /\d{4}-\d\d-\d\dT[\d:.]+Z/) != nil, "\(created ?? "none")")
    #expect(shown["problems"] as? [String] == [])
    #expect((shown["samples"] as? [[String: Any]])?.map { $0["step"] as? Int } == [0, 10, 20])

    let text = try workplace.tandem("show", first).lines
    #expect(text[0] == "run          \(a.id)")
    #expect(text.contains("progress     20/20 steps"))
    #expect(text.contains("checkpoints  2 (steps 10, 20)"))
    #expect(text.contains("  latest: \(first)/samples/fixed/step-00000020.png"))
  }

  @Test func aDamagedRunIsListedAsOne() throws {
    let path = try #require(try workplace.tandem("run", "tiny", "--quiet").lines.last)
    try Data("{".utf8).write(to: URL(filePath: "\(path)/run.json"))
    let metrics = try #require(FileHandle(forWritingAtPath: "\(path)/metrics.jsonl"))
    try metrics.write(contentsOf: Data("nonsense".utf8))
    try metrics.close()
    let listing = try workplace.tandem("ls")
    #expect(listing.status == 0 && listing.errors == "")
    #expect(listing.lines.count == 2 && listing.lines[1].contains("  damaged  "))
    let shown = try workplace.tandem("show", path)
    #expect(shown.status == 0)
    let damage = "\(path)/run.json is damaged: "
    #expect(shown.lines.filter { $0.contains(damage) }.count == 1)
    #expect(shown.lines.contains { $0.hasPrefix("status       damaged: \(damage)") })
    #expect(shown.lines.contains { $0.hasPrefix("damaged      \(path)/metrics.jsonl:1: ") })
  }

  @Test func summaryOfAnExperiment() throws {
    let text = try workplace.tandem("summary", "tiny")
    #expect(text.status == 0 && text.errors == "")
    #expect(text.lines[0] == "generator: input [16, 2], 42 parameters, 0.0 MFLOP forward")
    #expect(text.lines.contains("discriminator: input [16, 2], 33 parameters, 0.0 MFLOP forward"))

    let report = try workplace.tandem("summary", "tiny", "--json").object()
    #expect(report["experiment"] as? String == "tiny" && report["batchSize"] as? Int == 16)
    let networks = try #require(report["networks"] as? [[String: Any]])
    #expect(networks.map { $0["name"] as? String } == ["generator", "discriminator"])
    let layers = try #require(networks[0]["layers"] as? [[String: Any]])
    #expect(layers.map { $0["output"] as? [Int] } == [[16, 8], [16, 8], [16, 2]])
    #expect(layers.map { $0["inputGradient"] as? [Int] } == [[16, 2], [16, 8], [16, 8]])
    #expect(layers.map { $0["parameters"] as? Int } == [24, 0, 18])
    let tensors = try #require(layers[0]["tensors"] as? [[String: Any]])
    #expect(tensors.map { $0["name"] as? String } == ["weight", "bias"])
    #expect(tensors.map { $0["gradient"] as? [Int] } == [[8, 2], [8]])
    #expect(layers[0]["operations"] as? Int == 16 * 8 * (2 * 2 + 1))
  }

  @Test func doctorTellsWhatTheProgramRunsOn() throws {
    let text = try workplace.tandem("doctor")
    #expect(text.status == 0 && text.errors == "")
    for word in [
      "system  ", "processor  ", "features  ", "threads  ", "swift  ", "oneDNN  ", "libpng  ",
      "zlib  ", "data sets",
    ] {
      #expect(text.lines.contains { $0.hasPrefix(word) }, "\(word)")
    }
    let report = try workplace.tandem("doctor", "--json").object()
    #expect((report["threads"] as? Int ?? 0) >= 1)
    #expect(report["cpuFeatures"] is [String])
    let machine = try #require(report["machine"] as? [String: Any])
    let libraries = try #require(machine["libraries"] as? [String: String])
    for name in ["oneDNN", "libpng", "zlib"] {
      #expect(try #require(libraries[name]).wholeMatch(of: /\d+\.\d+.*/) != nil, "\(name)")
    }
    #expect((report["data"] as? [String: Any])?["datasets"] is [[String: Any]])
  }

  @Test func dataListsTheKnownSets() throws {
    let text = try workplace.tandem("data")
    #expect(text.status == 0 && text.errors == "")
    #expect(text == (try workplace.tandem("data", "list")))
    #expect(text.lines[0].hasPrefix("NAME  "))
    let report = try workplace.tandem("data", "--json").object()
    let sets = try #require(report["datasets"] as? [[String: String]])
    let names = [
      "fashion-mnist", "mnist", "ring", "grid", "tiny-shakespeare", "bible-kjv", "sunspots",
    ]
    #expect(sets.map { $0["name"] } == names)
    #expect(text.lines.dropFirst().map { String($0.prefix { $0 != " " }) } == names)
    for set in sets {
      #expect(["generated", "found", "missing"].contains(set["status"] ?? ""))
      for field in ["summary", "licence", "homepage", "place"] {
        #expect(set[field]?.isEmpty == false)
      }
    }
    // An empty cache has no MNIST.
    #expect(sets[1]["status"] == "missing" && sets[1]["place"] == "tandem data fetch mnist")
    #expect(sets[2]["status"] == "generated")
  }

  @Test func gradcheckOfEverything() throws {
    let text = try workplace.tandem("gradcheck")
    #expect(text.status == 0 && text.errors == "")
    let last = try #require(text.lines.last)
    #expect(last.contains(" gradients checked, 0 failed, worst relative error "))
    #expect(!text.output.contains("FAILED"))
    #expect(text.output.contains("ok  Linear") && text.output.contains("ok  BatchNorm"))
  }

  @Test(
    arguments: try FileManager.default.contentsOfDirectory(atPath: "\(repository)/experiments")
      .filter { !$0.hasPrefix("explain-") }.sorted())
  func gradcheckOfAShippedExperiment(_ name: String) throws {
    let start = ContinuousClock.now
    let outcome = try workplace.tandem("gradcheck", "\(repository)/experiments/\(name)", "--json")
    #expect(ContinuousClock.now - start < .seconds(20))
    #expect(outcome.status == 0 && outcome.errors == "")
    let rows = try #require(try outcome.object()["rows"] as? [[String: Any]])
    let subjects = Set(rows.map { $0["subject"] as? String })
    #expect(
      subjects == ["discriminator's loss", "generator's loss"] || subjects == ["model's loss"]
        || (name == "vanishing-gradients" && subjects.count == 4))
    for row in rows {
      let (error, tolerance) = (row["worstError"] as? Double, row["tolerance"] as? Double)
      #expect(try #require(error) <= #require(tolerance))
      let order = try #require(row["order"] as? Int)
      #expect(tolerance == (order == 1 ? 1e-6 : 1e-5) && (row["checked"] as? Int ?? 0) > 0)
    }
    // Every parameter in both orders.
    let names = (1...2).map { order in
      rows.filter { $0["order"] as? Int == order }.map {
        "\($0["subject"] ?? "") \($0["tensor"] ?? "")"
      }
    }
    let least = ["three-weights": 3, "linear-regression": 1][name] ?? 6
    #expect(names[0].count >= least * subjects.count && names[0].sorted() == names[1].sorted())
  }

  @Test func helpNamesEveryVerb() throws {
    let outcome = try workplace.tandem("--help")
    #expect(outcome.status == 0)
    for verb in ["run", "ls", "show", "summary", "gradcheck", "explain", "data", "doctor"] {
      #expect(outcome.output.contains("\n  \(verb)  "), "\(verb)")
    }
    #expect(try workplace.tandem("--version").output == "tandem 0.1.0\n")
  }
}
