import TandemLayers
import TandemSequences
import TandemTensors
import TandemTraining
import Testing

@Suite struct AveragingTests {
  /// The small configuration of Zaremba et al.: 1 in the first four epochs, then halved each time.
  @Test func decayAfterEpoch() throws {
    let schedule = try Schedule(.decay(afterEpoch: 4, factor: 0.5), learningRate: 1)
    #expect((0..<8).map(schedule.rate) == [1, 1, 1, 1, 0.5, 0.25, 0.125, 0.0625])
    let atOnce = try Schedule(.decay(afterEpoch: 1, factor: 0.5), learningRate: 1)
    #expect((0..<3).map(atOnce.rate) == [1, 0.5, 0.25])
  }

  /// Rates by epoch change with `endEpoch` alone.
  @Test func ratesByEpoch() throws {
    var trainer = SequenceTrainer(
      model: smallLanguageModel(), optimizer: try .sgd(learningRate: 1),
      rate: .epochs(try Schedule(.decay(afterEpoch: 2, factor: 0.5), learningRate: 1)), seed: 1)
    let batch = SequenceBatch(inputs: someTokens(2, 2), targets: someTokens(2, 2))
    var rates: [Double] = []
    for _ in 0..<4 {
      for _ in 0..<2 { rates.append(try trainer.takeStep(batch).learningRate) }
      trainer.endEpoch()
    }
    #expect(rates == [1, 1, 1, 1, 0.5, 0.5, 0.25, 0.25])
  }

  /// Whether loss or accuracy is watched, the rate falls when the best is not surpassed; a rise of
  /// the accuracy is one, however small.
  @Test(arguments: SequenceTrainerSettings.Watch.allCases)
  func plateau(watch: SequenceTrainerSettings.Watch) throws {
    var trainer = SequenceTrainer(
      model: smallLanguageModel(), optimizer: try .sgd(learningRate: 1),
      rate: .plateau(
        try PlateauSchedule(
          .init(
            mode: watch == .loss ? .minimum : .maximum, factor: 0.5, patience: 0,
            threshold: .absolute(0)), learningRate: 1)),
      settings: SequenceTrainerSettings(watch: watch), seed: 1)
    var rates: [Double] = []
    // Of 10 targets: nats and hits, of which whole sequences are the same part here.
    for (total, hits): (Double, Double) in [(5, 3), (4, 4), (4, 4), (6, 2), (3, 5)] {
      var measures = SequenceMeasures(.tokens)
      measures.add(
        SequenceCost(total: Tensor(total), count: 10, hits: hits, exactSequences: hits),
        sequences: 10)
      trainer.observe(measures)
      rates.append(trainer.learningRate(steps: 1))
    }
    #expect(rates == [1, 1, 0.5, 0.25, 0.25])
    #expect(abs(trainer.rate.state!.best! - (watch == .loss ? 0.3 : 0.5)) < 1e-7)
  }

  /// Each loss with whether it triggers: only one worse than the best of all but the last n does.
  @Test(
    arguments: [
      (2, [5, 4, 3, 4, 4, 4], 5),
      (2, [5, 4, 3, 3.5, 3.2, 3], nil),
      (0, [5, 4, 4.5], 2),
      (0, [5, 5, 5], nil),
      (5, [9, 8, 7, 6, 5, 4, 3, 10], 7),
      (5, [1, 9, 9, 9, 9, 9], nil),
      (5, [1, 9, 9, 9, 9, 9, 9], 6),
      (1, [3, 2, .nan], 2),
    ] as [(Int, [Double], Int?)]) func nonMonotonicTrigger(
      patience: Int, losses: [Double], expected: Int?
    ) throws
  {
    var trigger = try NonMonotonicTrigger(patience: patience)
    var at: Int?
    for (check, loss) in losses.enumerated() where trigger.observe(loss) { at = check }
    #expect(at == expected)
    #expect(trigger.isTriggered == (expected != nil))
  }

  /// From the trigger on the average is the mean of the weights of every step, and is what is
  /// validated with; the weights themselves go on.
  @Test func averagedWeights() throws {
    var trainer = SequenceTrainer(
      model: smallLanguageModel(), optimizer: try .sgd(learningRate: 1),
      rate: .steps(try Schedule(.constant, learningRate: 1)),
      averaging: try NonMonotonicTrigger(patience: 0), seed: 1)
    func observe(_ loss: Double) {
      var measures = SequenceMeasures(.tokens)
      measures.add(SequenceCost(total: Tensor(loss), count: 1), sequences: 1)
      trainer.observe(measures)
    }
    let batch = SequenceBatch(inputs: someTokens(3, 2), targets: someTokens(3, 2, seed: 2))
    _ = try trainer.takeStep(batch)
    observe(2)
    #expect(trainer.average == nil)
    observe(3)
    #expect(trainer.average != nil)
    var weights = [trainer.model.decoderBias]
    for _ in 0..<3 {
      _ = try trainer.takeStep(batch)
      weights.append(trainer.model.decoderBias)
    }
    let mean = Tensor.stack(weights).mean(0, keepsAxes: false)
    #expect(difference(trainer.sampler.decoderBias, mean) < 1e-6)
    #expect(difference(trainer.model.decoderBias, mean) > 1e-3)
    var left = [batch]
    let measures = trainer.evaluate { left.popLast() }
    var pass = Pass.inference
    let expected = trainer.average!.model.cost(
      of: batch, state: nil, countsHits: false, &pass)
    #expect(measures.total == expected.total.scalar)
  }
}
