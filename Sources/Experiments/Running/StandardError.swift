import Foundation

/// Writing to stderr, where a reader that is gone or a full disk is nobody's error to handle.
public enum StandardError {
  /// Writes `text` as it is; what cannot be written is dropped.
  public static func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
