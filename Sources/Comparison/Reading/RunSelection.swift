import Foundation
import TandemRuns

/// The runs that a command line names.
public enum RunSelection {
  /// The directories of the runs that `names` stand for, each once, in the order of the names.
  ///
  /// A name is what `RunStore.find` takes, or a folder of runs, an experiment or a project, which
  /// stands for all runs in it, the oldest first.
  ///
  /// - Parameter root: where runs are looked for that are named by id, its beginning or `@last`.
  /// - Throws: `RunError` for a name that is no run's, `ComparisonError.noRuns` for no run at all.
  public static func paths(_ names: [String], root: String) throws -> [String] {
    var paths: [String] = []
    for name in names {
      let inside = try runs(inside: name, root: root)
      paths += try inside ?? [RunStore(root: root).find(name)]
    }
    guard !paths.isEmpty else { throw ComparisonError.noRuns(place: root) }
    var seen: Set<String> = []
    return paths.filter {
      seen.insert(URL(filePath: $0).resolvingSymlinksInPath().standardizedFileURL.path).inserted
    }
  }

  /// The runs in a folder that is no run itself; nil where the name is no such folder.
  private static func runs(inside name: String, root: String) throws -> [String]? {
    guard isFolder(name), !exists("\(name)/run.json") else { return nil }
    let folder = name.count > 1 && name.hasSuffix("/") ? String(name.dropLast()) : name
    // Ids tell the time to the second only; the listing knows it better.
    let found = try RunStore(root: folder).list().map(\.path)
    if !found.isEmpty { return found }
    // The folder may be named like the beginning of a run's id, or be a damaged run itself.
    let run = Result { () throws(RunError) in try RunStore(root: root).find(name) }
    if case .failure(.noSuchRun) = run { throw ComparisonError.noRuns(place: name) }
    return nil
  }
}
