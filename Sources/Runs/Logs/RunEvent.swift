import Foundation

/// Something that happened to a run, a line of `events.jsonl`.
///
/// ```
/// {"kind":"health","message":"…","rule":"mode-collapse","session":1,"severity":"warning",
///  "step":120,"time":"2025-11-21T10:52:00.000Z"}
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
    /// A health rule spoke.
    case health(rule: String, severity: Severity, message: String)
    /// A sample was written; `file` is relative to `samples`.
    case sample(tag: String, file: String)
    /// A session ended.
    case end(status: RunStatus, message: String?)
  }

  /// How much a health event weighs.
  public enum Severity: String, Codable, Sendable {
    case notice, warning
    /// The rule stopped the run.
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
    case checkpoint, path, rule, severity, message, tag, file, status
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
      let severity = try row.decode(Severity.self, forKey: .severity)
      kind = .health(rule: try text(.rule), severity: severity, message: try text(.message))
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
    case .health(let rule, let severity, let message):
      try row.encode(Name.health, forKey: .kind)
      try row.encode(rule, forKey: .rule)
      try row.encode(severity, forKey: .severity)
      try row.encode(message, forKey: .message)
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
