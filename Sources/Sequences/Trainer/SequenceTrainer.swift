import TandemLayers
import TandemTensors
import TandemTraining

/// Trains a sequence model by back-propagation through time.
///
/// Each step goes forward and backward through one window. Where the state is carried, a window
/// begins with the state that the one before has left, as a constant: truncated back-propagation.
///
/// The trainer is a value that holds everything a step depends on. A copy continues exactly as
/// the original would.
public struct SequenceTrainer<Model: SequenceModel>: Sendable {
  public let settings: SequenceTrainerSettings
  public var model: Model
  public internal(set) var optimizer: Optimizer
  /// How the learning rate goes on; a plateau's schedule with its state.
  public internal(set) var rate: RateSchedule
  /// When averaging begins, with the checks so far.
  public internal(set) var averaging: NonMonotonicTrigger?
  /// The mean of the weights since averaging has begun.
  public internal(set) var average: WeightAverage<Model>?
  /// The state that the next window begins with; zero if absent.
  public internal(set) var carried: RecurrentState?
  /// Steps taken.
  public internal(set) var step = 0
  /// Epochs completed.
  public internal(set) var epoch = 0
  /// Source of dropout masks.
  public internal(set) var dropout: RandomStream

  /// A trainer at its start.
  ///
  /// - Parameters:
  ///   - optimizer: Its own learning rate is replaced by that of `rate`.
  ///   - rate: A plateau's schedule must have the mode `maximum` where the watched measure is
  ///     better when it is greater.
  ///   - averaging: Begins averaging the weights of each step once the watched measure asks for
  ///     it: with plain SGD that is NT-ASGD.
  public init(
    model: Model, optimizer: Optimizer, rate: RateSchedule, averaging: NonMonotonicTrigger? = nil,
    settings: SequenceTrainerSettings = SequenceTrainerSettings(), seed: UInt64
  ) {
    if case .plateau(let schedule) = rate {
      require(
        schedule.settings.mode == settings.watch.mode,
        "sequence trainer: a plateau of \(settings.watch) with the mode \(schedule.settings.mode)")
    }
    self.settings = settings
    self.model = model
    self.optimizer = optimizer
    self.rate = rate
    self.averaging = averaging
    dropout = RandomStream(seed: seed, name: "dropout")
  }

  /// The model to validate with and to take samples from: the average once there is one.
  public var sampler: Model { average?.model ?? model }

  /// The learning rate of the next step on a window of `steps` steps.
  public func learningRate(steps: Int) -> Double {
    let scale = settings.baseLength.map { Double(steps) / Double($0) } ?? 1
    return rate.rate(at: step, epoch: epoch) * scale
  }

  /// Takes one step along the gradient of a batch's cost.
  ///
  /// - Throws: `NonFiniteError` where the loss or a gradient is not finite; the trainer is as it
  ///   was then, but for the learning rate.
  public mutating func takeStep(_ batch: SequenceBatch) throws(NonFiniteError) -> SequenceMetrics {
    var pass = Pass.training(dropout)
    let tracked = Tracked(model)
    let cost = tracked.model.cost(
      of: batch, state: settings.carriesState ? carried : nil, countsHits: settings.countsHits,
      &pass)
    var measures = SequenceMeasures(model.quantity)
    measures.add(cost, sequences: batch.size)
    let state = cost.state?.detached
    let divisor = settings.loss == .perSequence ? Double(batch.size) : max(cost.count, 1)
    optimizer.learningRate = learningRate(steps: batch.steps)
    do {
      try NonFiniteError.check(.loss, "loss/train", cost.total.scalar / divisor)
      let gradients = tracked.gradients(of: cost.total / divisor)
      let isCut = optimizer.clipping.flatMap { $0.exceedsElementLimit(gradients) }
      let norm = try optimizer.update(&model, along: gradients)
      dropout = pass.random
      model.commit(pass)
      average?.add(model)
      if settings.carriesState { carried = state }
      step += 1
      return SequenceMetrics(
        measures: measures, tokens: batch.tokenCount, gradientNorm: norm,
        isClipped: isCut ?? optimizer.clipping?.isExceeded(by: norm),
        learningRate: optimizer.learningRate)
    } catch {
      throw error.at(step: step)
    }
  }

  /// Ends an epoch: the next window begins with the state zero.
  public mutating func endEpoch() {
    epoch += 1
    carried = nil
  }

  /// Measures a stream of batches with the averaged weights where there are some.
  ///
  /// Nothing is dropped, and where the trainer carries its state over windows, so does the
  /// measuring, from zero on.
  ///
  /// - Parameter nextBatch: Gives the batches in order, nil behind the last.
  public func evaluate(_ nextBatch: () throws -> SequenceBatch?) rethrows -> SequenceMeasures {
    let model = sampler
    var measures = SequenceMeasures(model.quantity)
    var state: RecurrentState?
    while let batch = try nextBatch() {
      var pass = Pass.inference
      let cost = model.cost(of: batch, state: state, countsHits: true, &pass)
      measures.add(cost, sequences: batch.size)
      if settings.carriesState { state = cost.state }
    }
    return measures
  }

  /// Takes note of a validation: it moves a plateau's learning rate and may begin the averaging.
  public mutating func observe(_ measures: SequenceMeasures) {
    let value = settings.watch.value(measures)
    let cost = settings.watch.mode == .maximum ? -value : value
    rate.observe(value)
    if averaging?.observe(cost) == true { average = WeightAverage(of: model) }
  }
}
