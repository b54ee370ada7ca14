import TandemDatasets
import TandemHealth
import TandemRuns

/// What an experiment says as every kind does: how it is called, what its random numbers follow
/// from, and when the loop logs, samples, validates and saves.
public struct RunSettings: Sendable {
  /// A line about the experiment, for listings.
  public var title: String
  /// What every random number follows from.
  public var seed: UInt64
  /// Steps between two rows of metrics; a row holds the means over the steps since the last.
  public var metricsEvery: Int
  /// Steps between two samples; some are always taken at the start and at the end.
  public var samplesEvery: Int
  /// Steps between two validations, with one at the end; nil for a kind without any.
  public var validationEvery: Int?
  /// When checkpoints are written and which are kept.
  public var checkpoints: Checkpoints
  /// What watches over the metrics, at its start.
  public var health: HealthMonitor
  /// What is written for TensorBoard; nil for nothing.
  public var tensorBoard: TensorBoard?

  /// What is written for TensorBoard beside metrics and samples.
  public struct TensorBoard: Sendable {
    /// When histograms of weights and gradients are: `true` with each sample, or at steps that are
    /// multiples of a count.
    public var histograms: CountOrFlag

    /// Metrics and samples, and histograms where asked for.
    public init(histograms: CountOrFlag = .flag(false)) { self.histograms = histograms }
  }

  /// When checkpoints are written and which are kept.
  public struct Checkpoints: Sendable {
    /// Steps between two checkpoints; one is always written at the end.
    public var every: Int
    /// How many of the latest are kept, beside the best by validation.
    public var keep: Int
    /// Those whose step is a multiple of this are kept too; nil for none.
    public var keepEvery: Int?

    /// A checkpoint each so many steps, of which the latest so many are kept, and those of steps
    /// that are multiples of `keepEvery`.
    public init(every: Int, keep: Int, keepEvery: Int? = nil) {
      self.every = every
      self.keep = keep
      self.keepEvery = keepEvery
    }

    /// Which checkpoints are kept.
    var retention: Retention { Retention(last: keep, every: keepEvery) }
  }

  /// Settings of an experiment with the given heading.
  public init(
    _ heading: ExperimentHeading, metricsEvery: Int, samplesEvery: Int,
    validationEvery: Int? = nil, checkpoints: Checkpoints,
    health: HealthMonitor = HealthMonitor(), tensorBoard: TensorBoard? = TensorBoard()
  ) {
    title = heading.title
    seed = heading.seed
    self.metricsEvery = metricsEvery
    self.samplesEvery = samplesEvery
    self.validationEvery = validationEvery
    self.checkpoints = checkpoints
    self.health = health
    self.tensorBoard = tensorBoard
  }
}

/// The first lines of every configuration, after its kind.
public struct ExperimentHeading: Sendable {
  /// A line about the experiment, for listings.
  public var title: String
  /// What every random number follows from.
  public var seed: UInt64

  /// A heading with the given title and seed.
  public init(title: String, seed: UInt64) {
    self.title = title
    self.seed = seed
  }

  /// Reads `title` and `seed`.
  init(_ reader: inout ConfigurationReader) {
    title = reader.text("title", default: "")
    seed = UInt64(reader.integer("seed", default: 1, in: 0...))
  }
}

/// How long a training is to be.
public enum TrainingLength: Sendable, Equatable {
  /// So many steps.
  case steps(Int)
  /// So many passes over the data.
  case epochs(Int)

  /// The steps of a training whose pass over the data takes `stepsPerEpoch` of them.
  public func steps(stepsPerEpoch: Int) -> Int {
    switch self {
    case .steps(let steps): return steps
    case .epochs(let epochs):
      let (steps, isTooLarge) = epochs.multipliedReportingOverflow(by: stepsPerEpoch)
      return isTooLarge ? .max : steps
    }
  }

  /// Whether a child can go on that reads the data in other batches than its parent did: its end
  /// is known in steps alone, since those behind it were of another size.
  ///
  /// - Throws: That it is given in epochs; `section` is where.
  func checkOtherBatches(in section: String = "training") throws {
    guard case .epochs = self else { return }
    throw ExperimentError(
      key: "\(section).epochs",
      reason: "other batches than the parent's need an end in steps, counted from the parent's "
        + "start: --set \(section).epochs=null --set \(section).steps=N")
  }

  /// The same, where the batches of the parent are of another grain than those of `sampler`.
  func check(
    _ grain: BatchSampler.Grain?, of sampler: BatchSampler, in section: String = "training"
  ) throws {
    if let grain, grain != sampler.grain { try checkOtherBatches(in: section) }
  }
}

// The sections that every kind has, each read here alone. A section with keys of the kind's own
// gives them to a body.
extension ConfigurationReader {
  /// Reads `steps` in a `training` section, for a kind whose data have no end.
  package mutating func steps() -> Int { integer("steps", in: 1...) }

  /// Reads `steps` or `epochs` in a `training` section.
  package mutating func trainingLength() -> TrainingLength {
    let steps = optionalInteger("steps", in: 1...)
    let epochs = optionalInteger("epochs", in: 1...100_000)
    switch (steps, epochs) {
    case (let steps?, nil): return .steps(steps)
    case (nil, let epochs?): return .epochs(epochs)
    case (nil, nil):
      problem(at: "steps", "give steps or epochs, an integer of at least 1", comparing: ["epochs"])
    case (_?, _?):
      problem(at: "epochs", "give steps or epochs, not both", comparing: ["steps"])
    }
    return .steps(1)
  }

  /// Reads the `metrics` section: the steps between two rows.
  package mutating func metricsEvery() -> Int {
    section("metrics") { $0.integer("every", default: 1, in: 1...) }
  }

  /// Reads the `samples` section: the steps between two samples, and what the body reads of how
  /// they are made.
  package mutating func samples<Value>(
    _ body: (inout ConfigurationReader) -> Value
  ) -> (every: Int, Value) {
    section("samples") { ($0.integer("every", default: 1000, in: 1...), body(&$0)) }
  }

  /// Reads the `validation` section of a kind that has one: the steps between two validations,
  /// and what the body reads of how they are made.
  package mutating func validation<Value>(
    default fallback: Int, _ body: (inout ConfigurationReader) -> Value
  ) -> (every: Int, Value) {
    section("validation") { ($0.integer("every", default: fallback, in: 1...), body(&$0)) }
  }

  /// Reads the `checkpoints` section.
  package mutating func checkpoints() -> RunSettings.Checkpoints {
    section("checkpoints") { section in
      .init(
        every: section.integer("every", default: 1000, in: 1...),
        keep: section.integer("keep", default: 2, in: 1...),
        keepEvery: section.optionalInteger("keepEvery", in: 1...))
    }
  }

  /// Reads the `health` section: what an alert leads to, and the rules for a subject.
  package mutating func health(of subject: HealthSubject) -> HealthMonitor {
    section("health") { HealthMonitor(&$0, for: subject) }
  }

  /// Reads `tensorboard`: `off`, or a section that says what is written beside metrics and samples.
  package mutating func tensorBoard() -> RunSettings.TensorBoard? {
    switchedSection("tensorboard") {
      .init(histograms: $0.countOrFlag("histograms", default: .flag(false)))
    }
  }
}
