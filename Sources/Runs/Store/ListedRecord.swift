import Foundation

/// What a listing takes from `run.json`.
///
/// Ten thousand runs are listed within a second: a scanner takes what is needed and passes the
/// rest, ten times as fast as Foundation's decoder. Where it finds something else than it expects
/// the decoder has the last word, and says what is wrong.
struct ListedRecord {
  /// A session's number and times.
  struct Session {
    var number: Int
    var started: Date
    var ended: Date?
  }

  var id: String
  var experiment: String
  var status: RunStatus
  var created: Date
  var updated: Date
  var seed: UInt64
  var configuration: String
  var step: Int
  /// What the configuration asks for, or in older records the launch.
  var totalSteps: Int?
  var metrics: [String: Double]
  var message: String?
  var sessions: [Session]
  /// That of the last session.
  var process: ProcessIdentity?

  /// Reads a run directory's `run.json`; throws `RunError` naming what is wrong with it.
  init(directory: String) throws(RunError) {
    let bytes = try readFile("\(directory)/run.json")
    let scanned = bytes.withUnsafeBufferPointer { buffer in
      var scanner = JSONScanner(buffer)
      return try? ListedRecord(&scanner)
    }
    if let scanned {
      self = scanned
    } else {
      self.init(try RunRecord(directory: directory))
    }
  }

  private init(_ record: RunRecord) {
    id = record.id
    experiment = record.experiment
    status = record.status
    created = record.created
    updated = record.updated
    seed = record.seed
    configuration = record.configuration
    step = record.step
    totalSteps = record.configuredSteps ?? record.totalSteps
    metrics = record.metrics
    message = record.message
    sessions = record.sessions.map {
      Session(number: $0.number, started: $0.started, ended: $0.ended)
    }
    process = record.sessions.last?.process
  }

  private init(_ scanner: inout JSONScanner) throws(JSONScanner.Problem) {
    var (id, experiment, configuration, message): (String?, String?, String?, String?)
    var (status, seed): (RunStatus?, UInt64?)
    var (created, updated): (Date?, Date?)
    var (step, totalSteps, configuredSteps): (Int?, Int?, Int?)
    var metrics: [String: Double]?
    var sessions: [Session]?
    var process: ProcessIdentity?
    try scanner.object { (key, scanner) throws(JSONScanner.Problem) in
      switch key {
      case "id": id = try scanner.string()
      case "experiment": experiment = try scanner.string()
      case "status": status = RunStatus(rawValue: try scanner.string())
      case "created": created = try scanner.date()
      case "updated": updated = try scanner.date()
      case "seed": seed = try scanner.natural()
      case "configuration": configuration = try scanner.string()
      case "step": step = try scanner.count()
      case "totalSteps":
        totalSteps = try scanner.optional { (s) throws(JSONScanner.Problem) in try s.count() }
      case "configuredSteps":
        configuredSteps = try scanner.optional { (s) throws(JSONScanner.Problem) in try s.count() }
      case "message":
        message = try scanner.optional { (s) throws(JSONScanner.Problem) in try s.string() }
      case "metrics":
        var values: [String: Double] = [:]
        try scanner.object { (name, scanner) throws(JSONScanner.Problem) in
          values[name] = try scanner.metric()
        }
        metrics = values
      case "sessions":
        var found: [Session] = []
        try scanner.array { (scanner) throws(JSONScanner.Problem) in
          found.append(try Session(&scanner, &process))
        }
        sessions = found
      default: try scanner.skipValue()
      }
    }
    try scanner.expectEnd()
    guard let id, let experiment, let status, let created, let updated, let seed,
      let configuration, let step, let metrics, let sessions
    else { throw scanner.problem("a member is missing") }
    (self.id, self.experiment, self.status) = (id, experiment, status)
    (self.created, self.updated, self.seed) = (created, updated, seed)
    (self.configuration, self.step) = (configuration, step)
    self.totalSteps = configuredSteps ?? totalSteps
    (self.metrics, self.message, self.sessions) = (metrics, message, sessions)
    self.process = process
  }

  /// Seconds of work, all sessions together.
  var seconds: Double {
    sessions.indices.reduce(0) { total, index in
      // A session that died was last seen when the record was written, or the next began.
      let next = index + 1 < sessions.count ? sessions[index + 1].started : updated
      let end = sessions[index].ended ?? min(next, updated)
      return total + max(0, end.timeIntervalSince(sessions[index].started))
    }
  }
}

extension ListedRecord.Session {
  fileprivate init(
    _ scanner: inout JSONScanner, _ process: inout ProcessIdentity?
  ) throws(JSONScanner.Problem) {
    var number: Int?
    var (started, ended): (Date?, Date?)
    var worker: ProcessIdentity?
    try scanner.object { (key, scanner) throws(JSONScanner.Problem) in
      switch key {
      case "number": number = try scanner.count()
      case "started": started = try scanner.date()
      case "ended":
        ended = try scanner.optional { (s) throws(JSONScanner.Problem) in try s.date() }
      case "process": worker = try ProcessIdentity(&scanner)
      default: try scanner.skipValue()
      }
    }
    guard let number, let started, let worker else {
      throw scanner.problem("a member is missing")
    }
    self.init(number: number, started: started, ended: ended)
    process = worker
  }
}

extension ProcessIdentity {
  fileprivate init(_ scanner: inout JSONScanner) throws(JSONScanner.Problem) {
    var (host, boot): (String?, String?)
    var (pid, startTicks): (Int?, UInt64?)
    try scanner.object { (key, scanner) throws(JSONScanner.Problem) in
      switch key {
      case "host": host = try scanner.string()
      case "boot":
        boot = try scanner.optional { (s) throws(JSONScanner.Problem) in try s.string() }
      case "pid": pid = try scanner.integer()
      case "startTicks":
        startTicks = try scanner.optional { (s) throws(JSONScanner.Problem) in try s.natural() }
      default: try scanner.skipValue()
      }
    }
    guard let host, let pid else { throw scanner.problem("a member is missing") }
    self.init(host: host, boot: boot, pid: pid, startTicks: startTicks)
  }
}

extension JSONScanner {
  /// A time.
  fileprivate mutating func date() throws(Problem) -> Date {
    guard let date = Timestamp.date(of: try string()) else { throw problem("a time expected") }
    return date
  }

  /// A number of steps.
  fileprivate mutating func count() throws(Problem) -> Int {
    let value = try integer()
    guard (0...RunRecord.greatest).contains(value) else { throw problem("a count expected") }
    return value
  }
}
