import TandemRuns

/// A run that is asked for, by what makes it the one it is: the experiment's name, the resolved
/// configuration and the seed.
///
/// What was typed to get there does not matter: a default that is spelled out, or a key that
/// `experiment.yaml` sets by now, asks for the same run.
struct WantedRun: Sendable {
  /// Equal for requests of the same run.
  struct Identity: Hashable, Sendable {
    let experiment: String
    /// The fingerprint of the configuration without its seed.
    let configuration: String
    let seed: UInt64
  }

  let identity: Identity
  /// Steps after which the launch is to stop, if fewer than the configuration's.
  let maxSteps: Int?
  /// The steps that the configuration gives; nil where they follow from the data.
  private let configuredSteps: Int?

  init(_ experiment: Experiment, maxSteps: Int?) {
    identity = Identity(
      experiment: experiment.name, configuration: experiment.resolved.fingerprint(),
      seed: experiment.configuration.settings.seed)
    self.maxSteps = maxSteps
    configuredSteps =
      if case .integer(let steps) = experiment.resolved["training.steps"] { steps } else { nil }
  }

  /// Whether a run that ended well has all the steps that are asked for, and not only those that
  /// an earlier launch asked for.
  func isSatisfied(by record: RunRecord) -> Bool {
    let asked = [configuredSteps ?? record.configuredSteps, maxSteps].compactMap { $0 }.min()
    return record.status == .done && record.step >= asked ?? 0
  }
}

/// The runs of a folder, by what they are runs of.
struct RunsByIdentity {
  private var runs: [WantedRun.Identity: [RunSummary]] = [:]
  private var all: [RunSummary] = []

  /// Reads the runs that lie in a folder; one that is not there yet has none.
  init(in folder: String) throws(RunError) {
    guard exists(folder) else { return }
    all = try RunStore(root: folder).list().filter { parentFolder(of: $0.path) == folder }
    for run in all {
      guard let experiment = run.experiment, let configuration = run.configuration,
        let seed = run.seed
      else { continue }
      let identity = WantedRun.Identity(
        experiment: experiment, configuration: configuration, seed: seed)
      runs[identity, default: []].append(run)
    }
  }

  /// The paths of all runs in the folder.
  var paths: [String] { all.map(\.path) }

  /// The run that a process writes.
  func run(ofProcess pid: Int32) -> RunSummary? {
    all.last { run in
      run.status == .running
        && (try? RunRecord(directory: run.path))?.sessions.last?.process.pid == Int(pid)
    }
  }

  /// How a run that is wanted stands: of several the one that is furthest on its way; nil where
  /// there is none.
  func standing(of wanted: WantedRun) -> RunStanding? {
    (runs[wanted.identity] ?? []).compactMap { RunStanding($0, wanted) }.max { $0.rank < $1.rank }
  }
}

/// How a run that is wanted stands.
enum RunStanding {
  /// It failed, or a health rule stopped it.
  case failed(RunSummary)
  /// It is lost, interrupted or shorter than is asked for now, and can be gone on with.
  case broken(RunSummary)
  /// A process is at work on it.
  case running(RunSummary)
  case done(RunSummary)

  /// How a run with the identity of a wanted one stands; nil where it cannot be gone on with.
  fileprivate init?(_ run: RunSummary, _ wanted: WantedRun) {
    // A child run began with what its parent had learned: another run, whatever its configuration.
    guard let record = try? RunRecord(directory: run.path), record.parent == nil else { return nil }
    if wanted.isSatisfied(by: record) {
      self = .done(run)
    } else if record.observedStatus == .running {
      self = .running(run)
    } else if (try? RunOrigin(path: run.path)) != nil {
      self = [.failed, .stopped].contains(record.status) ? .failed(run) : .broken(run)
    } else {
      return nil
    }
  }

  /// The run.
  var run: RunSummary {
    switch self {
    case .failed(let run), .broken(let run), .running(let run), .done(let run): run
    }
  }

  /// Greater for what is nearer to the wanted run, then for the run with more steps.
  fileprivate var rank: (Int, Int) {
    let kind =
      switch self {
      case .failed: 1
      case .broken: 2
      case .running: 3
      case .done: 4
      }
    return (kind, run.step ?? 0)
  }
}
