import Foundation

/// Writes samples where the user wants them.
public enum SampleFile {
  /// Writes a file whole or not at all.
  ///
  /// - Parameter replacing: Whether a file that is there is replaced; if not, it stays.
  /// - Throws: `SamplingRequestError` naming the file, and how to replace one that is there.
  public static func write(_ bytes: [UInt8], to path: String, replacing: Bool) throws {
    func fail(_ code: Int32) -> SamplingRequestError {
      SamplingRequestError(
        code == EEXIST
          ? "\(path) is there already; --force replaces it"
          : "cannot write \(path): \(String(cString: strerror(code)))")
    }
    let partial = "\(path).\(getpid()).partial"
    let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    if descriptor < 0 { throw fail(errno) }
    defer { unlink(partial) }
    do {
      defer { close(descriptor) }
      try bytes.withUnsafeBytes { try StreamedOutput.writeAll($0, to: descriptor) }
    } catch let error as OutputError {
      throw fail(error.code)
    }
    // A link, unlike a renaming, never takes the place of another file.
    if (replacing ? rename(partial, path) : link(partial, path)) != 0 { throw fail(errno) }
  }
}
