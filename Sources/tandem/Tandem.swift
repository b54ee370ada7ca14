import ArgumentParser
import Foundation
import TandemDatasets
import TandemExperiments
import TandemRuns

/// The command line: parsing and wiring, nothing else.
@main
struct Tandem: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tandem",
    abstract: "Experiments with GANs and sequence models: run them, look at them, compare them.",
    discussion: """
      An experiment is a directory with an experiment.yaml; a run of it is a directory with its \
      metrics, samples and checkpoints. Data goes to stdout, progress and warnings to stderr.

      Exit codes: 0 done, 1 failed, 3 stopped by a health rule, 64 usage, 78 bad configuration, \
      130 / 143 interrupted.
      """,
    version: "tandem 0.1.0",
    groupedSubcommands: [
      CommandGroup(
        name: "Training",
        subcommands: [Run.self, SweepCommand.self, Resume.self, VerifyResume.self]),
      CommandGroup(
        name: "Looking at runs",
        subcommands: [
          List.self, Show.self, Sample.self, Saliency.self, Replay.self, Compare.self, Why.self,
          Report.self, Export.self,
        ]),
      CommandGroup(
        name: "Keeping runs",
        subcommands: [Tag.self, Note.self, Remove.self, Restore.self, Purge.self]),
      CommandGroup(
        name: "Gradients and networks",
        subcommands: [Summary.self, GradCheck.self, Explain.self, AutodiffCostCommand.self]),
      CommandGroup(
        name: "This machine",
        subcommands: [Data.self, Doctor.self, Completion.self]),
    ])

  static func main() async {
    // A reader that goes away, as `head` does, ends the program quietly.
    signal(SIGPIPE, SIG_DFL)
    // A file beyond the shell's limit is an error of its writing like a full disk, not the end.
    signal(SIGXFSZ, SIG_IGN)
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      if fflush(nil) != 0 {
        fail(1, "cannot write the output: \(String(cString: strerror(errno)))")
      }
    } catch {
      exit(reporting: error)
    }
  }

  /// Ends the program with one clear message and the exit code that fits.
  static func exit(reporting error: any Error) -> Never {
    switch error {
    case is ConfigurationError, is ExperimentError: fail(78, "\(error)")
    case let error as RunFailure: fail(error.exitCode, "\(error)")
    // The parser's own errors have exit codes of their own, but for a code that is thrown as such.
    case let error where exitCode(for: error) == .failure && !(error is ExitCode):
      fail(1, "\(error)")
    default:
      let code = exitCode(for: error)
      if code.isSuccess { exit(withError: error) }
      // What was typed stands in the parser's message.
      let lines = fullMessage(for: error).split(separator: "\n")
      for line in lines { StandardError.tell(String(line)) }
      Foundation.exit(code.rawValue)
    }
  }

  private static func fail(_ code: Int32, _ message: String) -> Never {
    for line in message.split(separator: "\n") { StandardError.fail(String(line)) }
    Foundation.exit(code)
  }
}
