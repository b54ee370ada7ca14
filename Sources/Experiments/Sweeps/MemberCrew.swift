import Foundation
import TandemRuns

/// Runs processes, so many side by side, hands them the signals that ask to stop, and starts no
/// more of them then.
struct MemberCrew {
  /// A process to be.
  struct Task: Sendable {
    /// What lines about it begin with: `[3/8] lr=1e-4`.
    let title: String
    /// The words behind the program's name.
    let arguments: [String]
  }

  /// How many run side by side.
  let jobs: Int
  /// Whether to keep what happens to oneself; failures are told all the same.
  let isQuiet: Bool
  /// The folder of the runs, which tells how far they are.
  let runsDirectory: String

  /// Threads for each of the processes: an equal share of the cores; nil for one at a time, which
  /// may have them all.
  private var threads: Int? {
    jobs > 1 ? max(1, ProcessInfo.processInfo.activeProcessorCount / jobs) : nil
  }

  /// Carries out the tasks in their order.
  ///
  /// - Returns: How each ended; nil for one that was not started.
  func run(_ tasks: [Task]) -> [TandemProcess.Ending?] {
    StopSignals.watch(.count)
    let wake = DispatchSemaphore(value: 0)
    var endings = [TandemProcess.Ending?](repeating: nil, count: tasks.count)
    var working: [(task: Int, process: TandemProcess)] = []
    var next = 0
    var handedOn = 0
    var lastReport = ContinuousClock.now
    while true {
      while next < tasks.count, working.count < jobs, StopSignals.count == 0 {
        do {
          let process = try TandemProcess(tasks[next].arguments, threads: threads) { wake.signal() }
          working.append((next, process))
          tell("\(tasks[next].title): started")
        } catch {
          let ending = TandemProcess.Ending(status: 1, lastLine: nil, errors: "error: \(error)")
          endings[next] = ending
          tell("\(tasks[next].title): \(ending.message)", isWarning: true)
        }
        next += 1
      }
      if working.isEmpty { return endings }
      _ = wake.wait(timeout: .now() + .milliseconds(100))
      while handedOn < StopSignals.count {
        handedOn += 1
        // What hangs up is the sweep's terminal; to its members it is a request to stop.
        let signal = StopSignals.signal == SIGINT ? SIGINT : SIGTERM
        for (_, process) in working { process.send(signal) }
        if handedOn == 1 { tell("stopping: members finish their step and save") }
      }
      // Asked once: another may end while this goes on.
      let ended = working.filter { !$0.process.isRunning }
      for (task, process) in ended {
        let ending = process.ending()
        endings[task] = ending
        report(ending, tasks[task], process)
      }
      working.removeAll { item in ended.contains { $0.task == item.task } }
      if !isQuiet, lastReport.duration(to: .now) >= .seconds(30) {
        lastReport = .now
        tellProgress(working.map { (tasks[$0.task], $0.process) })
      }
    }
  }

  private func report(_ ending: TandemProcess.Ending, _ task: Task, _ process: TandemProcess) {
    for line in ending.remarks { tell("\(task.title): \(line)") }
    let time = ReportText.time(process.started.duration(to: .now) / .seconds(1))
    if ending.status == 0, let path = ending.lastLine,
      let record = try? RunRecord(directory: path), record.observedStatus == .running
    {
      tell("\(task.title): left to the process that is at work on it")
    } else if ending.status == 0 {
      tell("\(task.title): done in \(time)")
    } else if StopSignals.count > 0, ending.isInterruption {
      tell("\(task.title): interrupted")
    } else {
      tell("\(task.title): failed after \(time): \(ending.message)", isWarning: true)
    }
  }

  /// Tells how far the processes are, by what their runs say.
  private func tellProgress(_ working: [(task: Task, process: TandemProcess)]) {
    guard let runs = try? RunsByIdentity(in: runsDirectory) else { return }
    for (task, process) in working {
      guard let run = runs.run(ofProcess: process.pid), let step = run.step else { continue }
      tell("\(task.title): step \(step)" + (run.totalSteps.map { "/\($0)" } ?? ""))
    }
  }

  private func tell(_ line: String, isWarning: Bool = false) {
    if !isQuiet || isWarning { StandardError.tell(line) }
  }
}
