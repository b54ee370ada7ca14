import TandemRuns

/// What has become of a sweep.
public struct SweepReport: JSONReport {
  /// A member with its run.
  public struct Member: Encodable, Sendable {
    /// From 1.
    public let number: Int
    /// What it sets, `key=value` each.
    public let overrides: [String]
    let seed: UInt64
    /// The status of its run; `waiting` where it has none, `failed` where none could be begun.
    public let status: String
    /// The directory of its run.
    public let path: String?
    let step: Int?
    let totalSteps: Int?
    let metrics: [String: Double]
    /// Why it failed.
    public let message: String?
    /// What its process exited with, if one was started.
    let exitStatus: Int32?

    /// Whether it has come to an end that is none of a signal's.
    fileprivate let isFailed: Bool
    fileprivate let run: RunSummary?
    fileprivate let values: [String]
    fileprivate let label: String

    private enum CodingKeys: CodingKey {
      case number, overrides, seed, status, path, step, totalSteps, metrics, message, exitStatus
    }
  }

  /// The experiment's name.
  public let experiment: String
  /// The folder of the runs.
  public let runsDirectory: String
  /// In the order of the sweep.
  public let members: [Member]
  /// The command that compares the runs; nil where fewer than two are done.
  public let compare: String?

  private let keys: [String]
  private let hasSeeds: Bool
  private let signal: Int32?

  private enum CodingKeys: CodingKey {
    case experiment, runsDirectory, members, compare
  }

  init(
    _ sweep: Sweep, runs: RunsByIdentity, endings: [Int: TandemProcess.Ending], signal: Int32?
  ) {
    experiment = sweep.experiment
    runsDirectory = sweep.runsDirectory
    members = sweep.members.enumerated().map { index, member in
      Member(member, runs.standing(of: member.wanted), endings[index], signal: signal)
    }
    keys = ConfigurationValue.shortKeys(sweep.members.first?.choices.map(\.key) ?? [])
    hasSeeds = Set(sweep.members.map(\.seed)).count > 1
    self.signal = signal
    let done = members.filter { $0.status == RunStatus.done.rawValue }.compactMap(\.path)
    let words = Set(runs.paths) == Set(done) ? [sweep.runsDirectory] : done
    compare =
      done.count > 1 ? "\(ShellCommand([ShellCommand.program, "compare"] + words))" : nil
  }

  /// What the program is to end with; nil where no member failed and none was kept from its end.
  ///
  /// - Parameter arguments: The command line, which goes on with the sweep.
  public func failure(arguments: [String] = CommandLine.arguments) -> RunFailure? {
    let failed = members.filter(\.isFailed)
    let lines = failed.map { member in
      "member \(member.number)" + (member.label.isEmpty ? "" : ", \(member.label)")
        + ": \(member.message ?? member.status)"
    }
    let done = members.count { $0.status == RunStatus.done.rawValue }
    if let signal, done + failed.count < members.count {
      let end =
        "interrupted by \(StopSignals.name(signal)): \(done) of \(members.count) members are done"
      return RunFailure(
        exitCode: 128 + signal, reason: (lines + [end]).joined(separator: "\n"),
        advice: "go on with: \(ShellCommand(arguments))")
    }
    if failed.isEmpty { return nil }
    let end = "\(failed.count) of \(members.count) members failed"
    return RunFailure(
      exitCode: 1, reason: (lines + [end]).joined(separator: "\n"),
      advice: "--retry tries them again")
  }

  public var text: String {
    let runs = members.compactMap(\.run)
    let metrics = RunTable.usualMetrics(of: runs)
    var columns: [(title: String, alignment: TextTable.Alignment)] = [("MEMBER", .right)]
    columns += keys.map { ($0, .right) }
    if hasSeeds { columns.append(("SEED", .right)) }
    columns += [("STATUS", .left), ("STEP", .right), ("TIME", .right)]
    columns += metrics.map { ($0.title, .right) } + [("RUN", .left)]
    var table = TextTable(columns)
    for member in members {
      let step = member.step.map { "\($0)" + (member.totalSteps.map { "/\($0)" } ?? "") }
      var cells = ["\(member.number)"] + member.values
      if hasSeeds { cells.append("\(member.seed)") }
      cells += [member.status, step ?? "-", member.run?.seconds.map(ReportText.time) ?? "-"]
      cells += metrics.map { RunTable.number(member.metrics[$0.metric]) }
      table.add(cells + [member.run?.id ?? "-"])
    }
    return table.text + (compare.map { "\n\ncompare them with: \($0)" } ?? "")
  }
}

extension SweepReport.Member {
  fileprivate init(
    _ member: Sweep.Member, _ standing: RunStanding?, _ ending: TandemProcess.Ending?,
    signal: Int32?
  ) {
    let run = standing?.run
    // What a signal has stopped waits to be gone on with.
    let failure = ending.flatMap {
      $0.status == 0 || (signal != nil && $0.isInterruption) ? nil : $0
    }
    number = member.number
    overrides = member.choices.map(\.override)
    seed = member.seed
    self.run = run
    values = member.choices.map(\.value)
    label = member.label
    path = run?.path
    step = run?.step
    totalSteps = run?.totalSteps
    metrics = run?.metrics ?? [:]
    exitStatus = ending?.status
    status = run?.status.rawValue ?? (failure == nil ? "waiting" : RunStatus.failed.rawValue)
    message = failure?.message ?? run?.message
    isFailed = failure != nil || (ending == nil && ["failed", "stopped"].contains(status))
  }
}
