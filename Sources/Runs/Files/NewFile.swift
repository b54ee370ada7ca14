import Foundation

/// A file that a user asked for at a place: it appears there whole or not at all.
public enum NewFile {
  /// Writes bytes.
  ///
  /// - Parameter isReplacing: Whether a file that is there gives way; if not, it stays.
  /// - Throws: `RunError` naming the file, and how to replace one that is there.
  public static func write(
    _ bytes: [UInt8], to path: String, replacing isReplacing: Bool
  ) throws(RunError) {
    try write(path, replacing: isReplacing) { (partial) throws(RunError) in
      try LocalFileSystem().createFile(partial, bytes: bytes)
    }
  }

  /// Lets a body write a file beside the place and then moves it there.
  ///
  /// - Parameters:
  ///   - isReplacing: Whether a file that is there gives way; if not, it stays.
  ///   - body: Is given the path to write to.
  /// - Throws: `RunError` naming the file.
  package static func write(
    _ path: String, replacing isReplacing: Bool, _ body: (String) throws(RunError) -> Void
  ) throws(RunError) {
    let taken = RunError.invalid(path: path, reason: "it is there already; --force replaces it")
    // Before the work is done; whether it holds is decided at the end.
    if !isReplacing, access(path, F_OK) == 0 { throw taken }
    let partial = "\(path).\(getpid()).partial"
    defer { unlink(partial) }
    do {
      try body(partial)
    } catch .system(_, partial, let code) {
      throw .system(operation: "write", path: path, code: code)
    }
    // A link, unlike a renaming, never takes the place of another file.
    guard (isReplacing ? rename(partial, path) : link(partial, path)) != 0 else { return }
    throw errno == EEXIST ? taken : .system(operation: "write", path: path, code: errno)
  }
}
