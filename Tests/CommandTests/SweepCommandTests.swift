import Foundation
import TandemRuns
import Testing

/// `tandem sweep`, `tandem run --seeds` and `--once`, as processes.
@Suite struct SweepCommandTests {
  let workplace: Workplace

  init() throws {
    workplace = try Workplace()
    try workplace.write(tiny, to: "tiny/experiment.yaml")
  }

  let rates = ["--grid", "generator.optimizer.learningRate=1e-4,2e-3"]

  private func rate(_ record: RunRecord) throws -> String {
    let path = "\(workplace.path)/tiny/runs/\(record.id)/config.resolved.json"
    let value = try ConfigurationValue(contentsOf: path)["generator.optimizer.learningRate"]
    return try #require(value).inline
  }

  // MARK: - What is asked for

  @Test func printedCommandsAreTheProductInOrder() throws {
    let outcome = try workplace.alone(
      ["sweep", "tiny", "--print", "--max-steps", "9", "--set", "title=it's"] + rates
        + ["--grid", "generator.network.hidden=[8],[4, 4]", "--seeds", "5,1..2"])
    #expect(outcome.status == 0 && outcome.errors == "")
    let folder = "\(workplace.path)/tiny"
    var lines: [String] = []
    for rate in ["1e-4", "2e-3"] {
      for hidden in ["[8]", "[4, 4]"] {
        for seed in [5, 1, 2] {
          lines.append(
            #"\#(Workplace.program) run \#(folder) --set 'title=it'\''s' --set "#
              + "generator.optimizer.learningRate=\(rate) --set "
              + "'generator.network.hidden=\(hidden)' --seed \(seed) --runs-dir \(folder)/runs "
              + "--max-steps 9 --once")
        }
      }
    }
    #expect(outcome.lines == lines)
    #expect(try workplace.runs(of: "tiny") == [])
  }

  @Test func drawsAreTheSameForTheSameArguments() throws {
    let arguments = [
      "sweep", "tiny", "--print", "--sample",
      "generator.optimizer.learningRate=log(1e-5,1e-2)", "--random",
    ]
    let lines = try workplace.alone(arguments + ["6"]).lines
    #expect(lines.count == 6 && Set(lines).count == 6)
    #expect(try workplace.alone(arguments + ["6"]).lines == lines)
    #expect(try workplace.alone(arguments + ["4"]).lines == Array(lines.prefix(4)))
    #expect(try workplace.alone(arguments + ["6", "--sweep-seed", "2"]).lines != lines)
  }

