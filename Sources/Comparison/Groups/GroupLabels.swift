import TandemRuns

/// Short names of groups that say what differs between them and nothing else.
enum GroupLabels {
  /// So many differing keys are all named; of more, only as many as tell the groups apart.
  private static let mostKeys = 3

  /// A label for each group of runs, no two alike.
  static func labels(of groups: [[ComparedRun]]) -> [String] {
    var labels = groups.map(\.[0].experiment)
    var seen: Set<String> = []
    for experiment in labels where seen.insert(experiment).inserted {
      let members = groups.indices.filter { groups[$0][0].experiment == experiment }
      guard members.count > 1 else { continue }
      let parts = keyLabels(of: members.map { groups[$0][0] })
      let isAlone = members.count == groups.count
      for (member, part) in zip(members, parts) {
        labels[member] = isAlone ? part : part.isEmpty ? experiment : "\(experiment) \(part)"
      }
    }
    for index in labels.indices
    where labels[index].isEmpty || labels.filter({ $0 == labels[index] }).count > 1 {
      // Nothing in the configurations sets it apart, as where one cannot be read.
      labels[index] = (labels[index].isEmpty ? "" : labels[index] + " ") + groups[index][0].id
    }
    return labels
  }

  /// What the configurations of runs differ in, in words.
  private static func keyLabels(of runs: [ComparedRun]) -> [String] {
    let known = runs.indices.filter { runs[$0].configuration != nil }
    let entries = separating(
      ConfigurationDifferences(known.compactMap { runs[$0].configuration }, excluding: ["seed"])
        .entries)
    let names = shortNames(of: entries.map(\.path))
    var labels = [String](repeating: "", count: runs.count)
    for (place, run) in known.enumerated() {
      let parts = zip(names, entries).compactMap { name, entry in
        entry.values[place].map { "\(name) \($0.label)" }
      }
      labels[run] = parts.joined(separator: ", ")
    }
    return labels
  }

  /// The entries to name: all if they are few, else as many, in their order, as tell the
  /// configurations apart. A title is named only where nothing else differs.
  private static func separating(
    _ all: [ConfigurationDifferences.Entry]
  ) -> [ConfigurationDifferences.Entry] {
    let untitled = all.filter { $0.path != "title" }
    let entries = untitled.isEmpty ? all : untitled
    guard entries.count > mostKeys else { return entries }
    var chosen: [ConfigurationDifferences.Entry] = []
    func classes(_ entries: [ConfigurationDifferences.Entry]) -> Int {
      let places = entries.first?.values.indices ?? 0..<0
      return Set(
        places.map { place in entries.map { $0.values[place]?.label ?? "\n" } }
      ).count
    }
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

  /// The last key of each path where no other path ends in it; else the first and the last; else
  /// the whole path.
  static func shortNames(of paths: [String]) -> [String] {
    func isUnique(_ names: [String], _ index: Int) -> Bool {
      names.filter { $0 == names[index] }.count == 1
    }
    let keys = paths.map { $0.split(separator: ".").map(String.init) }
    let last = keys.map { $0.last ?? "" }
    let ends = keys.map { $0.count > 1 ? "\($0[0]) \($0[$0.count - 1])" : $0.first ?? "" }
    return paths.indices.map { index in
      isUnique(last, index) ? last[index] : isUnique(ends, index) ? ends[index] : paths[index]
    }
  }
}
