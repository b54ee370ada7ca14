import TandemRuns

/// Runs of one experiment that differ in what a plan sets, and in their seeds.
public struct Sweep: Sendable {
  /// What is asked of every member alike.
  public struct Request: Sendable {
    /// The experiment's directory.
    public var directory: String
    /// `key=value` each, as given to `--set`.
    public var overrides: [String]
    /// The folder of the runs; `runs` in the experiment's directory if absent.
    public var runsDirectory: String?
    /// Steps after which members stop, if fewer than the configuration's.
    public var maxSteps: Int?
    /// Whether members that failed, or were stopped by a health rule, are tried again.
    public var retry: Bool

    /// A request with nothing special about it unless given.
    public init(
      directory: String, overrides: [String] = [], runsDirectory: String? = nil,
      maxSteps: Int? = nil, retry: Bool = false
    ) {
      self.directory = directory
      self.overrides = overrides
      self.runsDirectory = runsDirectory
      self.maxSteps = maxSteps
      self.retry = retry
    }
  }

  /// A run of a sweep.
  public struct Member: Sendable {
    /// From 1.
    public let number: Int
    /// What sets it apart from the others.
    public let choices: [SweepPlan.Choice]
    /// What its random numbers follow from.
    public let seed: UInt64
    /// `lr=1e-4 seed=2`: the choices by short names, and the seed where it is chosen.
    public let label: String
    /// The words behind the program's name that run it once.
    public let arguments: [String]
    let wanted: WantedRun
  }

  /// The experiment's name.
  public let experiment: String
  /// The folder of the runs.
  public let runsDirectory: String
  /// In the order of the plan, the seeds fastest.
  public let members: [Member]
  /// What the user should know, a line each: members that are the same run as others.
  public let notes: [String]
  /// Whether members that failed, or were stopped by a health rule, are tried again.
  let retriesFailed: Bool

  /// The members of a plan with each of the seeds, their configurations checked.
  ///
  /// - Parameter seeds: The configuration's alone if absent.
  /// - Throws: `ConfigurationError` with the problems of all members; `RunError` where the
  ///   experiment cannot be read; `SweepRequestError` for too many members.
  public init(_ request: Request, plan: SweepPlan, seeds: [UInt64]? = nil) throws {
    let count = plan.members.count * (seeds?.count ?? 1)
    guard count <= SweepPlan.mostMembers else {
      throw SweepRequestError(
        "a sweep has \(SweepPlan.mostMembers) members at most, not \(count)")
    }
    if seeds != nil, plan.keys.contains("seed") {
      throw SweepRequestError("seeds are given twice, by --seeds and as the key 'seed'")
    }
    var problems = MemberProblems()
    var notes: [String] = []
    var members: [Member] = []
    var places: [WantedRun.Identity: Int] = [:]
    var folder = request.runsDirectory.map(absolutePath)
    var name = ""
    let names = ConfigurationValue.shortKeys(plan.keys)
    for choices in plan.members {
      for seed in seeds.map({ $0.map(Optional.some) }) ?? [nil] {
        problems.begin()
        let overrides = request.overrides + choices.map(\.override)
        let experiment: Experiment
        do {
          experiment = try Experiment(
            directory: request.directory, overrides: overrides, seed: seed)
        } catch let error as ConfigurationError {
          problems.add(error)
          continue
        }
        let runs = folder ?? "\(experiment.directory)/runs"
        (folder, name) = (runs, experiment.name)
        let wanted = WantedRun(experiment, maxSteps: request.maxSteps)
        var parts = zip(names, choices).map { "\($0)=\($1.value)" }
        if let seed { parts.append("seed=\(seed)") }
        let label = parts.joined(separator: " ")
        if let twin = places[wanted.identity] {
          notes.append("\(label) is the same run as member \(twin), \(members[twin - 1].label)")
          continue
        }
        let number = members.count + 1
        places[wanted.identity] = number
        members.append(
          Member(
            number: number, choices: choices, seed: wanted.identity.seed, label: label,
            arguments: Self.arguments(
              request, directory: experiment.directory, overrides: overrides, seed: seed,
              runs: runs),
            wanted: wanted))
      }
    }
    try problems.check()
    self.notes = notes
    retriesFailed = request.retry
    self.members = members
    experiment = name
    runsDirectory = folder ?? ""
  }

  private static func arguments(
    _ request: Request, directory: String, overrides: [String], seed: UInt64?, runs: String
  ) -> [String] {
    var words = ["run", directory] + overrides.flatMap { ["--set", $0] }
    if let seed { words += ["--seed", "\(seed)"] }
    words += ["--runs-dir", runs]
    if let steps = request.maxSteps { words += ["--max-steps", "\(steps)"] }
    words.append("--once")
    if request.retry { words.append("--retry") }
    return words
  }

  /// One command a line, each of which runs a member once: for GNU parallel, or the array of a
  /// cluster's scheduler.
  ///
  /// - Throws: `SweepRequestError` for an override that has a line break.
  public func commands() throws(SweepRequestError) -> [String] {
    for member in members {
      for word in member.arguments where word.contains(where: \.isNewline) {
        throw SweepRequestError("--print cannot write '\(word.visible)' in one line")
      }
    }
    return members.map { "\(ShellCommand([TandemProcess.program] + $0.arguments))" }
  }
}

/// What is wrong with the configurations of members, each problem once.
private struct MemberProblems {
  private var count = 0
  private var found: [(problem: ConfigurationProblem, members: [Int])] = []

  /// To be called before each member.
  mutating func begin() { count += 1 }

  /// Notes the problems of the member at hand.
  mutating func add(_ error: ConfigurationError) {
    for problem in error.problems {
      if let place = found.firstIndex(where: { $0.problem == problem }) {
        found[place].members.append(count)
      } else {
        found.append((problem, [count]))
      }
    }
  }

  /// Throws what was found, with the members that have it unless all have.
  func check() throws(ConfigurationError) {
    if found.isEmpty { return }
    throw ConfigurationError(
      problems: found.map { problem, members in
        let shown = members.prefix(5).map { "\($0)" }.joined(separator: ", ")
        let rest = members.count > 5 ? " and \(members.count - 5) more" : ""
        let which =
          members.count == count
          ? "" : " (member\(members.count == 1 ? "" : "s") \(shown)\(rest) of \(count))"
        return ConfigurationProblem(
          location: problem.location, key: problem.key, message: problem.message + which)
      })
  }
}