  @Test func problemsOfAllMembersAreToldBeforeAnythingStarts() throws {
    let outcome = try workplace.alone([
      "sweep", "tiny", "--grid", "training.batchSize=16,none,0", "--set", "training.stpes=3",
    ])
    #expect(outcome.status == 78 && outcome.output == "")
    #expect(
      outcome.errors == """
        error: --set training.stpes: unknown key; did you mean 'steps'? (accepted keys: steps, \
        batchSize)
        error: --set training.batchSize: expected an integer in 2...65536, found "none" (member 2 \
        of 3)
        error: --set training.batchSize: expected an integer in 2...65536, found 0 (member 3 of 3)

        """)
    #expect(try workplace.runs(of: "tiny") == [])
    for arguments in [
      ["sweep", "tiny"], ["sweep", "tiny", "--grid", "a"], ["sweep", "tiny", "--seeds", "x"],
      ["sweep", "tiny", "--seeds", "1", "--jobs", "0"],
      ["sweep", "tiny", "--seeds", "1", "--print", "--json"],
      ["sweep", "tiny", "--seeds", "1", "--grid", "seed=1,2"],
      ["run", "tiny", "--seeds", "1", "--seed", "2"], ["run", "tiny", "--jobs", "2"],
      ["run", "tiny", "--retry"], ["run", "tiny", "--seeds", "2..1"],
    ] {
      #expect(try workplace.alone(arguments).status == 64, "\(arguments)")
    }
  }

  /// The same run by other words is one member.
  @Test func membersThatAreTheSameRunAreOne() throws {
    let outcome = try workplace.alone([
      "sweep", "tiny", "--print", "--grid", "training.batchSize=16,16.0,8",
    ])
    #expect(outcome.lines.count == 2)
    #expect(
      outcome.errors == "note: batchSize=16.0 is the same run as member 1, batchSize=16\n")
  }

  // MARK: - Going on

  @Test func membersThatAreDoneArePassedOver() throws {
    let arguments = ["sweep", "tiny", "--seeds", "1,2"] + rates
    let outcome = try workplace.alone(arguments)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.hasPrefix("4 members: 4 to start\n[1/4] learningRate=1e-4 seed=1: "))
    let table = outcome.lines.map { $0.split(separator: " ").map(String.init) }
    #expect(table[0].starts(with: ["MEMBER", "learningRate", "SEED", "STATUS", "STEP", "TIME"]))
    let done = try workplace.records()
    #expect(done.map(\.seed) == [1, 2, 1, 2])
    #expect(try done.map(rate) == ["0.0001", "0.0001", "0.002", "0.002"])
    for (index, record) in done.enumerated() {
      let row = table[index + 1]
      #expect(row[0] == "\(index + 1)" && row[3] == "done" && row[4] == "20/20")
      let loss = try #require(record.metrics["loss/d"])
      #expect(row.contains(String(format: "%.4f", loss)) && row.last == record.id)
    }
    let command = "compare them with: \(Workplace.program) compare \(workplace.path)/tiny/runs"
    #expect(outcome.lines.last == command)
    #expect(
      try workplace.alone([], shell: "\(Workplace.program) compare \(workplace.path)/tiny/runs")
        .status == 0)

    // The default spelled out, and another order, ask for the same runs.
    let again = try workplace.alone(
      ["sweep", "tiny", "--seeds", "2,1", "--set", "latent.size=2", "--json"] + rates)
    #expect(again.status == 0 && again.errors == "4 members: 4 done\n")
    #expect(try workplace.records() == done)
    let members = try #require(try again.object()["members"] as? [[String: Any]])
    #expect(members.map { $0["seed"] as? Int } == [2, 1, 2, 1])
    #expect(
      members.map { $0["path"] as? String }
        == [1, 0, 3, 2].map { "\(workplace.path)/tiny/runs/\(done[$0].id)" })

    // A longer sweep adds what it lacks; a changed experiment is another one.
    let longer = try workplace.alone(["sweep", "tiny", "--seeds", "1..3", "--quiet"] + rates)
    #expect(longer.status == 0 && longer.errors == "")
    #expect(try workplace.records().count == 6)
    try workplace.write(tiny + "metrics: {every: 2}\n", to: "tiny/experiment.yaml")
    let changed = try workplace.alone(["sweep", "tiny", "--seeds", "1..3"] + rates)
    #expect(changed.errors.hasPrefix("6 members: 6 to start\n"))
  }

  @Test func moreStepsGoOnWithTheRuns() throws {
    let arguments = ["sweep", "tiny", "--seeds", "1,2"]
    #expect(try workplace.alone(arguments + ["--max-steps", "7"]).status == 0)
    #expect(try workplace.records().map(\.step) == [7, 7])
    let fewer = try workplace.alone(arguments + ["--max-steps", "5"])
    #expect(fewer.errors == "2 members: 2 done\n")
    let all = try workplace.alone(arguments)
    #expect(all.status == 0 && all.errors.hasPrefix("2 members: 2 to go on with\n"))
    let records = try workplace.records()
    #expect(records.map(\.step) == [20, 20] && records.map(\.sessions.count) == [2, 2])
  }

  /// `experiment.yaml` may say something else by now: the run is still what the member asks for.
  @Test func aBrokenMemberIsFoundByWhatItIs() throws {
    #expect(try workplace.alone(["run", "tiny", "--quiet", "--max-steps", "7"]).status == 0)
    let first = try workplace.records()
    try workplace.write(
      tiny.replacing("latent: {size: 2}", with: "latent: {size: 3}"), to: "tiny/experiment.yaml")
    let outcome = try workplace.alone(["sweep", "tiny", "--grid", "latent.size=2,3"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.hasPrefix("2 members: 1 to go on with, 1 to start\n"))
    let records = try workplace.records()
    #expect(records.map(\.step) == [20, 20] && records.map(\.sessions.count) == [2, 1])
    #expect(records[0].id == first[0].id)
  }

  // MARK: - Failing members

  /// Samples that differ less than the data at the first look, which stops half of the members.
  private let sick = [
    "--set", "health.collapse={threshold: 1, patience: 1}", "--grid",
    "health.onAlert=warn,stop",
  ]

  @Test func aFailingMemberIsSurvivedAndListed() throws {
    let arguments = ["sweep", "tiny", "--quiet", "--seeds", "1,2"] + sick
    let outcome = try workplace.alone(arguments)
    #expect(outcome.status == 1)
    #expect(try workplace.records().map(\.status) == [.done, .done, .stopped, .stopped])
    let lines = outcome.errors.split(separator: "\n")
    #expect(
      lines.count { $0.hasPrefix("[3/4] onAlert=stop seed=1: failed after ") } == 1,
      "\(outcome.errors)")
    #expect(
      lines.count {
        $0.hasPrefix("error: member 4, onAlert=stop seed=2: stopped by the health rule collapse")
      } == 1)
    #expect(lines.last == "error: 2 of 4 members failed; --retry tries them again")

    // Nothing is run again unless that is asked for.
    let again = try workplace.alone(arguments)
    #expect(again.status == 1 && again.errors.hasSuffix("\(lines.last ?? "")\n"))
    #expect(try workplace.records().map(\.sessions.count) == [1, 1, 1, 1])
    let retried = try workplace.alone(arguments + ["--retry"])
    #expect(try workplace.records().map(\.sessions.count) == [1, 1, 2, 2])
    #expect(
      try workplace.records().map(\.status) == [.done, .done, .done, .done], "\(retried.errors)")
    #expect(retried.status == 0)
  }

  @Test func aMemberThatCannotBeginIsListed() throws {
    // Its networks take terabytes.
    let layers = [String](repeating: "65536", count: 100).joined(separator: ", ")
    let outcome = try workplace.alone([
      "sweep", "tiny", "--quiet", "--json", "--grid",
      "generator.network.hidden=[\(layers)],[8]",
    ])
    #expect(outcome.status == 1)
    let members = try #require(try outcome.object()["members"] as? [[String: Any]])
    #expect(members.map { $0["status"] as? String } == ["failed", "done"])
    #expect(members[0]["exitStatus"] as? Int == 78 && members[0]["path"] == nil)
    #expect(outcome.errors.hasSuffix("error: 1 of 2 members failed; --retry tries them again\n"))
    #expect(try workplace.records().count == 1)
  }

  // MARK: - Commands that can be repeated

  @Test func printedCommandsMayBeRunAnyNumberOfTimes() throws {
    let arguments = ["sweep", "tiny", "--seeds", "1,2"] + rates
    let printed = try workplace.alone(arguments + ["--print"])
    try workplace.write(printed.output, to: "jobs.txt")
    let first = try workplace.alone([], shell: "sh jobs.txt")
    #expect(first.status == 0, "\(first.errors)")
    let done = try workplace.records()
    #expect(done.count == 4 && done.allSatisfy { $0.status == .done })
    #expect(first.lines == done.map { "\(workplace.path)/tiny/runs/\($0.id)" })
    let second = try workplace.alone([], shell: "sh jobs.txt")
    #expect(second.status == 0 && second.lines == first.lines)
    #expect(
      second.errors == String(repeating: "note: nothing to do: the run is done\n", count: 4))
    #expect(try workplace.alone(arguments).errors == "4 members: 4 done\n")
    #expect(try workplace.records() == done)
  }

  @Test func theSameCommandAtTheSameTimeMakesOneRun() throws {
    let arguments = ["run", "tiny", "--once", "--quiet", "--set", "training.steps=3000"]
    let running = try (0..<6).map { _ in try workplace.start(arguments, threads: 1) }
    let outcomes = try running.map { try $0.finish() }
    #expect(outcomes.allSatisfy { $0.status == 0 }, "\(outcomes)")
    #expect(Set(outcomes.map(\.output)).count == 1)
    let records = try workplace.records()
    #expect(records.count == 1 && records[0].status == .done && records[0].sessions.count == 1)
  }

  /// A child run has the configuration of a member perhaps, but not its beginning.
  @Test func aForkedRunIsNoMember() throws {
    let parent = try #require(
      try workplace.alone(["run", "tiny", "--quiet", "--max-steps", "7"]).lines.last)
    let child = try #require(
      try workplace.alone(["resume", parent, "--fork", "--quiet", "--set", "training.steps=15"])
        .lines.last)
    let outcome = try workplace.alone([
      "run", "tiny", "--once", "--quiet", "--set", "training.steps=15",
    ])
    #expect(outcome.status == 0 && outcome.lines.last != child && outcome.lines.last != parent)
    #expect(try workplace.records().count == 3)
  }

  @Test func runWithSeedsPrintsARunALine() throws {
    let outcome = try workplace.alone(["run", "tiny", "--seeds", "4,1..2", "--jobs", "2"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try outcome.lines.map { try RunRecord(directory: $0).seed } == [4, 1, 2])
    #expect(outcome.errors.contains("[2/3] seed=1: done in "))
    // It always begins anew, as without seeds.
    #expect(try workplace.alone(["run", "tiny", "--seeds", "4"]).status == 0)
    #expect(try workplace.records().count == 4)
    let failing = try workplace.alone(
      ["run", "tiny", "--quiet", "--seeds", "7,8", "--set", "health.onAlert=stop"]
        + sick.prefix(2))
    #expect(failing.status == 3 && failing.output == "")
    #expect(try workplace.records().suffix(2).map(\.status) == [.stopped, .stopped])
    #expect(
      failing.errors.hasSuffix(
        "error: 0 of 2 runs are done; exit status 3 is that of the worst\n"))
  }
}
