import Foundation
import TandemRuns

/// Carries out sweeps, each member in a process of its own.
public struct SweepRunner {
  private let jobs: Int
  private let isQuiet: Bool

  /// A runner of so many members side by side.
  ///
  /// - Parameter isQuiet: Whether to tell of failures alone.
  public init(jobs: Int = 1, isQuiet: Bool = false) {
    self.jobs = jobs
    self.isQuiet = isQuiet
  }

  /// Runs what of a sweep is not done yet: members without a run are started, interrupted and lost
  /// ones gone on with, those that failed tried again where that is asked for. Members that are
  /// done, or that another process is at work on, are left as they are.
  ///
  /// - Throws: `RunError` where the runs cannot be listed. What becomes of members is in the report.
  public func run(_ sweep: Sweep) throws -> SweepReport {
    let before = try RunsByIdentity(in: sweep.runsDirectory)
    let standings = sweep.members.map { before.standing(of: $0.wanted) }
    let due = sweep.members.indices.filter { index in
      switch standings[index] {
      case nil, .broken: true
      case .failed: sweep.retriesFailed
      case .done, .running: false
      }
    }
    if !isQuiet { StandardError.tell(summary(standings, retry: sweep.retriesFailed)) }
    let crew = MemberCrew(jobs: jobs, isQuiet: isQuiet, runsDirectory: sweep.runsDirectory)
    let endings = crew.run(
      due.map { index in
        let member = sweep.members[index]
        return .init(
          title: title(member.number, of: sweep.members.count, member.label),
          arguments: member.arguments + ["--quiet"])
      })
    var byMember: [Int: TandemProcess.Ending] = [:]
    for (index, ending) in zip(due, endings) { byMember[index] = ending }
    return SweepReport(
      sweep, runs: try RunsByIdentity(in: sweep.runsDirectory), endings: byMember,
      signal: StopSignals.signal)
  }

  /// Runs an experiment anew with each of the seeds.
  ///
  /// - Parameters:
  ///   - arguments: The words behind the program's name for a run without its seed.
  ///   - runsDirectory: Where the runs are made, which tells how far they are.
  ///   - finished: Receives the directory of each run that ended well, in the order of the seeds.
  /// - Throws: `RunFailure` with the exit code of the worst where not all ended well.
  public func run(
    seeds: [UInt64], arguments: [String], runsDirectory: String, finished: (String) -> Void
  ) throws {
    let crew = MemberCrew(jobs: jobs, isQuiet: isQuiet, runsDirectory: runsDirectory)
    let endings = crew.run(
      seeds.enumerated().map { index, seed in
        .init(
          title: title(index + 1, of: seeds.count, "seed=\(seed)"),
          arguments: arguments + ["--seed", "\(seed)", "--quiet"])
      })
    for case let ending? in endings where ending.status == 0 {
      if let path = ending.lastLine { finished(path) }
    }
    let signal = StopSignals.signal
    let done = endings.count { $0?.status == 0 }
    let unfinished = zip(seeds, endings).compactMap { seed, ending in
      ending.flatMap { $0.status == 0 ? nil : (seed, $0) }
    }
    let failures = unfinished.filter { signal == nil || !$1.isInterruption }
    // Those that were interrupted say how to go on with them.
    let lines = unfinished.map { "seed=\($0): \($1.message)" }
    let count = "\(done) of \(seeds.count) runs are done"
    if let signal, done + failures.count < seeds.count {
      let end = "interrupted by \(StopSignals.name(signal)): \(count)"
      throw RunFailure(
        exitCode: 128 + signal, reason: (lines + [end]).joined(separator: "\n"),
        advice: arguments.contains("--once")
          ? "the same command goes on" : "\(endings.count { $0 == nil }) were not begun")
    }
    guard let worst = failures.map(\.1.status).max(by: Self.isLess) else { return }
    throw RunFailure(
      exitCode: worst, reason: (lines + [count]).joined(separator: "\n"),
      advice: "exit status \(worst) is that of the worst")
  }

  /// Whether one exit status is less bad than another: stopped by a health rule, failed, anything
  /// beyond.
  private static func isLess(_ first: Int32, _ second: Int32) -> Bool {
    func rank(_ status: Int32) -> Int32 { status == 3 ? 0 : status }
    return rank(first) < rank(second)
  }

  private func title(_ number: Int, of count: Int, _ label: String) -> String {
    "[\(number)/\(count)]" + (label.isEmpty ? "" : " \(label)")
  }

  private func summary(_ standings: [RunStanding?], retry: Bool) -> String {
    var counts = [0, 0, 0, 0, 0]
    for standing in standings {
      switch standing {
      case .done: counts[0] += 1
      case .running: counts[1] += 1
      case .broken: counts[2] += 1
      case .failed: counts[3] += 1
      case nil: counts[4] += 1
      }
    }
    let words = [
      "done", "running elsewhere", "to go on with",
      retry ? "failed, to try again" : "failed (--retry tries again)", "to start",
    ]
    let parts = zip(counts, words).compactMap { $0 > 0 ? "\($0) \($1)" : nil }
    let count = standings.count
    return "\(count) member\(count == 1 ? "" : "s"): " + parts.joined(separator: ", ")
  }
}
