import Foundation

/// A sample, a line of `samples/index.jsonl`: a sheet of pictures or a text.
public struct SampleRecord: Codable, Equatable, Sendable {
  /// How many pictures stand in a sheet.
  public struct Grid: Codable, Equatable, Sendable {
    /// Pictures below each other.
    public var rows: Int
    /// Pictures side by side.
    public var columns: Int

    /// A sheet of so many rows and columns.
    public init(rows: Int, columns: Int) {
      self.rows = rows
      self.columns = columns
    }
  }

  /// How many steps had been taken.
  public var step: Int
  /// The session that took it, from 1.
  public var session: Int
  /// What the sample shows: `fixed`, `interpolation`; its folder's name.
  public var tag: String
  /// What its random numbers followed from.
  public var seed: UInt64
  /// How the pictures of a sheet lie; nil for a text.
  public var grid: Grid?
  /// Relative to `samples`: `fixed/step-00001000.png`.
  public var file: String
  /// Of the file's bytes.
  public var sha256: String

  /// A record of the given values.
  public init(
    step: Int, session: Int, tag: String, seed: UInt64, grid: Grid?, file: String, sha256: String
  ) {
    self.step = step
    self.session = session
    self.tag = tag
    self.seed = seed
    self.grid = grid
    self.file = file
    self.sha256 = sha256
  }
}

/// Writes and reads `samples/index.jsonl`.
public typealias SampleIndex = JSONLines<SampleRecord>

extension JSONLines<SampleRecord> {
  /// Reads the samples that a run's folder holds: of a file that a resumed session wrote again,
  /// the last row, in the order of steps.
  public static func samples(
    _ path: String
  ) throws(RunError) -> (rows: [SampleRecord], skipped: [SkippedLine]) {
    let (rows, skipped) = try read(path)
    var latest: [String: SampleRecord] = [:]
    for row in rows { latest[row.file] = row }
    return (latest.values.sorted { ($0.step, $0.file) < ($1.step, $1.file) }, skipped)
  }
}
