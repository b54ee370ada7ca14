import Foundation
import TandemRuns

/// An experiment directory, read: what `tandem run` launches.
public struct Experiment: Sendable {
  /// The directory that holds `experiment.yaml`.
  public let directory: String
  /// The directory's own name.
  public let name: String
  /// What is trained and how, read.
  public let configuration: any ExperimentConfiguration
  /// The configuration with every default explicit.
  public let resolved: ConfigurationValue
  /// The text of `experiment.yaml`.
  public let source: String
  /// `key=value` each: what was set in place of what `experiment.yaml` says.
  public let overrides: [String]

  /// Reads `directory/experiment.yaml`.
  ///
  /// - Parameters:
  ///   - overrides: `key=value` each, as given to `--set`.
  ///   - seed: In place of the configuration's.
  /// - Throws: `ConfigurationError` with every problem found; `RunError` where the file cannot be
  ///   read.
  public init(directory: String, overrides: [String] = [], seed: UInt64? = nil) throws {
    if directory.isEmpty { throw RunError.system(operation: "read", path: "''", code: ENOENT) }
    let file =
      "\(directory.hasSuffix("/") ? String(directory.dropLast()) : directory)/experiment.yaml"
    let overrides = overrides + (seed.map { ["seed=\($0)"] } ?? [])
    let source = try readText(file)
    var reader = ConfigurationReader(yaml: source, file: file, overrides: overrides)
    let configuration = ExperimentKind.configuration(&reader)
    resolved = try reader.finish()
    self.directory = absolutePath(directory)
    name = lastComponent(of: self.directory)
    self.configuration = configuration.located(in: self.directory)
    self.source = source
    self.overrides = overrides
  }

  /// Reads the experiment as a run has kept it, without its directory.
  ///
  /// - Parameters:
  ///   - directory: The experiment's directory, which relative paths of data are from.
  ///   - overrides: `key=value` each, on top of what the run was started with.
  init(ofRun path: String, _ record: RunRecord, directory: String, overrides: [String] = []) throws
  {
    var reader = try ConfigurationReader(
      contentsOf: "\(path)/config.resolved.json", overrides: overrides)
    let configuration = ExperimentKind.configuration(&reader)
    resolved = try reader.finish()
    source = try readText("\(path)/config.source.yaml")
    self.directory = directory
    name = record.experiment
    self.configuration = configuration.located(in: directory)
    self.overrides = (record.overrides ?? []) + overrides
  }

  /// An experiment that was put together by a program rather than read.
  ///
  /// - Parameters:
  ///   - resolved: What is kept of the configuration with a run.
  ///   - source: The configuration as it was written.
  public init(
    directory: String, name: String, configuration: any ExperimentConfiguration,
    resolved: ConfigurationValue, source: String
  ) {
    self.directory = directory
    self.name = name
    self.configuration = configuration
    self.resolved = resolved
    self.source = source
    overrides = []
  }
}
