import TandemRuns

/// Short names of runs that say what differs between them and nothing else.
package enum RunNames {
  /// What a name is made of.
  package struct Subject {
    let id: String
    let experiment: String?
    let configuration: ConfigurationValue?

    /// A run as it lies on the disk.
    package init(_ run: RecordedRun) {
      (id, experiment, configuration) = (run.id, run.summary.experiment, run.configuration)
    }

    /// A run that is compared.
    init(_ run: ComparedRun) {
      (id, experiment, configuration) = (run.id, run.experiment, run.configuration)
    }
  }

  /// So many differing keys are all named; of more, only as many as tell the runs apart.
  private static let mostKeys = 3

  /// A name for each run, no two alike: the experiments where they differ, then the values of the
  /// keys that differ within one, as `learningRate 0.001, seed 2`; the two words of the id where
  /// that says nothing, and behind it where it says the same of several.
  ///
  /// - Parameter ignoring: Keys that no name holds.
  package static func names(
    of runs: [Subject], ignoring ignored: Set<String> = []
  ) -> [String] {
    var names = runs.map { $0.experiment ?? "" }
    for experiment in Set(names) {
      let members = names.indices.filter { names[$0] == experiment }
      guard members.count > 1 else { continue }
      let isAlone = members.count == names.count
      for (member, values) in zip(members, values(of: members.map { runs[$0] }, ignored)) {
        names[member] = [isAlone ? "" : experiment, values].filter { !$0.isEmpty }
          .joined(separator: " ")
      }
    }
    let ids = shortIDs(runs.map(\.id))
    let counts = Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
    return zip(names, ids).map { name, id in
      name.isEmpty ? id : counts[name] == 1 ? name : "\(name) (\(id))"
    }
  }

  /// The differing keys with their values for each run; empty for one whose configuration cannot be
  /// read, and where there are none.
  private static func values(of runs: [Subject], _ ignored: Set<String>) -> [String] {
    let entries = separating(
      ConfigurationDifferences(runs.map(\.configuration), excluding: ignored).entries)
    let keys = ConfigurationValue.shortKeys(entries.map(\.path))
    return runs.indices.map { run in
      guard runs[run].configuration != nil else { return "" }
      let parts = zip(keys, entries).compactMap { key, entry in
        entry.values[run].map { "\(key) \($0.label)" }
      }
      return (parts.isEmpty ? keys.map { "\($0) unset" } : parts).joined(separator: ", ")
    }
  }

  /// The entries to name: all if they are few, else as many, in their order, as tell the
  /// configurations apart. What was varied on purpose comes before the seeds that repeat it; a
  /// title is named only where nothing else differs.
  private static func separating(
    _ all: [ConfigurationDifferences.Entry]
  ) -> [ConfigurationDifferences.Entry] {
    let varied = all.filter { $0.path != "title" && $0.path != "seed" }
    let known = varied + all.filter { $0.path == "seed" }
    let entries = known.isEmpty ? all : known
    guard entries.count > mostKeys else { return entries }
    func classes(_ entries: [ConfigurationDifferences.Entry]) -> Int {
      let runs = entries.first?.values.indices ?? 0..<0
      return Set(runs.map { run in entries.map { $0.values[run]?.label } }).count
    }
    var chosen: [ConfigurationDifferences.Entry] = []
    var count = 1
    for entry in entries {
      let more = classes(chosen + [entry])
      if more > count {
        chosen.append(entry)
        count = more
      }
    }
    return chosen
  }

  /// The two words of each id behind its time; the ids where they have no such form or share the
  /// words.
  private static func shortIDs(_ ids: [String]) -> [String] {
    let words = ids.map { RunName.words(of: $0) ?? $0 }
    return Set(words).count == ids.count ? words : ids
  }
}

extension ConfigurationValue {
  /// The value as legends and tables show it.
  var label: String { self == .null ? "none" : inline }
}
