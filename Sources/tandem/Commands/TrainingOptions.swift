import ArgumentParser
import TandemExperiments

/// An end before the configured one.
struct StepLimitOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Stop when the run has taken this many steps in all; tandem resume goes on.",
      valueName: "n"))
  var maxSteps: Int?

  func validate() throws {
    if let maxSteps, maxSteps < 1 {
      throw ValidationError("--max-steps takes a number of at least 1, not \(maxSteps).")
    }
  }
}

/// Another place for new runs.
struct RunsFolderOption: ParsableArguments {
  @Option(
    help: ArgumentHelp("Where run directories are made (default: DIR/runs).", valueName: "dir"),
    completion: .directory)
  var runsDir: String?

  func validate() throws { try checkPath(runsDir, of: "--runs-dir") }
}

/// Refuses a number of processes that is none.
func checkJobs(_ jobs: Int?) throws {
  if let jobs, jobs < 1 {
    throw ValidationError("--jobs takes a number of at least 1, not \(jobs).")
  }
}

/// Carries out a body; what is wrong with a request is an error of usage.
func asUsage<Value>(_ body: () throws -> Value) throws -> Value {
  do {
    return try body()
  } catch let error as SweepRequestError {
    throw ValidationError("\(error).")
  }
}
