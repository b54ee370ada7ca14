import TandemRuns

/// Names of runs that say what differs between them.
package enum RunNames {
  /// The most keys whose values a name holds.
  private static let mostKeys = 3

  /// A name for each run: its experiment where it is alone; else the values of the keys that
  /// differ, as `seed 2` or `learningRate 0.001, seed 2`, if these are few; else the experiment
  /// with the two words of the id. No two are equal.
  package static func names(of runs: [RecordedRun]) -> [String] {
    let experiments = runs.map { $0.summary.experiment }
    let names: [String]
    if runs.count == 1 {
      names = runs.map { $0.summary.experiment ?? $0.id }
    } else {
      let differing = Set(experiments).count > 1
      names = zip(runs, differences(of: runs)).map { run, values in
        let experiment = differing ? run.summary.experiment : nil
        guard let values, !values.isEmpty || experiment != nil else { return words(of: run.id) }
        let parts = [experiment].compactMap { $0 } + values
        return parts.joined(separator: ", ")
      }
    }
    let counts = Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
    return zip(names, runs).map { name, run in
      guard counts[name] != 1, name != words(of: run.id) else { return name }
      return "\(name) (\(words(of: run.id)))"
    }
  }

  /// The differing keys with their values for each run; empty where there are none or too many,
  /// nil where the run's configuration cannot be read.
  private static func differences(of runs: [RecordedRun]) -> [[String]?] {
    let known = runs.indices.filter { runs[$0].configuration != nil }
    let differences = ConfigurationDifferences(
      known.compactMap { runs[$0].configuration }, excluding: ["title"])
    let few = differences.entries.count <= mostKeys ? differences.entries : []
    // What was varied on purpose comes before the seeds that repeat it.
    let entries = few.filter { $0.path != "seed" } + few.filter { $0.path == "seed" }
    let keys = shortened(entries.map(\.path))
    var names: [[String]?] = runs.map { _ in nil }
    for (place, index) in known.enumerated() {
      names[index] = zip(keys, entries).map { key, entry in
        "\(key) \(entry.values[place]?.inline ?? "unset")"
      }
    }
    return names
  }

  /// Paths cut to their last key, or to the last two where two paths would be the same.
  private static func shortened(_ paths: [String]) -> [String] {
    func end(of path: String, keys: Int) -> String {
      path.split(separator: ".").suffix(keys).joined(separator: ".")
    }
    return paths.map { path in
      let depth = path.split(separator: ".").count
      let enough = (1...max(1, depth)).first { keys in
        paths.count { end(of: $0, keys: keys) == end(of: path, keys: keys) } == 1
      }
      return end(of: path, keys: enough ?? depth)
    }
  }

  /// The two words of an id behind its time; the id where it has no such form.
  private static func words(of id: String) -> String {
    let parts = id.split(separator: "-")
    return parts.count == 4 ? parts[2...].joined(separator: "-") : id
  }
}
