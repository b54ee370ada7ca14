import Foundation

/// The runs below a folder, found and listed by their `run.json` alone.
///
/// The root may be a folder of runs itself, an experiment (`<root>/runs`), a folder of
/// experiments (`<root>/*/runs`) or a project (`<root>/experiments/*/runs`).
public struct RunStore: Sendable {
  /// The folder to look below.
  public let root: String

  /// The runs below the folder `root`.
  public init(root: String) { self.root = root }

  /// The paths of all run directories, sorted; throws `RunError` when the root cannot be listed.
  public func paths() throws(RunError) -> [String] {
    var found: Set<String> = []
    for folder in try folders() { found.formUnion(Self.runs(in: folder)) }
    return found.sorted()
  }

  /// All runs, the oldest first; damaged ones too.
  public func list() throws(RunError) -> [RunSummary] {
    Self.sorted(try paths().map(RunSummary.init(path:)))
  }

  /// The folders that may hold runs.
  private func folders() throws(RunError) -> [String] {
    var folders = [root, "\(root)/runs"]
    for name in try namesInFolder(root) where name.first != "." {
      folders.append("\(root)/\(name)/runs")
    }
    for name in (try? namesInFolder("\(root)/experiments")) ?? [] where name.first != "." {
      folders.append("\(root)/experiments/\(name)/runs")
    }
    return folders
  }

  /// The folders of removed runs; see `RunTrash`.
  func trashFolders() throws(RunError) -> [String] {
    try folders().map { "\($0)/\(RunTrash.folder)" }
      .filter { isFolder($0) && !isSymbolicLink($0) }
  }

  /// The paths of all removed runs, sorted.
  func trashed() throws(RunError) -> [String] {
    var found: Set<String> = []
    for folder in try trashFolders() { found.formUnion(Self.runs(in: folder)) }
    return found.sorted()
  }

  /// Finds a run by its path, id, unique beginning of its id or of its two words, or `@last`.
  ///
  /// Throws `RunError.noSuchRun` or `.ambiguousRun`.
  ///
  /// - Returns: the run directory's path.
  public func find(_ name: String) throws(RunError) -> String {
    if name == "@last" {
      guard let last = try list().last(where: { $0.status != .damaged }) else {
        throw .noSuchRun(name: name, root: root)
      }
      return last.path
    }
    if name.contains("/") || name == "." || name == "..", Self.isRun(name) {
      return name.count > 1 && name.hasSuffix("/") ? String(name.dropLast()) : name
    }
    return try Self.match(name, among: try paths(), root: root)
  }

  /// The one path whose id is a name, or begins with it, or has it at the beginning of its words.
  static func match(
    _ name: String, among paths: [String], root: String
  ) throws(RunError) -> String {
    guard !name.isEmpty else { throw .noSuchRun(name: name, root: root) }
    let exact = paths.filter { lastComponent(of: $0) == name }
    let matches =
      exact.isEmpty
      ? paths.filter {
        let id = lastComponent(of: $0)
        return id.hasPrefix(name) || RunName.words(of: id)?.hasPrefix(name) ?? false
      } : exact
    guard let first = matches.first else {
      throw .noSuchRun(
        name: name, root: root, near: Self.nearest(to: name, paths.map(lastComponent)))
    }
    guard matches.count == 1 else {
      let candidates = exact.isEmpty ? matches.map { lastComponent(of: $0) } : matches
      throw .ambiguousRun(name: name, candidates: candidates)
    }
    return first
  }

  /// The id that is most like a name, as a whole or in its words; nil where none is near.
  private static func nearest(to name: String, _ ids: [String]) -> String? {
    let name = lastComponent(of: name)
    if let id = suggestion(for: name, among: ids) { return id }
    let words = suggestion(for: name, among: ids.compactMap(RunName.words))
    return words.flatMap { words in ids.last { RunName.words(of: $0) == words } }
  }

  /// Runs that lie directly in a folder.
  private static func runs(in folder: String) -> [String] {
    ((try? namesInFolder(folder)) ?? [])
      .filter { $0.first != "." }.map { "\(folder)/\($0)" }.filter(isRun)
  }

  /// Whether a folder is a run directory, be it a damaged one.
  private static func isRun(_ path: String) -> Bool {
    exists("\(path)/run.json") || (RunName.isRunName(lastComponent(of: path)) && isFolder(path))
  }

  /// Runs in the order of their beginnings, then of their ids.
  static func sorted(_ runs: [RunSummary]) -> [RunSummary] {
    runs.map { run in
      // Ids begin with the time to the second; the record has it to the millisecond.
      (run, run.created ?? RunName.time(of: run.id) ?? .distantPast)
    }.sorted { ($0.1, $0.0.id) < ($1.1, $1.0.id) }.map(\.0)
  }
}
