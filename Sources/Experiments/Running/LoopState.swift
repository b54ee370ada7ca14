import TandemHealth
import TandemTraining

/// What the loop around a training keeps between steps: a checkpoint holds it beside the training's
/// own state.
struct LoopState: Codable, Sendable {
  /// The best validation so far.
  var best: Best?
  /// Means of the steps' metrics since the last row.
  var means = RunningMeans()
  /// What the health rules keep of the rows so far.
  var health: HealthMonitor.State?

  /// A value of the metric that decides how good a model is.
  struct Best: Codable, Sendable {
    var metric: String
    var value: Double
  }
}

/// Where a loop begins.
enum LoopOpening {
  /// At step 0.
  case start
  /// Behind a checkpoint of its own run, all of which lies in the run directory.
  case checkpoint
  /// Behind the checkpoint of another run.
  case fork
}

/// What a loop does after a step.
struct DueWork {
  var row: Bool
  var validation: Bool
  var sample: Bool
  var checkpoint: Bool

  /// What the configuration asks for after `step` steps.
  init(at step: Int, _ settings: RunSettings) {
    validation = settings.validationEvery.map { step.isMultiple(of: $0) } ?? false
    sample = step.isMultiple(of: settings.samplesEvery)
    checkpoint = step.isMultiple(of: settings.checkpoints.every)
    // Whatever is done stands in the row of its step.
    row = validation || sample || checkpoint || step.isMultiple(of: settings.metricsEvery)
  }
}
