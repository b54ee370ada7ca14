import ArgumentParser
import Foundation
import TandemExperiments
import TandemRuns

struct List: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ls",
    abstract: "List the runs below a directory: all, or those that are asked for.",
    discussion: """
      Runs stand in the order of their beginnings, the oldest first. --limit shows the latest ones \
      then, and of another order the first. Runs that lack the value they are sorted by come last.

      Examples:

        tandem ls --status done --experiment dcgan-fashion --since 2d
        tandem ls --where generator.optimizer.learningRate=2e-4 --where 'loss/g<1'
        tandem ls --sort loss/valid --limit 5 --columns run,network.size,loss/valid
        tandem rm $(tandem ls --status failed --ids)
      """)

  @Argument(
    help: "A project, an experiment or a folder of runs.", completion: .directory)
  var directory = "."

  @Option(
    help: ArgumentHelp(
      "Runs of this status.", valueName: "s"))
  var status: [RunStatus] = []

  @Option(
    help: ArgumentHelp("Runs of this experiment.", valueName: "e"), completion: .experimentNames)
  var experiment: [String] = []

  @Option(help: ArgumentHelp("Runs that have this tag.", valueName: "t"), completion: .tags)
  var tag: [String] = []

  @Option(
    name: .customLong("where"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Runs whose configuration or last metrics are so: key=value, or !=, <, <=, >, >=.",
      valueName: "condition"))
  var conditions: [String] = []

  @Option(
    help: ArgumentHelp(
      "Runs that began since a time in UTC (2025-11-21, 2025-11-21T10:52) or so long ago (2d, 12h).",
      valueName: "time"))
  var since: String?

  @Option(
    help: ArgumentHelp("Sort by created, duration, step or a metric.", valueName: "by"),
    completion: .list(["created", "duration", "step"]))
  var sort: String?

  @Flag(help: "Turn the order around.")
  var reverse = false

  @Option(help: ArgumentHelp("Show so many runs at most.", valueName: "n"))
  var limit: Int?

  @Option(
    help: ArgumentHelp(
      """
      Show these columns, separated by commas: \
      \(RunTable.knownColumns.joined(separator: ", ")), metrics and configuration keys.
      """, valueName: "columns"))
  var columns: String?

  @Flag(help: "List the removed runs instead.")
  var trash = false

  @Flag(help: "Print ids alone, one a line.")
  var ids = false

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if let limit, limit < 1 {
      throw ValidationError("--limit takes a number of at least 1, not \(limit).")
    }
    if ids, json || columns != nil { throw ValidationError("--ids prints nothing but ids.") }
    if json, columns != nil {
      throw ValidationError("--json prints all there is: leave out --columns.")
    }
    if columns?.split(separator: ",").isEmpty == true {
      throw ValidationError("--columns takes names separated by commas.")
    }
    _ = try query()
  }

  func run() throws {
    let store = RunStore(root: directory)
    let all = trash ? try RunTrash(store).list() : try store.list()
    let columns = columns?.split(separator: ",").map(String.init)
    for column in columns ?? [] {
      if let problem = RunTable.problem(ofColumn: column, among: all) {
        throw ValidationError("--columns: \(problem).")
      }
    }
    let query = try query()
    if case .metric(let name)? = query.order, let last = all.last,
      !all.contains(where: { $0.metrics[name] != nil })
    {
      let known = ["created", "duration", "step"] + last.metrics.keys.sorted()
      throw ValidationError(
        "--sort takes \(known.joined(separator: ", ")) or another metric of the runs, not '\(name)'."
      )
    }
    let runs = query.select(from: all) { key in
      StandardError.warn("\(all.missing(key))")
    }
    for run in runs {
      if let warning = run.warning { StandardError.warn(warning) }
    }
    if json {
      print(RunSummary.json(runs))
    } else if ids {
      for run in runs { print(run.id) }
    } else if runs.isEmpty, !all.isEmpty {
      print("none of \(all.count) run\(all.count == 1 ? "" : "s") here is like that")
    } else if runs.isEmpty, trash {
      print("no removed runs here")
    } else {
      print(RunTable(runs, columns: columns).text)
    }
  }

  private func query() throws -> RunQuery {
    var query = RunQuery()
    query.statuses = Set(status)
    query.experiments = Set(experiment)
    query.tags = Set(tag)
    query.conditions = try conditions.map { text in
      guard let condition = RunCondition(text) else {
        throw ValidationError(
          "--where takes key=value or key!=value, or <, <=, > or >= with a number, not '\(text)'.")
      }
      return condition
    }
    query.since = try since.map { text in
      guard let time = Moment.time(text) else {
        throw ValidationError(
          "--since takes a time such as 2025-11-21, 2025-11-21T10:52 or 2d, not '\(text)'.")
      }
      return time
    }
    query.order = sort.map(RunQuery.Order.init)
    query.isReversed = reverse
    query.limit = limit
    return query
  }
}

extension RunStatus: ExpressibleByArgument {}
