import TandemHealth
import TandemRuns
import TandemTraining

/// One plain loop that trains, logs, validates, samples and saves.
///
/// A loop that goes on from a checkpoint does what the one that wrote it would have done, to the
/// bit. Three rules keep it so: a checkpoint holds all that the loop itself remembers
/// (`LoopState`); what is done only because a step is the last is done on copies; and a signal
/// adds a checkpoint to its step but nothing else.
struct TrainingLoop<Training: ExperimentTraining> {
  private(set) var training: Training
  /// The step of the last checkpoint, which was good.
  private(set) var lastCheckpoint: Int?
  /// Steps after which the loop ends.
  let totalSteps: Int
  /// A step to stop behind as if a signal had come there.
  var pauseStep: Int?
  /// Whether health alerts are printed.
  var tellsAlerts = true

  private let settings: RunSettings
  private let isQuiet: Bool
  /// What watches over the metrics.
  var health: HealthMonitor
  private var opening = LoopOpening.start
  private var state = LoopState()
  /// Means of what a clock said since the last row, of this session's steps alone.
  private var times = RunningMeans()
  /// Seconds that earlier sessions took up to where this one goes on.
  private var earlierSeconds = 0.0
  private var throughput = Throughput()
  private var start = ContinuousClock.now

  init(_ training: Training, _ settings: RunSettings, maxSteps: Int?, isQuiet: Bool) {
    self.training = training
    self.settings = settings
    self.isQuiet = isQuiet
    health = settings.health
    totalSteps = min(training.totalSteps, maxSteps ?? .max)
  }

  /// Goes to a checkpoint, of the run itself or of one that the run is a fork of.
  ///
  /// - Parameter seconds: What the run's earlier sessions took by then.
  mutating func restore(_ checkpoint: Checkpoint, seconds: Double, as opening: LoopOpening) throws {
    try training.restore(checkpoint)
    self.opening = opening
    earlierSeconds = seconds
    state = try checkpoint.loop(LoopState.self) ?? LoopState()
    if let known = state.health {
      health.state = known
      // A rule that goes on holding has ended a session and must be able to end another.
      if health.action == .stop { health.rearm() }
    }
    if opening == .fork {
      // The parent's best is not among the child's checkpoints, and was perhaps measured otherwise.
      state.best = nil
    } else {
      lastCheckpoint = checkpoint.step
    }
  }

  /// Trains to the end, or to the step after which a signal came.
  mutating func run(in run: RunDirectory) throws {
    var progress = ProgressLine(to: totalSteps, isQuiet: isQuiet)
    defer { progress.finish() }
    start = .now
    let tensorBoard = TensorBoardHook(run, settings)
    try open(run)
    throughput = Throughput()
    while training.step < totalSteps {
      tensorBoard?.prepare(&training, totalSteps: totalSteps)
      let taken = try training.takeStep()
      tensorBoard?.noteStep(of: &training)
      let step = training.step
      throughput.advance(examples: taken.examples)
      for (name, value) in taken.metrics {
        let weight = Double(taken.examples)
        if MetricName.isTimed(name) {
          times.add(name, value, weight: weight)
        } else {
          state.means.add(name, value, weight: weight)
        }
      }
      progress.show(
        step: step, throughput,
        taken.metrics.filter { training.progressMetrics.contains($0.name) })

      let isLast = step == totalSteps
      let signal = StopSignals.signal
      let isInterrupted = !isLast && (signal != nil || step == pauseStep)
      let due = DueWork(at: step, settings)
      guard due.row || isLast || isInterrupted else { continue }

      throughput.pause()
      let row = due.row || isLast ? try writeRow(due, isLast: isLast, in: run) : WrittenRow()
      // A row that there is only because the step is the last is not judged: a run that goes on
      // from there has no such row.
      let alert = due.row ? try watch(row.metrics, in: run, progress) : nil
      if due.checkpoint || isLast || isInterrupted || row.best != nil || alert != nil {
        try save(in: run, best: row.best)
      }
      if isInterrupted { throw Interrupted(signal: signal, step: step) }
      if let alert, !isLast, health.action == .stop { throw StoppedByHealth(alert: alert) }
      throughput.resume()
    }
  }

