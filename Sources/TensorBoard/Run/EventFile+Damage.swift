import TandemRuns

extension EventFile {
  /// What is damaged in the event files of the run in the folder `path`, a line each: TensorBoard
  /// shows such a file up to there alone.
  ///
  /// A record that a killed process has left unfinished at the end of a file is no damage.
  public static func damage(ofRun path: String) -> [String] {
    let folder = "\(path)/tensorboard"
    guard isFolder(folder) else { return [] }
    do {
      return try EventFileName.all(in: folder).flatMap { damage(ofFile: "\(folder)/\($0.text)") }
    } catch {
      return [error.description]
    }
  }

  private static func damage(ofFile path: String) -> [String] {
    let skipped: [Skipped]
    do {
      skipped = try EventFile(contentsOf: path).skipped
        .filter { $0.reason != .unfinished }
    } catch {
      return [error.description]
    }
    let shown = skipped.prefix(3).map {
      "\(path): \($0.count) bytes at byte \($0.offset) skipped, \($0.reason.rawValue)"
    }
    let rest = skipped.count - shown.count
    return shown + (rest > 0 ? ["\(path): \(rest) more stretches skipped"] : [])
  }
}
