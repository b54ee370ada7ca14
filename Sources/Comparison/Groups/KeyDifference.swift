import TandemRuns

/// A configuration key whose value is not the same in all runs.
public struct KeyDifference: Sendable, Equatable, Encodable {
  /// The keys from the top down, joined by dots.
  public let key: String
  /// One for each group, as text: several values within a group joined by commas, nil where its
  /// runs have no such key.
  public let values: [String?]

  /// The keys in which the runs of groups differ, but for the seed; the experiment's name first.
  static func all(of groups: [RunGroup]) -> [KeyDifference] {
    let runs = groups.enumerated().flatMap { group in
      group.element.runs.map { (group: group.offset, run: $0) }
    }
    func row(_ key: String, _ value: (Int) -> String?) -> KeyDifference {
      var values = [[String]](repeating: [], count: groups.count)
      for (index, run) in runs.enumerated() {
        guard let text = value(index), !values[run.group].contains(text) else { continue }
        values[run.group].append(text)
      }
      return KeyDifference(
        key: key, values: values.map { $0.isEmpty ? nil : $0.joined(separator: ", ") })
    }
    var rows: [KeyDifference] = []
    if Set(runs.map(\.run.experiment)).count > 1 {
      rows.append(row("experiment") { runs[$0].run.experiment })
    }
    let differences = ConfigurationDifferences(runs.map(\.run.configuration), excluding: ["seed"])
    return rows
      + differences.entries.map { entry in row(entry.path) { entry.values[$0]?.label } }
  }
}
