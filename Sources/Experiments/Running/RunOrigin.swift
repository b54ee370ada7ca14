import TandemRuns

/// What a run was started with, found again: the experiment that it is resumed with.
public struct RunOrigin: Sendable {
  /// The run directory.
  public let path: String
  /// What `run.json` says.
  public let record: RunRecord
  /// The experiment as the run was started with it, from what the run has kept.
  public let experiment: Experiment

  /// Reads what a run was started with.
  ///
  /// - Throws: `RunError` for files that are missing or damaged, `ConfigurationError` for a
  ///   configuration that this program cannot read.
  public init(path: String) throws {
    record = try RunRecord(directory: path)
    self.path = path
    experiment = try Experiment(
      ofRun: path, record, directory: RunOrigin.directory(of: record, at: path))
  }

  /// The experiment's directory: the one that the run has noted, or where that is gone the one that
  /// the run lies in, as `<directory>/runs/<run>`.
  private static func directory(of record: RunRecord, at path: String) -> String {
    func holdsExperiment(_ folder: String) -> Bool { exists("\(folder)/experiment.yaml") }
    if let noted = record.directory, holdsExperiment(noted) { return noted }
    let place = absolutePath("\(absolutePath(path))/../..")
    let isNamesake = lastComponent(of: place) == record.experiment
    return isNamesake && holdsExperiment(place) ? place : record.directory ?? place
  }

  /// The experiment as its directory has it now, with the run's own overrides and further ones.
  ///
  /// - Parameter overrides: `key=value` each, as given to `--set`.
  /// - Returns: Where the directory cannot be read, what the run has kept instead, with a note
  ///   that says so.
  /// - Throws: `ConfigurationError` where the overrides are wrong.
  public func present(
    overrides: [String] = []
  ) throws -> (experiment: Experiment, note: String?) {
    func kept(_ reason: String) throws -> (Experiment, String?) {
      let stored = try Experiment(
        ofRun: path, record, directory: experiment.directory, overrides: overrides)
      return (stored, "\(reason); going on with the configuration that the run has kept")
    }
    guard let own = record.overrides else {
      return try kept("the run has not noted what it was started with")
    }
    do {
      let present = try Experiment(directory: experiment.directory, overrides: own + overrides)
      return (present, nil)
    } catch {
      return try kept("\(error)".split(separator: "\n").joined(separator: "; "))
    }
  }

  /// Checks that an experiment is the one that the run was started with.
  ///
  /// - Throws: `ConfigurationChanged` where it is another.
  public func check(_ present: Experiment) throws(ConfigurationChanged) {
    let differences = ConfigurationDifferences([experiment.resolved, present.resolved])
    if !differences.isEmpty {
      throw ConfigurationChanged(path: path, differences: differences)
    }
  }
}

/// A run that is to be resumed with another configuration than it was started with. Prints as a
/// line for each key that differs.
public struct ConfigurationChanged: Error, CustomStringConvertible {
  /// The run directory.
  public let path: String
  /// Each with the value that the run was started with, and the one that is asked for.
  public let differences: ConfigurationDifferences

  public var description: String {
    let entries = differences.entries.map { entry in
      let values = entry.values.map { $0?.inline ?? "absent" }
      return "  \(entry.path): started with \(values[0]), now \(values[1])"
    }
    return """
      \(path) was started with another configuration:
      \(entries.joined(separator: "\n"))
      a run goes on with what it was started with, its length included; --fork starts a child run \
      with the changed configuration from its last checkpoint
      """
  }
}
