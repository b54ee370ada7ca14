import Foundation
import TandemRuns

/// What the page's script is given, as JSON.
struct ReportData: Encodable {
  /// The form of this data.
  let format = 1
  let title: String
  let written: Date
  let reloadSeconds: Double?
  let runs: [Run]
  /// What stands for the runs' own curves; nil where these are shown.
  let comparison: FoldedCurves?
  let differences: [Row]
  let configuration: [Row]
  let environment: [Row]
  let remarks: [String]

  /// A key with its value for each run; nil where a run has none.
  struct Row: Encodable {
    let key: String
    let values: [String?]
  }

  /// A run.
  struct Run: Encodable {
    let id: String
    let name: String
    let path: String
    let experiment: String?
    let status: String
    let message: String?
    let created: Date?
    let updated: Date?
    let seconds: Double?
    let step: Int?
    let totalSteps: Int?
    let seed: UInt64?
    let command: String?
    let git: GitState?
    let sessions: [Session]
    let checkpoints: [Int]
    let health: [HealthEntry]
    /// How to read the metrics, a sentence each, by name.
    let readings: [String: String]
    let notes: [String]
    let curves: RunCurves
    let samples: [Sample]
  }

  /// A stretch of work by one process.
  struct Session: Encodable {
    let number: Int
    let started: Date
    let ended: Date?
    let firstStep: Int
    let status: String
    let host: String
    let command: String
  }

  /// A sample sheet or a text.
  struct Sample: Encodable {
    let tag: String
    let step: Int
    let file: String
    /// The place of the sheet among the page's images.
    var image: Int?
    /// Pixels of the image in the page.
    var width: Int?
    var height: Int?
    /// The sheet's own size, `1024x1024`, where the page has a smaller one.
    var shrunkFrom: String?
    /// The text.
    var text: String?
  }
}
