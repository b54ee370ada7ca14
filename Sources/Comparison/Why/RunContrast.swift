import TandemRuns

/// What differs between two runs, and where they part.
public struct RunContrast: Sendable {
  /// Something that is not the same in both runs.
  public struct Difference: Sendable, Equatable, Encodable {
    /// What it is: `generator.optimizer.learningRate`, `commit`.
    public let name: String
    /// Its value in the first run; nil where that has none.
    public let first: String?
    /// Its value in the second.
    public let second: String?
  }

  /// A kind of differences.
  public struct Section: Sendable, Equatable, Encodable {
    /// `configuration`, `code`, `environment`, `data` or `sessions`.
    public let name: String
    /// Empty where the runs agree in all that is known.
    public let differences: [Difference]
    /// What is not known of one of them or both, a line each.
    public let unknown: [String]
  }

  /// The runs' ids.
  public let runs: [String]
  /// The runs' directories.
  public let paths: [String]
  /// Configuration, code, environment, data and sessions.
  public let sections: [Section]
  /// How the metrics part.
  public let metrics: MetricParting
  /// How the samples part.
  public let samples: ArtifactParting
  /// How the checkpoints part.
  public let checkpoints: ArtifactParting
  /// What could not be read, a line each.
  public let notes: [String]

  /// Compares the runs in two directories.
  public init(_ first: String, _ second: String) {
    var (a, b) = (RecordedRun(path: first), RecordedRun(path: second))
    runs = [a.id, b.id]
    paths = [first, second]
    metrics = MetricParting(a.metrics(), b.metrics())
    samples = ArtifactParting(samplesOf: first, a.samples(), second, b.samples())
    checkpoints = ArtifactParting(
      checkpointsOf: first, a.checkpoints(), second, b.checkpoints())
    sections = [
      .configuration(a, b), .code(a, b), .environment(a, b), .data(a, b), .sessions(a, b),
    ]
    notes = a.notes + b.notes
  }

  /// Whether nothing that is known differs.
  public var isSame: Bool {
    sections.allSatisfy(\.differences.isEmpty) && metrics.step == nil && samples.step == nil
      && checkpoints.step == nil
  }
}
