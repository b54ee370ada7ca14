import ArgumentParser
import TandemDatasets
import TandemRuns

// What a shell is told of a word that is being typed.
extension CompletionKind {
  /// The ids of the runs below `--root`, and their two words.
  static let runs = words { store in names(of: try store.paths()) }

  /// The same of the removed runs below `--root`.
  static let removedRuns = words { store in names(of: try RunTrash(store).paths()) }

  /// The tags of the runs below `--root`.
  static let tags = words { store in
    Set(try store.paths().flatMap { (try? RunLabels(directory: $0))?.tags ?? [] }).sorted()
  }

  /// The experiments that the runs below `--root` are of.
  static let experimentNames = words { store in
    Set(try store.list().compactMap(\.experiment)).sorted()
  }

  /// The names of the last run's metrics.
  static let metrics = words { store in try store.list().last?.metrics.keys.sorted() ?? [] }

  /// The data sets that can be downloaded.
  static let datasets = list(DatasetCatalogue().entries.filter { !$0.files.isEmpty }.map(\.name))

  /// The experiment directories in the folder that is being typed and in those in it; the folders
  /// alone where there are none.
  static let experiments = custom { words, index, _ in
    let typed = words.indices.contains(index) ? words[index] : ""
    let start = typed.lastIndex(of: "/").map { String(typed[...$0]) } ?? ""
    let near = folders(in: start)
    let found = (near + near.flatMap { folders(in: "\($0)/") })
      .filter { exists("\($0)/experiment.yaml") }
    let fitting = found.filter { $0.hasPrefix(typed) }
    return fitting.isEmpty ? near : fitting
  }

  /// Words that follow from the runs; none where there is no reading them.
  private static func words(
    _ find: @escaping @Sendable (RunStore) throws -> [String]
  ) -> CompletionKind {
    custom { words, _, _ in
      ((try? find(RunStore(root: root(words)))) ?? []).filter(isPlain)
    }
  }

  /// The folders in one, `start` being empty or ending with a slash.
  private static func folders(in start: String) -> [String] {
    let names = (try? namesInFolder(start.isEmpty ? "." : start)) ?? []
    return names.filter { !$0.hasPrefix(".") }.map { start + $0 }
      .filter { isPlain($0) && isFolder($0) }
  }

  /// Whether a word means itself: bash expands what it is offered.
  private static func isPlain(_ word: String) -> Bool {
    !word.contains { "$`\\\"'".contains($0) || $0.isNewline }
  }

  /// What runs may be called, each once.
  private static func names(of paths: [String]) -> [String] {
    let ids = Set(paths.map(lastComponent)).sorted()
    return ["@last"] + ids + ids.compactMap(RunName.words)
  }

  /// What a command line that is being typed says of the root.
  private static func root(_ words: [String]) -> String {
    for (index, word) in words.enumerated().reversed() {
      if word.hasPrefix("--root=") { return String(word.dropFirst("--root=".count)) }
      if word == "--root", index + 1 < words.count, !words[index + 1].isEmpty {
        return words[index + 1]
      }
    }
    return "."
  }
}
