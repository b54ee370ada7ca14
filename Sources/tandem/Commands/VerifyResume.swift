import ArgumentParser
import Foundation
import TandemExperiments

struct VerifyResume: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify-resume",
    abstract: "Show that an experiment which is stopped and resumed ends as one that is not.",
    discussion: """
      Runs the experiment twice in a temporary folder, once without a break and once stopped \
      after some steps and resumed by another process, with intervals short enough that \
      everything happens. Compares every tensor of the last checkpoints, what stands beside them, \
      the metrics and the samples, bit by bit, but for what a clock says: seconds, \
      images/s, ms/…. Exit code 1 where something differs.
      """)

  @Argument(help: .experiment, completion: .experiments)
  var directory: String

  @Option(help: ArgumentHelp("Steps of each run.", valueName: "n"))
  var steps = 12

  @Option(help: ArgumentHelp("Stop after this many steps (default: nearly half).", valueName: "k"))
  var at: Int?

  @OptionGroup var changes: OverrideOption

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if steps < 2 { throw ValidationError("--steps takes a number of at least 2, not \(steps).") }
    if let at, !(1..<steps).contains(at) {
      throw ValidationError("--at takes a number of at least 1 and below --steps, not \(at).")
    }
  }

  func run() throws {
    let check = try ResumeCheck(
      directory: directory, overrides: changes.overrides, steps: steps, stop: at)
    let report = try check.report { path, steps in try resume(path, steps) }
    print(json ? try report.json() : report.text)
    if !report.isPassed { throw ExitCode(1) }
  }

  /// Resumes a run by a process of its own, which nothing but the run directory can have told
  /// where it stands.
  private func resume(_ path: String, _ steps: Int) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = ["resume", path, "--quiet", "--max-steps", "\(steps)"]
    process.standardOutput = FileHandle.nullDevice
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let said = try errors.fileHandleForReading.readToEnd()
    process.waitUntilExit()
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      let lines = String(decoding: said ?? .init(), as: UTF8.self).split(separator: "\n")
      // Beside its error it may have told of health alerts, of a run that is thrown away.
      let errors = lines.filter { $0.hasPrefix("error: ") }
      StandardError.write((errors.isEmpty ? lines : errors).map { "\($0)\n" }.joined())
      guard process.terminationReason == .exit else {
        StandardError.write(
          "error: the resumed process died by signal \(process.terminationStatus)\n")
        throw ExitCode(1)
      }
      throw ExitCode(process.terminationStatus)
    }
  }
}
