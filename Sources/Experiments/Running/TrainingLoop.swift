import TandemRuns
import TandemTraining

/// One plain loop that trains, logs, validates, samples and saves.
struct TrainingLoop<Training: ExperimentTraining> {
  private(set) var training: Training
  /// The step of the last checkpoint, which was good.
  private(set) var lastCheckpoint: Int?
  /// Steps after which the loop ends.
  let totalSteps: Int

  private let settings: RunSettings
  private let isQuiet: Bool
  /// The value of the decisive metric of the best validation so far.
  private var best: Double?

  init(_ training: Training, _ settings: RunSettings, maxSteps: Int?, isQuiet: Bool) {
    self.training = training
    self.settings = settings
    self.isQuiet = isQuiet
    totalSteps = min(training.totalSteps, maxSteps ?? .max)
  }

  /// Trains to the end, or to the step after which a signal came.
  mutating func run(in run: RunDirectory) throws {
    var progress = ProgressLine(to: totalSteps, isQuiet: isQuiet)
    defer { progress.finish() }
    var throughput = Throughput()
    // A row stands for the steps since the one before. Where a checkpoint is written there is a
    // row, so that none of them are lost to a training that goes on from it.
    var means = RunningMeans()
    let start = ContinuousClock.now
    let tensorBoard = TensorBoardHook(run, settings)
    _ = try training.sample(in: run)
    while training.step < totalSteps {
      tensorBoard?.prepare(&training, totalSteps: totalSteps)
      let taken = try training.takeStep()
      tensorBoard?.noteStep(of: &training)
      let step = training.step
      throughput.advance(examples: taken.examples)
      for (name, value) in taken.metrics {
        means.add(name, value, weight: Double(taken.examples))
      }
      progress.show(
        step: step, throughput,
        taken.metrics.filter { training.progressMetrics.contains($0.name) })

      let isLast = step == totalSteps
      let signal = Interruption.signal
      let evaluates = settings.validationEvery.map { isLast || step.isMultiple(of: $0) } ?? false
      let samples = isLast || step.isMultiple(of: settings.samplesEvery)
      var saves = isLast || signal != nil || step.isMultiple(of: settings.checkpoints.every)
      guard evaluates || samples || saves || step.isMultiple(of: settings.metricsEvery) else {
        continue
      }

      var row: [String: Float] = [:]
      func note(_ metrics: [(name: String, value: Double)]) {
        for (name, value) in metrics { row[name] = Float(value) }
      }
      let rowMeans = means.take()
      note(rowMeans)
      note(training.derived(rowMeans))
      row["\(training.exampleUnit)/s"] = throughput.examplesPerSecond.map { Float($0) }
      throughput.pause()
      var record: [String: Double] = [:]
      if evaluates {
        let evaluation = try training.evaluate()
        note(evaluation.metrics)
        record = try noteBest(evaluation)
        saves = saves || !record.isEmpty
      }
      if samples { note(try training.sample(in: run)) }
      try run.saveMetrics(
        step: step, epoch: training.epoch, seconds: start.duration(to: .now) / .seconds(1), row)
      try run.progress(step: step, metrics: row.mapValues { Double($0) })
      if saves { try save(in: run, best: record) }
      if let signal, !isLast { throw Interrupted(signal: signal, step: step) }
      throughput.resume()
    }
  }

  /// The decisive metric with its value, where a validation is the best so far.
  private mutating func noteBest(_ evaluation: Evaluation) throws -> [String: Double] {
    guard let decisive = evaluation.decisive,
      let value = evaluation.metrics.first(where: { $0.name == decisive.name })?.value
    else { return [:] }
    do {
      try NonFiniteError.check(.metric, decisive.name, value)
    } catch {
      throw error.at(step: training.step, phase: "validation")
    }
    if let best, !decisive.mode.isBetter(value, than: best) { return [:] }
    best = value
    return [decisive.name: value]
  }

  /// Writes a checkpoint of this moment.
  private mutating func save(in run: RunDirectory, best: [String: Double]) throws {
    let contents = try training.checkpoint()
    try run.saveCheckpoint(
      step: training.step, files: contents.files, state: contents.state, best: best,
      retention: Retention(last: settings.checkpoints.keep))
    lastCheckpoint = training.step
  }
}
