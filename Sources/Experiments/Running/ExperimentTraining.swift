import TandemLayers
import TandemRuns
import TandemTensors
import TandemTraining

/// A training as the runner needs it: a value that holds everything its next step depends on.
///
/// The runner calls `sample` once before the first step. After each step it calls, where the
/// configuration's intervals say so and in this order, `evaluate`, `sample` and `checkpoint`, and
/// writes what they give into the run directory. Steps are counted from 1 there: metrics, samples
/// and checkpoints name a step by how many have been taken with it. What is due only because a step
/// is the last is asked of a copy: it leaves no trace in the checkpoint, so that a run which is
/// made longer goes on as if it had never ended.
public protocol ExperimentTraining {
  /// Steps taken.
  var step: Int { get }

  /// Steps of the whole training; of a length in epochs, as many as the data that were read make.
  var totalSteps: Int { get }

  /// Passes over the data so far, with the share of the present one; 0 for an endless set, of
  /// which no pass is ever complete.
  var epoch: Double { get }

  /// What examples are counted in: `images`, `tokens`, `points`. Their rate is the metric
  /// `images/s`.
  var exampleUnit: String { get }

  /// Names of the metrics that the progress line shows: the losses.
  var progressMetrics: [String] { get }

  /// How to read the loss curves, in a sentence.
  var reading: String { get }

  /// How to read the metrics, a sentence each, by name; kept with the run.
  var readings: [String: String] { get }

  /// Takes one step.
  ///
  /// - Throws: `NonFiniteError` with the step's number where going on would only spread a number
  ///   that is not finite: the run is stopped then, not failed.
  mutating func takeStep() throws -> TrainingStep

  /// What else a row tells, from the means of the steps' metrics since the row before: what is no
  /// mean itself, such as a perplexity.
  func derived(_ means: [(name: String, value: Double)]) -> [(name: String, value: Double)]

  /// Judges the model as it is, on data that it does not learn from.
  ///
  /// A schedule that follows the outcome, such as `RateSchedule.plateau`, is told of it here.
  mutating func evaluate() throws -> Evaluation

  /// Takes samples of the model as it is and saves them with the run; see
  /// `RunDirectory.saveSample`.
  ///
  /// - Returns: What they were found to be, for the metrics.
  mutating func sample(in run: RunDirectory) throws -> [(name: String, value: Double)]

  /// Whether the steps to come leave their gradients to `inspected`.
  var keepsGradients: Bool { get set }

  /// What can be looked at closely: the weights, as `weights/generator/0.weight`, and the gradients
  /// of the last step where they were kept, as `gradients/generator/0.weight`.
  var inspected: [(name: String, tensor: Tensor)] { get }

  /// All that a training that goes on from here as if nothing had been needs.
  ///
  /// - Throws: `NonFiniteError` where a weight is not finite: such a checkpoint is of no use.
  func checkpoint() throws -> CheckpointContents

  /// Takes over a checkpoint: goes on exactly as the training that wrote it would have.
  ///
  /// - Throws: What does not fit; the training is as it was then.
  mutating func restore(_ checkpoint: Checkpoint) throws
}

extension ExperimentTraining {
  /// `reading` for each of the losses.
  public var readings: [String: String] {
    Dictionary(progressMetrics.map { ($0, reading) }) { first, _ in first }
  }

  /// Nothing: all metrics are means.
  public func derived(_ means: [(name: String, value: Double)]) -> [(name: String, value: Double)] {
    []
  }

  /// No gradients are kept.
  public var keepsGradients: Bool {
    get { false }
    set {}
  }

  /// Nothing.
  public var inspected: [(name: String, tensor: Tensor)] { [] }

  /// Nothing: the kind has no `validation` section.
  public mutating func evaluate() throws -> Evaluation { Evaluation(metrics: []) }
}

/// What one step of a training gave.
public struct TrainingStep: Sendable {
  /// What was measured, by name.
  public var metrics: [(name: String, value: Double)]
  /// How many examples the step learned from, counted in the training's `exampleUnit`.
  public var examples: Int

  /// A step with the given measurements.
  public init(metrics: [(name: String, value: Double)], examples: Int) {
    self.metrics = metrics
    self.examples = examples
  }
}

/// What a validation gave.
public struct Evaluation: Sendable {
  /// What was measured, by name: `validation/loss`.
  public var metrics: [(name: String, value: Double)]
  /// Which of them decides what the best checkpoint is; nil where none does.
  public var decisive: Decisive?

  /// A metric that says how good a model is.
  public struct Decisive: Sendable, Equatable {
    /// Its name among the metrics; the best checkpoint is in `best-<name>.json`.
    public var name: String
    /// Which of its values are better.
    public var better: MetricDirection

    /// The metric of that name, of which lower values are better unless told otherwise.
    public init(_ name: String, _ better: MetricDirection = .lower) {
      self.name = name
      self.better = better
    }
  }

  /// A validation with the given measurements.
  public init(metrics: [(name: String, value: Double)], decisive: Decisive? = nil) {
    self.metrics = metrics
    self.decisive = decisive
  }
}

/// What a training puts into a checkpoint.
public struct CheckpointContents: Sendable {
  /// Tensor files by name, `.safetensors` included.
  public var files: [String: SafetensorsContents]
  /// What going on needs beside tensors: counts, places in the data, random streams.
  public var state: any Encodable & Sendable

  /// The given files and state.
  public init(files: [String: SafetensorsContents], state: any Encodable & Sendable) {
    self.files = files
    self.state = state
  }
}

extension SafetensorsContents {
  /// The parameters and buffers of a model, under their names.
  public init(_ model: some Layer) {
    self.init(model.state.map { ($0.name, $0.tensor) })
  }
}
