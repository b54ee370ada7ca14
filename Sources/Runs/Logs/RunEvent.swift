import Foundation

/// Something that happened to a run, a line of `events.jsonl`.
///
/// ```
/// {"advice":"…","kind":"health","message":"…","rule":"collapse","session":1,"severity":"warning",
///  "step":120,"threshold":0.25,"time":"2025-11-21T10:52:00.000Z","value":0.18}
/// ```
public struct RunEvent: Equatable, Sendable {
  /// What happened.
  public enum Kind: Equatable, Sendable {
    /// The first session began.
    case start
    /// A later session began from a checkpoint, or from the start where there was none yet.
    case resume(checkpoint: String?)
    /// A checkpoint was written; `path` is relative to the run directory.
    case checkpoint(path: String)
    /// A health rule began to hold: what it found, beside its threshold, and what to do about it.
    ///
    /// Lines written before there were the last three do not have them.
    case health(
      rule: String, severity: Severity, message: String, value: Double? = nil,
      threshold: Double? = nil, advice: String? = nil)
    /// A sample was written; `file` is relative to `samples`.
    case sample(tag: String, file: String)
    /// A session ended.
    case end(status: RunStatus, message: String?)
  }

  /// How much a health event weighs.
  public enum Severity: String, Codable, Sendable {
    case notice, warning
    /// The run cannot go on.
    case fatal
  }

  /// When, to the millisecond.
  public var time: Date
  /// The session it happened in, from 1.
  public var session: Int
  /// How many steps had been taken.
  public var step: Int
  /// What happened.
  public var kind: Kind

  /// An event, of this moment unless told otherwise.
  public init(time: Date = Date(), session: Int, step: Int, kind: Kind) {
    self.time = Timestamp.rounded(time)
    self.session = session
    self.step = step
    self.kind = kind
  }
}

/// Writes and reads `events.jsonl`.
public typealias EventLog = JSONLines<RunEvent>

extension RunEvent: Codable {
  private enum Name: String, Codable {
    case start, resume, checkpoint, health, sample, end
  }

  private enum CodingKeys: String, CodingKey {
    case time, session, step, kind
    case checkpoint, path, rule, severity, message, value, threshold, advice, tag, file, status
  }

  public init(from decoder: any Decoder) throws {
    let row = try decoder.container(keyedBy: CodingKeys.self)
    func text(_ key: CodingKeys) throws -> String { try row.decode(String.self, forKey: key) }
    time = try row.decode(Date.self, forKey: .time)
    session = try row.decode(Int.self, forKey: .session)
    step = try row.decode(Int.self, forKey: .step)
    switch try row.decode(Name.self, forKey: .kind) {
    case .start: kind = .start
    case .resume:
      kind = .resume(checkpoint: try row.decodeIfPresent(String.self, forKey: .checkpoint))
    case .checkpoint: kind = .checkpoint(path: try text(.path))
    case .health:
      kind = .health(
        rule: try text(.rule), severity: try row.decode(Severity.self, forKey: .severity),
        message: try text(.message),
        value: try row.decodeIfPresent(Double.self, forKey: .value),
        threshold: try row.decodeIfPresent(Double.self, forKey: .threshold),
        advice: try row.decodeIfPresent(String.self, forKey: .advice))
    case .sample: kind = .sample(tag: try text(.tag), file: try text(.file))
    case .end:
      kind = .end(
        status: try row.decode(RunStatus.self, forKey: .status),
        message: try row.decodeIfPresent(String.self, forKey: .message))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var row = encoder.container(keyedBy: CodingKeys.self)
    try row.encode(time, forKey: .time)
    try row.encode(session, forKey: .session)
    try row.encode(step, forKey: .step)
    switch kind {
    case .start:
      try row.encode(Name.start, forKey: .kind)
    case .resume(let checkpoint):
      try row.encode(Name.resume, forKey: .kind)
      try row.encodeIfPresent(checkpoint, forKey: .checkpoint)
    case .checkpoint(let path):
      try row.encode(Name.checkpoint, forKey: .kind)
      try row.encode(path, forKey: .path)
    case .health(let rule, let severity, let message, let value, let threshold, let advice):
      try row.encode(Name.health, forKey: .kind)
      try row.encode(rule, forKey: .rule)
      try row.encode(severity, forKey: .severity)
      try row.encode(message, forKey: .message)
      try row.encodeIfPresent(value, forKey: .value)
      try row.encodeIfPresent(threshold, forKey: .threshold)
      try row.encodeIfPresent(advice, forKey: .advice)
    case .sample(let tag, let file):
      try row.encode(Name.sample, forKey: .kind)
      try row.encode(tag, forKey: .tag)
      try row.encode(file, forKey: .file)
    case .end(let status, let message):
      try row.encode(Name.end, forKey: .kind)
      try row.encode(status, forKey: .status)
      try row.encodeIfPresent(message, forKey: .message)
    }
  }
}
