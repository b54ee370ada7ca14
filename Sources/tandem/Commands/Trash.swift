import ArgumentParser
import Foundation
import TandemExperiments
import TandemRuns

struct Remove: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rm", abstract: "Move runs to the trash, from which `tandem restore` brings them.",
    discussion: """
      The trash is the folder .trash beside the runs; `tandem ls --trash` lists it, `tandem purge` \
      empties it. A run that a process writes stays where it is.
      """)

  @Argument(help: .run, completion: .runs)
  var names: [String]

  @OptionGroup var root: RootOption

  @Flag(help: "Remove also runs that seem to be at work on another machine.")
  var force = false

  @Flag(help: "Print JSON: the moves.")
  var json = false

  func run() throws {
    let trash = RunTrash(root.store)
    let report = TrashReport(
      names, "removed", find: { try root.store.find($0) },
      move: { try trash.remove($0, force: force) })
    try report.print(json: json)
  }
}

struct Restore: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Bring runs back from the trash.",
    discussion: "`tandem ls --trash` lists what is there; @last is the run that was removed last.")

  @Argument(
    help: ArgumentHelp(
      "A removed run's id or its two words, the beginning of either, or @last.", valueName: "run"),
    completion: .removedRuns)
  var names: [String]

  @OptionGroup var root: RootOption

  @Flag(help: "Print JSON: the moves.")
  var json = false

  func run() throws {
    let trash = RunTrash(root.store)
    let report = TrashReport(
      names, "restored", find: { try trash.find($0) }, move: { try trash.restore($0) })
    try report.print(json: json)
  }
}

struct Purge: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Delete removed runs for good.",
    discussion: "Without --yes nothing is deleted: it says what would be.")

  @Argument(help: "A project, an experiment or a folder of runs.", completion: .directory)
  var directory = "."

  @Option(
    help: ArgumentHelp(
      "Runs that were removed so long ago: 30d, 12h. One that does not say when stays.",
      valueName: "age"))
  var olderThan: String?

  @Flag(name: [.long, .customLong("force")], help: "Delete.")
  var yes = false

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if let olderThan, Moment.duration(olderThan) == nil {
      throw ValidationError("--older-than takes a time such as 30d or 12h, not '\(olderThan)'.")
    }
  }

  func run() throws {
    let trash = RunTrash(RunStore(root: directory))
    var report = PurgeReport(isDone: yes)
    var hasFailed = false
    let limit = olderThan.flatMap(Moment.duration).map { Date().addingTimeInterval(-$0) }
    for run in try trash.list() {
      if let limit, !(run.removed.map { $0 <= limit } ?? false) { continue }
      let bytes = RunTrash.size(of: run.path)
      do {
        if try !yes || trash.purge(run.path) { report.add(run, bytes: bytes) }
      } catch {
        StandardError.fail("\(error)")
        hasFailed = true
      }
    }
    if yes { try trash.purgeLeftovers() }
    print(json ? try report.json() : report.text)
    if hasFailed { throw ExitCode(1) }
  }
}

extension TrashReport {
  /// Prints what went, and on stderr what did not.
  ///
  /// - Throws: The exit code of a command that has failed where something did not go.
  fileprivate func print(json isJSON: Bool) throws {
    if isJSON {
      Swift.print(try json())
    } else if !text.isEmpty {
      Swift.print(text)
    }
    for problem in problems { StandardError.fail(problem) }
    if !problems.isEmpty { throw ExitCode(1) }
  }
}
