import Foundation
import TandemRuns
import Testing

/// The verbs that find, label, remove and repaint runs, as processes.
@Suite struct HousekeepingCommandTests {
  let workplace: Workplace

  init() throws {
    workplace = try Workplace()
    try workplace.write(tiny, to: "tiny/experiment.yaml")
  }

  /// Runs the experiment and returns the run's path.
  private func run(_ arguments: String...) throws -> String {
    let outcome = try workplace.start(["run", "tiny", "--quiet"] + arguments).finish()
    return try #require(outcome.lines.last)
  }

  private func id(_ path: String) -> String { URL(filePath: path).lastPathComponent }

  @Test func lsFindsRuns() throws {
    let a = id(try run("--max-steps", "5"))
    let b = id(try run("--max-steps", "7", "--set", "generator.optimizer.learningRate=1e-3"))
    func ids(_ arguments: String...) throws -> [String] {
      let outcome = try workplace.start(["ls", "--ids"] + arguments).finish()
      #expect(outcome.status == 0 && outcome.errors == "")
      return outcome.lines
    }
    #expect(try ids() == [a, b])
    #expect(try ids("--reverse") == [b, a])
    #expect(try ids("--limit", "1") == [b])
    #expect(try ids("--sort", "step", "--limit", "1") == [a])
    #expect(try ids("--status", "done", "--experiment", "tiny", "--since", "1h") == [a, b])
    #expect(try ids("--status", "failed", "--status", "lost") == [])
    #expect(try ids("--where", "generator.optimizer.learningRate=0.001") == [b])
    #expect(try ids("--where", "training.batchSize>=16", "--where", "loss/d<-1") == [])
    #expect(
      try workplace.tandem("ls", "--status", "failed").output
        == "none of 2 runs here is like that\n")

