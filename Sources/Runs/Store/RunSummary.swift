import Foundation

/// A run as listings show it, also one whose directory is damaged.
public struct RunSummary: Codable, Equatable, Sendable {
  /// The run's id, its directory's name.
  public let id: String
  /// The directory.
  public let path: String
  /// The experiment's name.
  public let experiment: String?
  /// How the run stands; `lost` where its process is gone.
  public let status: RunStatus
  /// When the first session began.
  public let created: Date?
  /// When `run.json` was last written.
  public let updated: Date?
  /// Seconds of work, all sessions together.
  public let seconds: Double?
  /// How many sessions there were.
  public let sessions: Int
  /// Steps taken; of a lost run, whose record may be older, those of its last row of metrics.
  public let step: Int?
  /// How many steps the configuration asks for: more than a run has that is done, where its launch
  /// asked for fewer.
  public let totalSteps: Int?
  /// What every random number followed from.
  public let seed: UInt64?
  /// Equal for runs that differ in the seed alone.
  public let configuration: String?
  /// The last values of the metrics.
  public let metrics: [String: Double]
  /// Why the run failed or was stopped, or what is damaged.
  public let message: String?
  /// The words that a user gave it.
  public let tags: [String]
  /// What a user noted of it.
  public let note: String?
  /// When it was removed; nil of a run that is not in the trash, or does not say.
  public let removed: Date?
  /// What of its labels could not be read.
  public let warning: String?

  /// Reads a run directory's `run.json` and labels; what is wrong with the former becomes the
  /// message.
  public init(path: String) {
    self.path = path
    removed = RunTrash.removal(of: path)
    do {
      let labels = try RunLabels(directory: path)
      (tags, note, warning) = (labels.tags, labels.note, nil)
    } catch {
      (tags, note, warning) = ([], nil, error.description)
    }
    do {
      let record = try ListedRecord(directory: path)
      id = record.id
      experiment = record.experiment
      let status = record.status.observed(process: record.process)
      self.status = status
      created = record.created
      updated = record.updated
      seconds = record.seconds
      sessions = record.sessions.count
      let row = status == .lost ? Self.lastRow(of: path, behind: record) : nil
      step = row?.steps.last ?? record.step
      metrics = record.metrics.merging(row?.last ?? [:]) { $1 }
      totalSteps = record.totalSteps
      seed = record.seed
      configuration = record.configuration
      message = record.message
    } catch {
      id = lastComponent(of: path)
      status = .damaged
      message = error.description
      (experiment, created, updated, seconds, step, totalSteps) = (nil, nil, nil, nil, nil, nil)
      (seed, configuration, metrics, sessions) = (nil, nil, [:], 0)
    }
  }

  /// The last row of metrics of a run, if it is of the last session and further than the record.
  private static func lastRow(of path: String, behind record: ListedRecord) -> MetricsHistory? {
    guard let row = try? MetricsReader.lastRow(of: "\(path)/metrics.jsonl"),
      let step = row.steps.last, step > record.step,
      row.sessions.last == record.sessions.last?.number
    else { return nil }
    return row
  }

  /// The summary as JSON, keys sorted.
  public var json: String { Self.text(self) }

  /// A listing as a JSON array.
  public static func json(_ summaries: [RunSummary]) -> String { text(summaries) }

  private static func text(_ value: some Encodable) -> String {
    // Every field has a form in JSON, numbers that are not finite included.
    (try? ReportText.json(value)) ?? ""
  }
}
