import Foundation
import TandemRuns

extension RunContrast.Section {
  private typealias Difference = RunContrast.Difference

  /// The keys whose values differ, the seed among them; what names data is in their own section.
  static func configuration(_ a: RecordedRun, _ b: RecordedRun) -> RunContrast.Section {
    keys(a, b, "configuration") { !isOfData($0) }
  }

  /// What is known of the data: their keys in the configuration, and what a checkpoint keeps of
  /// them, such as a vocabulary.
  static func data(_ a: RecordedRun, _ b: RecordedRun) -> RunContrast.Section {
    let keys = keys(a, b, "data") { isOfData($0) }
    let facts = [a, b].map { Facts(of: $0.path) }
    var differences = keys.differences
    var unknown = keys.unknown
    if let one = facts[0].text, let other = facts[1].text {
      if one != other {
        differences.append(
          Difference(
            name: "facts of the data in checkpoints", first: facts[0].fingerprint,
            second: facts[1].fingerprint))
      }
    } else if keys.differences.isEmpty {
      unknown.append("the bytes of data files, if any were read: the runs keep no mark of them")
    }
    return .init(name: "data", differences: differences, unknown: unknown)
  }

  /// What git said of the tree, and the changes that it did not have.
  static func code(_ a: RecordedRun, _ b: RecordedRun) -> RunContrast.Section {
    var unknown: [String] = []
    for run in [a, b] {
      guard let git = run.record?.git else {
        unknown.append("\(run.id) was started outside a git tree")
        continue
      }
      if let reason = git.omittedPatch { unknown.append("changes of \(run.id): \(reason)") }
      if !git.untracked.isEmpty {
        unknown.append(
          "\(run.id) had \(git.untracked.count) files that git did not know, whose text is not kept"
        )
      }
    }
    let (one, other) = (a.record?.git, b.record?.git)
    return table("code", unknown: unknown) { add in
      add("commit", one?.commit, other?.commit)
      add("branch", one?.branch, other?.branch)
      add("changed files", one.map { "\($0.isDirty)" }, other.map { "\($0.isDirty)" })
      add("changes (SHA-256 of code/diff.patch)", patch(a), patch(b))
      add("untracked files", untracked(one), untracked(other))
    }
  }

  /// The machine and the versions of what ran on it, field by field of `env.json`.
  static func environment(_ a: RecordedRun, _ b: RecordedRun) -> RunContrast.Section {
    let tables = [a, b].map { try? ConfigurationValue(contentsOf: "\($0.path)/env.json") }
    guard let one = tables[0], let other = tables[1] else {
      let missing = zip([a, b], tables).filter { $0.1 == nil }.map { "\($0.0.id) has no env.json" }
      return .init(name: "environment", differences: [], unknown: missing)
    }
    let entries = ConfigurationDifferences([one, other]).entries
    return .init(
      name: "environment",
      differences: entries.map {
        Difference(name: $0.path, first: $0.values[0]?.inline, second: $0.values[1]?.inline)
      }, unknown: [])
  }

  /// How the runs were carried out: status, steps, sessions with the steps they began at, parent.
  static func sessions(_ a: RecordedRun, _ b: RecordedRun) -> RunContrast.Section {
    let parents = [a, b].map { parent(of: $0.path) }
    return table("sessions", unknown: []) { add in
      add("experiment", a.record?.experiment, b.record?.experiment)
      add("status", a.summary.status.rawValue, b.summary.status.rawValue)
      add("steps", a.record.map { "\($0.step)" }, b.record.map { "\($0.step)" })
      add(
        "total steps", a.record?.totalSteps.map(String.init), b.record?.totalSteps.map(String.init))
      add("sessions began at steps", starts(a), starts(b))
      for key in Set(parents.flatMap(\.keys)).sorted() {
        add(key, parents[0][key], parents[1][key])
      }
    }
  }

  private static func table(
    _ name: String, unknown: [String], _ body: ((String, String?, String?) -> Void) -> Void
  ) -> RunContrast.Section {
    var differences: [Difference] = []
    body { name, first, second in
      if first != second {
        differences.append(Difference(name: name, first: first, second: second))
      }
    }
    return .init(name: name, differences: differences, unknown: unknown)
  }

  private static func keys(
    _ a: RecordedRun, _ b: RecordedRun, _ name: String, _ isChosen: (String) -> Bool
  ) -> RunContrast.Section {
    guard let one = a.configuration, let other = b.configuration else {
      let missing = [a, b].filter { $0.configuration == nil }
      return .init(
        name: name, differences: [],
        unknown: missing.map { "the configuration of \($0.id) cannot be read" })
    }
    let entries = ConfigurationDifferences([one, other]).entries.filter { isChosen($0.path) }
    return .init(
      name: name,
      differences: entries.map {
        Difference(name: $0.path, first: $0.values[0]?.inline, second: $0.values[1]?.inline)
      }, unknown: [])
  }

  private static func isOfData(_ path: String) -> Bool {
    path == "data" || path.hasPrefix("data.")
  }

  private static func patch(_ run: RecordedRun) -> String? {
    (try? Fingerprint.sha256(ofFile: "\(run.path)/code/diff.patch")).map { String($0.prefix(12)) }
  }

  private static func untracked(_ git: GitState?) -> String? {
    guard let files = git?.untracked, !files.isEmpty else { return nil }
    let more = files.count > 4 ? " and \(files.count - 4) more" : ""
    return files.prefix(4).joined(separator: ", ") + more
  }

  private static func starts(_ run: RecordedRun) -> String? {
    run.record.map { $0.sessions.map { "\($0.firstStep)" }.joined(separator: ", ") }
  }

  /// What `run.json` says of a parent, whatever its form.
  private static func parent(of path: String) -> [String: String] {
    guard let record = try? ConfigurationValue(contentsOf: "\(path)/run.json") else { return [:] }
    let leaves = record.leaves.filter { $0.path == "parent" || $0.path.hasPrefix("parent.") }
    return Dictionary(
      leaves.map { ($0.path, $0.value.inline) }, uniquingKeysWith: { first, _ in first })
  }
}

/// What a run's latest checkpoint keeps of its data: `state.facts` of `state.json`.
private struct Facts {
  /// As canonical JSON; nil where nothing is kept.
  let text: String?

  init(of run: String) {
    let store = CheckpointStore(path: "\(run)/checkpoints")
    let steps = (try? store.steps()) ?? []
    text = steps.last.flatMap { step in
      let folder = CheckpointStore.folderName(step)
      guard let data = try? Data(contentsOf: URL(filePath: "\(store.path)/\(folder)/state.json")),
        let root = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
        let facts = (root["state"] as? [String: Any])?["facts"],
        let bytes = try? JSONSerialization.data(
          withJSONObject: facts, options: [.sortedKeys, .fragmentsAllowed])
      else { return nil }
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  var fingerprint: String? { text.map { String(Fingerprint.sha256(of: $0.utf8).prefix(12)) } }
}
