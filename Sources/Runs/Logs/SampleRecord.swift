import Foundation

/// A sample sheet, a line of `samples/index.jsonl`.
public struct SampleRecord: Codable, Equatable, Sendable {
  /// How many pictures stand in a sheet.
  public struct Grid: Codable, Equatable, Sendable {
    public var rows: Int
    public var columns: Int

    public init(rows: Int, columns: Int) {
      self.rows = rows
      self.columns = columns
    }
  }

  public var step: Int
  public var session: Int
  /// What the sheet shows: `fixed`, `interpolation`; its folder's name.
  public var tag: String
  public var seed: UInt64
  public var grid: Grid
  /// Relative to `samples`: `fixed/step-00001000.png`.
  public var file: String
  /// Of the file's bytes.
  public var sha256: String

  public init(
    step: Int, session: Int, tag: String, seed: UInt64, grid: Grid, file: String, sha256: String
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
