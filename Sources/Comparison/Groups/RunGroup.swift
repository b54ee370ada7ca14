import TandemRuns

/// Runs that are shown as one: those that differ by their seeds alone, or have one value of a key.
public struct RunGroup: Sendable {
  /// What sets it apart from the other groups, for legends: `learningRate 0.0002`.
  public let label: String
  /// In the order in which they were given; never empty.
  public let runs: [ComparedRun]

  /// Folds runs that differ by their seeds alone, or have the same value of a key, in the order in
  /// which each group's first run was given.
  ///
  /// - Parameter key: a path of keys or its end, or `experiment`; nil for the seed alone.
  /// - Throws: `ComparisonError` for a key that no configuration has, or for an end that several
  ///   have.
  public static func groups(of runs: [ComparedRun], by key: String?) throws(ComparisonError)
    -> [RunGroup]
  {
    guard let key else {
      let parts = partition(runs) { "\($0.experiment)\n\($0.fingerprint)" }
      let names = RunNames.names(of: parts.map { .init($0[0]) }, ignoring: ["seed"])
      return zip(names, parts).map(RunGroup.init)
    }
    if key == "experiment" {
      return partition(runs, by: \.experiment).map {
        RunGroup(label: $0[0].experiment, runs: $0)
      }
    }
    let path = try self.path(of: key, in: runs)
    let name = path.split(separator: ".").last.map(String.init) ?? path
    func value(_ run: ComparedRun) -> String { run.configuration?[path]?.label ?? "not set" }
    return partition(runs, by: value).map {
      RunGroup(label: "\(name) \(value($0[0]))", runs: $0)
    }
  }

  /// The runs by a key, in the order of each key's first run.
  static func partition(
    _ runs: [ComparedRun], by key: (ComparedRun) -> String
  ) -> [[ComparedRun]] {
    var places: [String: Int] = [:]
    var parts: [[ComparedRun]] = []
    for run in runs {
      let key = key(run)
      if let place = places[key] {
        parts[place].append(run)
      } else {
        places[key] = parts.count
        parts.append([run])
      }
    }
    return parts
  }

  /// The path that a key, or the end of one, stands for.
  private static func path(
    of key: String, in runs: [ComparedRun]
  ) throws(ComparisonError) -> String {
    let configurations = runs.compactMap(\.configuration)
    if configurations.contains(where: { $0[key] != nil }) { return key }
    var seen: Set<String> = []
    let paths = configurations.flatMap { $0.leaves.map(\.path) }.filter { seen.insert($0).inserted }
    let matches = paths.filter { $0.hasSuffix(".\(key)") }
    guard let match = matches.first else {
      let ends = paths.map { $0.split(separator: ".").last.map(String.init) ?? $0 }
      throw .unknownKey(
        name: key, near: suggestion(for: key, among: paths) ?? suggestion(for: key, among: ends))
    }
    guard matches.count == 1 else { throw .ambiguousKey(name: key, candidates: matches) }
    return match
  }
}
