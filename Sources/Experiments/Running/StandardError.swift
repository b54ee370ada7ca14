import Foundation
import TandemRuns

/// Writing to stderr, where a reader that is gone or a full disk is nobody's error to handle.
public enum StandardError {
  /// Writes `text` as it is; what cannot be written is dropped.
  public static func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }

  /// Writes a line, without what would move a terminal's cursor.
  public static func tell(_ line: String) { write("\(line.visible)\n") }

  /// Tells what the user should know.
  public static func note(_ line: String) { tell("note: \(line)") }

  /// Tells what the user may not have wanted.
  public static func warn(_ line: String) { tell("warning: \(line)") }

  /// Tells what went wrong.
  public static func fail(_ line: String) { tell("error: \(line)") }
}