  /// What is done before the first step of a session.
  private mutating func open(_ run: RunDirectory) throws {
    switch opening {
    case .start: _ = try training.sample(in: run)
    case .checkpoint:
      // Another process may have died between writing a checkpoint and removing older ones.
      try run.checkpoints.prune(settings.checkpoints.retention, upTo: training.step)
    case .fork:
      _ = try onCopy { try $0.sample(in: run) }
      // From here on the run stands on its own, whatever becomes of its parent.
      try save(in: run)
    }
  }

  /// A row of metrics, as it was written.
  private struct WrittenRow {
    var metrics: [String: Double] = [:]
    /// The decisive metric, where the validation is the best so far.
    var best: BestMetric?
  }

  /// Validates and samples where that is due, and writes the row of metrics.
  private mutating func writeRow(
    _ due: DueWork, isLast: Bool, in run: RunDirectory
  ) throws -> WrittenRow {
    let step = training.step
    var row: [String: Float] = [:]
    func note(_ metrics: [(name: String, value: Double)]) {
      for (name, value) in metrics { row[name] = Float(value) }
    }
    var (means, times) = (state.means, times)
    let rowMeans = means.take()
    note(rowMeans)
    note(training.derived(rowMeans))
    note(times.take())
    if due.row { (state.means, self.times) = (means, times) }
    row["\(training.exampleUnit)/s"] = throughput.examplesPerSecond.map { Float($0) }

    var best: BestMetric?
    if due.validation || (isLast && settings.validationEvery != nil) {
      let evaluation = try due.validation ? training.evaluate() : onCopy { try $0.evaluate() }
      note(evaluation.metrics)
      best = try noteBest(evaluation, isKept: due.validation)
    }
    if due.sample || isLast {
      note(try due.sample ? training.sample(in: run) : onCopy { try $0.sample(in: run) })
    }
    try run.saveMetrics(step: step, epoch: training.epoch, seconds: seconds, row)
    let metrics = row.mapValues { Double($0) }
    try run.progress(step: step, metrics: metrics)
    return WrittenRow(metrics: metrics, best: best)
  }

  /// What a body gives that leaves the training itself as it is.
  private func onCopy<Value>(_ body: (inout Training) throws -> Value) rethrows -> Value {
    var copy = training
    return try body(&copy)
  }

  /// Seconds since the run began, all sessions together.
  private var seconds: Double { earlierSeconds + start.duration(to: .now) / .seconds(1) }

  /// The decisive metric, where a validation is the best so far.
  ///
  /// - Parameter isKept: Whether later validations are held against this one.
  private mutating func noteBest(_ evaluation: Evaluation, isKept: Bool) throws -> BestMetric? {
    guard let decisive = evaluation.decisive,
      let value = evaluation.metrics.first(where: { $0.name == decisive.name })?.value
    else { return nil }
    do {
      try NonFiniteError.check(.metric, decisive.name, value)
    } catch {
      throw error.at(step: training.step, phase: "validation")
    }
    if let best = state.best, best.metric == decisive.name,
      !decisive.better.isBetter(value, than: best.value)
    {
      return nil
    }
    if isKept { state.best = .init(metric: decisive.name, value: value) }
    return BestMetric(decisive.name, value, better: decisive.better)
  }

  /// Writes a checkpoint of this moment.
  private mutating func save(in run: RunDirectory, best: BestMetric? = nil) throws {
    let contents = try training.checkpoint()
    state.health = health.state
    try run.saveCheckpoint(
      step: training.step, files: contents.files, state: contents.state, loop: state,
      seconds: seconds, best: best, retention: settings.checkpoints.retention)
    lastCheckpoint = training.step
  }
}

/// What ended a run after its step: a signal, or a pause that was planned.
struct Interrupted: Error, CustomStringConvertible {
  /// Nil for a planned pause.
  let signal: Int32?
  let step: Int

  var description: String {
    let cause = signal.map { "interrupted by \(StopSignals.name($0))" } ?? "paused"
    return "\(cause) after step \(step), which is saved"
  }
}
