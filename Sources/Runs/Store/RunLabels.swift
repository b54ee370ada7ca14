import Foundation

/// What a user says of a run, in its `labels.json`: `run.json` belongs to the process that writes
/// the run, which may be at work.
public struct RunLabels: Codable, Equatable, Sendable {
  /// Words to find the run by, sorted.
  public private(set) var tags: [String] = []
  /// A text to remember it by; nil for none, never empty.
  public private(set) var note: String?

  /// Labels of nothing.
  public init() {}

  /// Reads a run directory's labels: none where it has no such file.
  ///
  /// Throws `RunError` naming what is wrong with the file.
  public init(directory: String) throws(RunError) {
    let path = Self.path(directory)
    do {
      self = try JSONCoding.read(RunLabels.self, from: path)
    } catch .system(_, _, ENOENT) {
      return
    }
    for tag in tags where !Self.isTag(tag) {
      throw .damaged(path: path, reason: "'\(tag)' cannot be a tag")
    }
  }

  /// Whether a word can be a tag: one word without commas, of at most 100 bytes.
  public static func isTag(_ word: String) -> Bool {
    isPlainName(word) && word.utf8.count <= 100
      && !word.contains { $0.isWhitespace || $0 == "," }
  }

  /// Adds tags to a run; those that it has stay.
  ///
  /// Throws `RunError` for a word that can be no tag, and where the file cannot be written.
  ///
  /// - Returns: the run's labels.
  @discardableResult
  public static func add(
    _ tags: [String], to directory: String, fileSystem: any FileSystem = LocalFileSystem()
  ) throws(RunError) -> RunLabels {
    for tag in tags where !isTag(tag) {
      throw .invalid(
        path: path(directory), reason: "'\(tag)' cannot be a tag, which is a word without commas")
    }
    return try change(directory, fileSystem) { $0.tags = Set($0.tags + tags).sorted() }
  }

  /// Takes tags from a run; those that it does not have are no error.
  @discardableResult
  public static func remove(
    _ tags: [String], from directory: String, fileSystem: any FileSystem = LocalFileSystem()
  ) throws(RunError) -> RunLabels {
    try change(directory, fileSystem) { $0.tags.removeAll(where: tags.contains) }
  }

  /// Gives a run another note; an empty one takes the note away.
  @discardableResult
  public static func setNote(
    _ note: String, of directory: String, fileSystem: any FileSystem = LocalFileSystem()
  ) throws(RunError) -> RunLabels {
    try change(directory, fileSystem) { $0.note = note.isEmpty ? nil : note }
  }

  private static func path(_ directory: String) -> String { "\(directory)/labels.json" }

  /// Reads, changes and replaces the labels; a process that does so at the same time waits.
  private static func change(
    _ directory: String, _ fileSystem: any FileSystem, _ change: (inout RunLabels) -> Void
  ) throws(RunError) -> RunLabels {
    let lock = try fileSystem.waitForLock(
      "\(directory)/.labels.lock", of: path(directory), atMost: .seconds(5))
    do throws(RunError) {
      var labels = try RunLabels(directory: directory)
      let before = labels
      change(&labels)
      if labels != before {
        let path = path(directory)
        try fileSystem.replaceFile(path, bytes: try JSONCoding.file(labels, path: path))
      }
      try fileSystem.close(lock)
      return labels
    } catch {
      try? fileSystem.close(lock)
      throw error
    }
  }
}
