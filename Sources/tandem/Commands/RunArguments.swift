import ArgumentParser
import TandemRuns

/// Where runs are looked for.
struct RootOption: ParsableArguments {
  @Option(help: "Where to look for runs.", completion: .directory)
  var root = "."

  var store: RunStore { RunStore(root: root) }
}

extension ArgumentHelp {
  /// The help of an argument that names a run.
  static let run = ArgumentHelp(
    "A run's id, the beginning of it, its path, or @last.", valueName: "run")
}

extension CompletionKind {
  /// The ids of the runs below `--root`.
  static let runs = CompletionKind.custom { words, _, _ in
    ["@last"] + ids((try? RunStore(root: root(words)).paths()) ?? [])
  }

  /// The ids of the removed runs below `--root`.
  static let removedRuns = CompletionKind.custom { words, _, _ in
    ids((try? RunTrash(RunStore(root: root(words))).paths()) ?? [])
  }

  private static func ids(_ paths: [String]) -> [String] {
    paths.map { String($0.split(separator: "/").last ?? "") }
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