    let table = try workplace.tandem(
      "ls", "--columns", "run,status,generator.optimizer.learningRate,loss/d"
    ).lines
    #expect(
      table[0].split(separator: " ").joined(separator: " ")
        == "RUN STATUS generator.optimizer.learningRate loss/d")
    #expect(table[2].split(separator: " ").prefix(3).map(String.init) == [b, "done", "0.001"])
    let none = try workplace.tandem("ls", "--columns", "run,sttus")
    #expect(none.status == 64 && none.output == "")
    #expect(
      none.errors.hasPrefix(
        "Error: --columns: no column 'sttus'; did you mean 'status'?; there are run, experiment, "
          + "status, step, time, seed, created, tags, note, removed, the metrics accuracy/fake, "),
      "\(none)")

    let unknown = try workplace.tandem("ls", "--where", "training.batchsize=3")
    #expect(unknown.status == 0)
    #expect(
      unknown.errors
        == "warning: none of these runs has 'training.batchsize' among its metrics and "
        + "configuration keys; did you mean 'training.batchSize'?\n")
  }

  @Test(arguments: [
    (["--where", "x"], "--where takes key=value"), (["--since", "soon"], "--since takes a time"),
    (["--limit", "0"], "--limit takes a number of at least 1, not 0."),
    (["--status", "good"], "running"), (["--ids", "--json"], "--ids prints nothing but ids."),
    (["--json", "--columns", "run"], "leave out --columns"),
    (["--columns", ","], "--columns takes names separated by commas."),
  ])
  func lsRefusesWhatItCannotRead(_ options: [String], _ line: String) throws {
    let outcome = try workplace.start(["ls"] + options).finish()
    #expect(outcome.status == 64 && outcome.output == "")
    #expect(outcome.errors.contains(line), "\(outcome.errors)")
  }

  @Test func labelsAreShown() throws {
    let path = try run("--max-steps", "5")
    let silent = Outcome(status: 0, output: "", errors: "")
    #expect(try workplace.tandem("tag", "@last") == silent)
    #expect(try workplace.tandem("tag", "@last", "paper", "good").output == "good\npaper\n")
    #expect(try workplace.tandem("tag", "@last", "good", "--remove").output == "paper\n")
    #expect(try workplace.tandem("note", "@last") == silent)
    #expect(try workplace.tandem("note", "@last", "the first that works") == silent)
    #expect(try workplace.tandem("note", "@last").output == "the first that works\n")
    let labels = try workplace.tandem("note", "@last", "--json").object()
    #expect(labels["tags"] as? [String] == ["paper"])
    #expect(labels["note"] as? String == "the first that works")

    let table = try workplace.tandem("ls").lines
    #expect(table[0].hasSuffix("TAGS   NOTE"))
    #expect(table[1].hasSuffix("  paper  the first that works"))
    #expect(try workplace.tandem("ls", "--tag", "paper", "--ids").lines == [id(path)])
    #expect(try workplace.tandem("ls", "--tag", "good", "--ids").lines == [])
    let shown = try workplace.tandem("show", "@last").lines
    #expect(shown.contains("tags         paper"))
    #expect(shown.contains("note         the first that works"))
    let listing = try workplace.tandem("ls", "--json").output
    #expect(listing.contains(#""the first that works""#) && listing.contains(#""paper""#))

    #expect(try workplace.tandem("tag", "@last", "two words").status == 64)
    #expect(try workplace.tandem("tag", "@last", "--remove").status == 64)
    try workplace.write("{", to: "tiny/runs/\(id(path))/labels.json")
    let damaged = try workplace.tandem("ls")
    #expect(damaged.status == 0 && damaged.lines.count == 2)
    #expect(damaged.errors.hasPrefix("warning: ./tiny/runs/\(id(path))/labels.json is damaged: "))
  }

  @Test func runsAreRemovedRestoredAndPurged() throws {
    let (a, b) = (id(try run("--max-steps", "5")), id(try run("--max-steps", "6")))
    let removed = try workplace.tandem("rm", a, "nothing")
    #expect(removed.status == 1)
    let folder = "\(workplace.path)/tiny/runs"
    #expect(removed.output == "removed ./tiny/runs/\(a) to \(folder)/.trash/\(a)\n")
    #expect(removed.errors == "error: no run named 'nothing' below .\n")
    #expect(try workplace.tandem("ls", "--ids").lines == [b])
    #expect(try workplace.tandem("ls", "--trash", "--ids").lines == [a])
    #expect(try workplace.tandem("ls", "--trash").lines[0].hasSuffix("REMOVED"))

    let restored = try workplace.tandem("restore", "@last", "--json").object()
    #expect((restored["moves"] as? [[String: String]])?.first?["to"] == "./tiny/runs/\(a)")
    #expect(try workplace.tandem("ls", "--ids").lines == [a, b])
    #expect(try workplace.tandem("show", a).lines.contains("status       done"))

    // One run under two names goes once, and no other in its place.
    #expect(try workplace.tandem("rm", b, "@last").status == 0)
    #expect(try workplace.tandem("ls", "--ids").lines == [a])
    #expect(try workplace.tandem("rm", a).status == 0)
    #expect(try workplace.tandem("ls", "--trash", "--ids").lines == [a, b])
    #expect(
      try workplace.tandem("purge", "--older-than", "1d", "--yes").output
        == "no removed runs to delete\n")
    let planned = try workplace.tandem("purge")
    #expect(planned.lines.count == 4)
    #expect(planned.lines[3].hasSuffix(" to be freed; nothing is deleted without --yes"))
    #expect(try workplace.tandem("ls", "--trash", "--ids").lines == [a, b])
    let purged = try workplace.tandem("purge", "--yes")
    #expect(purged.status == 0 && purged.lines[3].hasPrefix("deleted 2 runs, "))
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/.trash") == [".lock"])
    #expect(try workplace.tandem("ls", "--trash").output == "no removed runs here\n")
    #expect(
      try workplace.tandem("restore", a).errors
        == "error: no run named '\(a)' below ., in the trash\n")
    #expect(try workplace.tandem("purge", "--older-than", "soon").status == 64)
  }

  @Test func aRunAtWorkIsNotRemoved() throws {
    try workplace.write(
      tiny.replacing("steps: 20", with: "steps: 100000000"), to: "long/experiment.yaml")
    let running = try workplace.start(["run", "long", "--quiet"])
    defer { running.process.terminate() }
    var runs: [String] = []
    for _ in 0..<600 where runs.isEmpty {
      usleep(50_000)
      runs = try workplace.runs(of: "long").filter { !id($0).hasPrefix(".") }
    }
    let path = try #require(runs.first)
    for force in [[], ["--force"]] {
      let outcome = try workplace.start(["rm", path] + force).finish()
      #expect(outcome.status == 1 && outcome.output == "")
      #expect(
        outcome.errors
          == "error: \(path) is being written by process \(running.process.processIdentifier)\n")
    }
    running.process.interrupt()
    #expect(try running.finish().status == 130)
    #expect(try workplace.tandem("rm", path).status == 0)
  }

  @Test func samplesArePaintedAgain() throws {
    let path = try run()
    let same = try workplace.tandem("replay", "@last", "--step", "10", "-o", "again.png")
    #expect(same.status == 0 && same.errors == "")
    #expect(same.output.hasPrefix("fixed/step-00000010.png: the same bytes, SHA-256 "))
    #expect(
      FileManager.default.contentsEqual(
        atPath: "\(workplace.path)/again.png", andPath: "\(path)/samples/fixed/step-00000010.png"))
    let report = try workplace.tandem("replay", "@last", "--step", "20", "--json").object()
    #expect(report["isSame"] as? Bool == true && report["step"] as? Int == 20)

    let none = try workplace.tandem("replay", "@last", "--step", "0")
    #expect(none.status == 1)
    #expect(none.errors.hasSuffix(" has no checkpoint of step 0; there are: 10, 20\n"))
    #expect(
      try workplace.tandem("replay", "@last", "--step", "3").errors
        .hasSuffix(" has no sample of step 3; there are: 0, 10, 20\n"))
    #expect(
      try workplace.tandem("replay", "@last", "--step", "10", "--tag", "x").errors
        .hasSuffix(" has no sample tagged 'x' of step 10\n"))

    // A run that noted something else.
    let index = "tiny/runs/\(id(path))/samples/index.jsonl"
    let rows = try String(contentsOfFile: "\(workplace.path)/\(index)", encoding: .utf8)
    try workplace.write(
      rows.replacing(/"sha256":"[^"]*"/, with: #""sha256":"0000""#), to: index)
    let other = try workplace.tandem("replay", "@last", "--step", "10")
    #expect(other.status == 1)
    #expect(other.output.hasPrefix("fixed/step-00000010.png: DIFFERS, SHA-256 "))
    #expect(other.output.hasSuffix(" where the run noted 0000\n"))
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func completionScripts(_ shell: String) throws {
    let outcome = try workplace.tandem("completion", shell)
    #expect(outcome.status == 0 && outcome.errors == "")
    for word in ["tandem", "restore", "replay", "older-than"] {
      #expect(outcome.output.contains(word), "\(word)")
    }
    #expect(try workplace.tandem("completion", "tcsh").status == 64)
  }

  /// What bash offers for the last word of a command.
  @Test func runIdsAreCompleted() throws {
    let (a, b) = (id(try run("--max-steps", "5")), id(try run("--max-steps", "5")))
    #expect(try workplace.tandem("rm", a).status == 0)
    func offered(_ words: String..., breaks: String = " =") throws -> [String] {
      let script = """
        COMP_WORDBREAKS='\(breaks)'
        source <("$0" completion bash)
        COMP_WORDS=("$0" "$@"); COMP_CWORD=$#; COMP_LINE="tandem $*"; COMP_POINT=${#COMP_LINE}
        _tandem_names "$0" "${COMP_WORDS[$#]}" "${COMP_WORDS[$#-1]}"
        printf '%s\\n' "${COMPREPLY[@]}"
        """
      try workplace.write(script, to: "complete.bash")
      return try workplace.start(words, shell: #"exec bash -c "$(cat complete.bash)" "$0" "$@""#)
        .finish().lines
    }
    #expect(try offered("show", "2") == [b])
    #expect(try offered("restore", "2") == [a])
    #expect(try offered("rm", "--root", "tiny", "2") == [b])
    #expect(try offered("rm", "--root", "none", "@") == [])
    #expect(try offered("note", "@last", "--js") == ["--json"])
    // Where "@" ends a word, as it does in bash by default.
    #expect(try offered("show", "@", breaks: " =@") == ["last"])
    #expect(try offered("show", "@", "la", breaks: " =@") == ["last"])
    #expect(try offered("note", "@", "last", "--js", breaks: " =@") == ["--json"])
    // Verbs of two words, and what they take.
    #expect(try offered("export", "t") == ["tensorboard"])
    #expect(try offered("export", "tensorboard", "@") == ["@last"])
    #expect(try offered("data", "f") == ["fetch"])
    #expect(try offered("data", "fetch", "fashion") == ["fashion-mnist"])
    // Tags, metrics, experiments.
    #expect(try workplace.tandem("tag", "@last", "paper").status == 0)
    #expect(try offered("ls", "--tag", "p") == ["paper"])
    #expect(try offered("tag", "@last", "p") == ["paper"])
    #expect(try offered("ls", "--experiment", "t") == ["tiny"])
    #expect(
      try offered("compare", "@last", "--metric", "loss/")
        == ["loss/d", "loss/d-fake", "loss/d-real", "loss/g"])
    #expect(try offered("run", "t") == ["tiny"])
    try workplace.write(tiny, to: "more/other/experiment.yaml")
    #expect(try offered("run", "more/") == ["more/other"])
    #expect(try offered("run", "m") == ["more/other"])
    #expect(try offered("explain", "tiny/") == ["tiny/runs"])
  }
}
