import Foundation

/// What `run.json` holds: all that a listing needs to know of a run.
public struct RunRecord: Codable, Equatable, Sendable {
  /// A stretch of work by one process.
  public struct Session: Codable, Equatable, Sendable {
    /// From 1.
    public var number: Int
    /// When it began.
    public var started: Date
    /// When it ended; nil while it has not.
    public var ended: Date?
    /// The step at which it began: 0, or its checkpoint's.
    public var firstStep: Int
    /// How it stands.
    public var status: RunStatus
    /// Its command line.
    public var arguments: [String]
    /// The process that works.
    public var process: ProcessIdentity
  }

  /// The version of this form of `run.json`.
  public var format = 1
  /// The run's id, its directory's name.
  public var id: String
  /// The experiment's name.
  public var experiment: String
  /// How the run stands, as its writer says; see `observedStatus`.
  public var status: RunStatus
  /// When the first session began.
  public var created: Date
  /// When this record was last written.
  public var updated: Date
  /// When the last session ended; nil while it has not.
  public var ended: Date?
  /// The first session's command line.
  public var arguments: [String]
  /// The experiment's directory; nil in records of programs that did not note it.
  public var directory: String?
  /// `key=value` each: what was set in place of what the directory's `experiment.yaml` says; nil
  /// in records of programs that did not note it.
  public var overrides: [String]?
  /// The run that this one began from, with another configuration; nil for one that began anew.
  public var parent: ParentRun?
  /// What every random number follows from.
  public var seed: UInt64
  /// Of the configuration without its seed: equal for runs that differ in the seed alone.
  public var configuration: String
  /// Nil outside a git tree.
  public var git: GitState?
  /// In order; never empty.
  public var sessions: [Session]
  /// Steps taken.
  public var step: Int
  /// How many steps the run is to have; nil when it is open.
  public var totalSteps: Int?
  /// How many steps the configuration asks for, of which the launch may have asked for fewer; nil
  /// when it is open, and in records older than the field.
  public var configuredSteps: Int?
  /// The last values of the metrics.
  public var metrics: [String: Double]
  /// Why the run failed or was stopped.
  public var message: String?
  /// How to read the metrics, a sentence each, by name; nil in records older than the field.
  public var readings: [String: String]?

  /// The status as a reader sees it: a running run whose process is gone is lost.
  public var observedStatus: RunStatus { status.observed(process: sessions.last?.process) }

  /// Reads a run directory's `run.json`; throws `RunError` naming what is wrong with it.
  public init(directory: String) throws(RunError) {
    let path = "\(directory)/run.json"
    self = try JSONCoding.read(RunRecord.self, from: path)
    // What readers add to or subtract from these must not overflow.
    for (name, value) in [
      ("step", step), ("totalSteps", totalSteps ?? 0), ("configuredSteps", configuredSteps ?? 0),
    ]
      + sessions.flatMap({
        [("number", $0.number), ("firstStep", $0.firstStep)]
      }) where !(0...Self.greatest).contains(value)
    {
      throw .damaged(path: path, reason: "'\(name)' cannot be \(value)")
    }
  }

  /// No step and no session has a greater number.
  static let greatest = 1 << 53

  init(
    id: String, description: RunDescription, configuration: String, git: GitState?, created: Date
  ) {
    self.id = id
    experiment = description.experiment
    status = .running
    self.created = created
    updated = created
    arguments = description.arguments
    directory = description.directory
    overrides = description.overrides
    parent = description.parent
    seed = description.seed
    self.configuration = configuration
    self.git = git
    step = description.parent?.step ?? 0
    totalSteps = description.totalSteps
    configuredSteps = description.configuredSteps
    metrics = [:]
    readings = description.readings
    sessions = [
      Session(
        number: 1, started: created, firstStep: description.parent?.step ?? 0, status: .running,
        arguments: description.arguments, process: .current)
    ]
  }
}

/// The run that another one was forked from.
public struct ParentRun: Codable, Equatable, Sendable {
  /// Its id.
  public var run: String
  /// The step of the checkpoint that was gone on from.
  public var step: Int

  /// The run `run` at the step `step`.
  public init(run: String, step: Int) {
    self.run = run
    self.step = step
  }
}

/// What a new run is to record of itself.
public struct RunDescription: Sendable {
  /// The experiment's name.
  public var experiment: String
  /// What every random number follows from.
  public var seed: UInt64
  /// What `ConfigurationReader.finish` returned.
  public var configuration: ConfigurationValue
  /// The configuration as the user wrote it.
  public var source: String
  /// How many steps the run is to have; nil when it is open.
  public var totalSteps: Int?
  /// How many steps the configuration asks for; nil when it is open.
  public var configuredSteps: Int?
  /// The command line.
  public var arguments: [String]
  /// The experiment's directory.
  public var directory: String?
  /// What was set in place of what the directory's `experiment.yaml` says.
  public var overrides: [String]?
  /// The run that this one is forked from; the first session then begins at its step.
  public var parent: ParentRun?
  /// Versions of the libraries in use, for `env.json`.
  public var libraries: [String: String]
  /// A folder of the git tree whose state is recorded; nil to record none.
  public var sourceTree: String?
  /// How to read the metrics, a sentence each, by name.
  public var readings: [String: String]?

  /// A description of the given values.
  public init(
    experiment: String, seed: UInt64, configuration: ConfigurationValue, source: String,
    totalSteps: Int? = nil, configuredSteps: Int? = nil,
    arguments: [String] = CommandLine.arguments, directory: String? = nil,
    overrides: [String]? = nil, parent: ParentRun? = nil, libraries: [String: String] = [:],
    sourceTree: String? = ".", readings: [String: String]? = nil
  ) {
    self.experiment = experiment
    self.seed = seed
    self.configuration = configuration
    self.source = source
    self.totalSteps = totalSteps
    self.configuredSteps = configuredSteps
    self.arguments = arguments
    self.directory = directory
    self.overrides = overrides
    self.parent = parent
    self.libraries = libraries
    self.sourceTree = sourceTree
    self.readings = readings
  }
}
