import Foundation
import Synchronization

/// An append-only file of Codable rows, one JSON line each; every row is handed to the operating
/// system at once.
public final class JSONLines<Row: Codable & Sendable>: Sendable {
  private let file: Mutex<AppendFile>
  /// The file.
  public let path: String

  /// Opens the file for appending; creates it when absent.
  public init(path: String, fileSystem: any FileSystem = LocalFileSystem()) throws(RunError) {
    self.path = path
    file = Mutex(try AppendFile(path: path, fileSystem: fileSystem))
  }

  deinit { try? close() }

  /// Appends a row.
  public func append(_ row: Row) throws(RunError) {
    let text = try typed(path) { try JSONCoding.encoder(pretty: false).encode(row) }
    try file.withLock { (file) throws(RunError) in
      file.add {
        $0.append(contentsOf: text)
        $0.append(UInt8(ascii: "\n"))
      }
      try file.flush()
    }
  }

  /// Writes all rows to the disk itself, so that they survive a power cut.
  public func synchronize() throws(RunError) {
    try file.withLock { (file) throws(RunError) in try file.synchronize() }
  }

  /// Writes all rows to the disk and closes the file; later calls do nothing.
  public func close() throws(RunError) {
    try file.withLock { (file) throws(RunError) in try file.close() }
  }

  /// Reads all rows; a last line without its end does not count, other damaged lines are listed.
  public static func read(
    _ path: String
  ) throws(RunError) -> (rows: [Row], skipped: [SkippedLine]) {
    let bytes = try readFile(path)
    let decoder = JSONCoding.decoder()
    var rows: [Row] = []
    var skipped: [SkippedLine] = []
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.dropLast().enumerated() where !line.isEmpty {
      do {
        rows.append(try decoder.decode(Row.self, from: Data(line)))
      } catch {
        skipped.append(SkippedLine(line: index + 1, reason: oneLine(of: error)))
      }
    }
    return (rows, skipped)
  }
}
