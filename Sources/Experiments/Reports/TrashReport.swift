import Foundation
import TandemRuns

/// What `tandem rm` and `tandem restore` tell.
public struct TrashReport: JSONReport {
  /// A run that went to another place.
  struct Move: Encodable {
    let from: String
    let to: String
  }

  let moves: [Move]
  /// What did not go, a line each.
  public let problems: [String]
  private let verb: String

  private enum CodingKeys: String, CodingKey {
    case moves, problems
  }

  /// Finds all runs, then moves them; one that does not go keeps none of the others.
  ///
  /// - Parameters:
  ///   - verb: What happened to them: `removed`.
  ///   - find: From a name to a path; all names are looked up before the first run moves.
  ///   - move: Moves a run and returns its new path.
  public init(
    _ names: [String], _ verb: String, find: (String) throws -> String,
    move: (String) throws -> String
  ) {
    var (paths, moves, problems): ([String], [Move], [String]) = ([], [], [])
    for name in names {
      do {
        let path = try find(name)
        if !paths.contains(path) { paths.append(path) }
      } catch {
        problems.append("\(error)")
      }
    }
    for path in paths {
      do {
        moves.append(Move(from: path, to: try move(path)))
      } catch {
        problems.append("\(error)")
      }
    }
    (self.moves, self.problems, self.verb) = (moves, problems, verb)
  }

  public var text: String {
    moves.map { "\(verb) \($0.from) to \($0.to)".visible }.joined(separator: "\n")
  }
}

/// What `tandem purge` tells.
public struct PurgeReport: JSONReport {
  /// One run of the trash.
  struct Row: Encodable {
    let id: String
    let path: String
    let removed: Date?
    let bytes: Int
  }

  let isDone: Bool
  private(set) var runs: [Row] = []
  private(set) var bytes = 0

  /// A report of nothing yet.
  ///
  /// - Parameter isDone: Whether runs are deleted; if not, the report says what would be.
  public init(isDone: Bool) { self.isDone = isDone }

  private enum CodingKeys: String, CodingKey {
    case runs, bytes
    case isDone = "deleted"
  }

  /// Adds a run that took so many bytes.
  public mutating func add(_ run: RunSummary, bytes: Int) {
    runs.append(Row(id: run.id, path: run.path, removed: run.removed, bytes: bytes))
    self.bytes += bytes
  }

  public var text: String {
    if runs.isEmpty { return "no removed runs to delete" }
    var table = TextTable([("RUN", .left), ("REMOVED", .left), ("SIZE", .right)])
    for row in runs {
      table.add([row.id, RunTable.moment(row.removed), PurgeReport.size(row.bytes)])
    }
    let count = "\(runs.count) run\(runs.count == 1 ? "" : "s")"
    let total = PurgeReport.size(bytes)
    return table.text + "\n"
      + (isDone
        ? "deleted \(count), \(total) freed"
        : "\(count), \(total) to be freed; nothing is deleted without --yes")
  }

  static func size(_ bytes: Int) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB"]
    var (size, unit) = (Double(bytes) / 1024, 0)
    while size >= 1024, unit + 1 < units.count { (size, unit) = (size / 1024, unit + 1) }
    return String(format: "%.1f %@", size, units[unit])
  }
}
