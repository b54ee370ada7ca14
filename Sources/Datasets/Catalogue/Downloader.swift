import Foundation

/// Downloads files of known content over HTTP, and resumes what broke off.
///
/// Bytes go to `NAME.part`; only when their SHA-256 is right are they flushed to disk and given
/// the name NAME, in one step. A file under its final name is therefore always whole.
public struct Downloader: Sendable {
  /// How far a download is.
  public struct Progress: Hashable, Sendable {
    /// The file's name.
    public let name: String
    /// The bytes that have arrived, those of an earlier, broken download included.
    public let received: Int
    /// The size of the whole file in bytes.
    public let size: Int
  }

  /// How often an address is tried in a row without a byte arriving, 1 or more.
  public var attempts = 4
  /// The pause before the second attempt; it doubles with each further one.
  public var pause = Duration.seconds(1)
  /// The seconds without a byte after which an attempt is given up.
  public var timeout: TimeInterval = 30

  /// A downloader with the usual patience.
  public init() {}

  /// Downloads a file into `directory`, which is made if need be, and returns its path.
  ///
  /// Nothing is downloaded when the right file is there already; a wrong one is replaced.
  /// - Parameter progress: called from a background thread whenever bytes have arrived.
  /// - Throws: `DownloadError`, of the last address tried; `CancellationError`.
  @discardableResult
  public func fetch(
    _ file: RemoteFile, into directory: String,
    progress: @escaping @Sendable (Progress) -> Void = { _ in }
  ) async throws -> String {
    let path = (directory as NSString).appendingPathComponent(file.name)
    do {
      try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: true)
    } catch {
      throw DownloadError.storage(path: directory, reason: "the directory cannot be made")
    }
    let part = try PartialFile(for: path)
    defer { part.unlock() }
    if (try? FileSum.sha256(of: path)) == file.sha256 {
      part.discard()
      return path
    }
    var failure = DownloadError.badAddress(url: file.name)
    for url in file.urls {
      do {
        try await fetch(file, from: url, to: part) {
          progress(Progress(name: file.name, received: $0, size: file.size))
        }
        try part.commit()
        return path
      } catch let error as DownloadError {
        if case .storage = error { throw error }
        failure = error
      }
    }
    if part.length == 0 { part.discard() }
    throw failure
  }

  /// Fills `part` from one address until its sum is right.
  private func fetch(
    _ file: RemoteFile, from url: String, to part: PartialFile,
    progress: @escaping @Sendable (Int) -> Void
  ) async throws {
    let inherited = part.length > 0
    try await complete(part, with: file, from: url, progress: progress)
    var sum = try part.sha256()
    if sum != file.sha256, inherited {
      // The bytes an earlier download left were perhaps the wrong ones: once more without them.
      try part.restart()
      try await complete(part, with: file, from: url, progress: progress)
      sum = try part.sha256()
    }
    guard sum == file.sha256 else {
      try part.restart()
      throw DownloadError.wrongContent(
        url: url, reason: "its SHA-256 is \(sum), not \(file.sha256)")
    }
  }

  /// Repeats transfers until `part` has the file's size.
  private func complete(
    _ part: PartialFile, with file: RemoteFile, from url: String,
    progress: @escaping @Sendable (Int) -> Void
  ) async throws {
    if part.length > file.size { try part.restart() }
    var failures = 0
    while part.length < file.size {
      let before = part.length
      do {
        let transfer = Transfer(url: url, expected: file.size, part: part, progress: progress)
        try await transfer.run(timeout: timeout)
        if part.length < file.size {
          throw DownloadError.brokenOff(
            url: url, received: part.length, expected: file.size, reason: "the server stopped")
        }
      } catch let error as DownloadError {
        failures = part.length > before ? 1 : failures + 1
        guard error.isPassing, failures < max(attempts, 1) else { throw error }
        try await Task.sleep(for: pause * (1 << min(failures - 1, 6)))
      }
    }
  }
}
