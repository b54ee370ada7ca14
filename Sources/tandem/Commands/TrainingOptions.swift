import ArgumentParser

/// An end before the configured one.
struct StepLimitOption: ParsableArguments {
  @Option(help: ArgumentHelp("Stop after this many steps; tandem resume goes on.", valueName: "n"))
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
