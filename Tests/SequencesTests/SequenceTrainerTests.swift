import Foundation
import TandemLayers
import TandemSequences
import TandemTensors
import TandemTraining
import Testing

@Suite struct SequenceTrainerTests {
  private func trainer(
    _ model: LanguageModel, _ optimizer: Optimizer, rate: RateSchedule? = nil,
    averaging: NonMonotonicTrigger? = nil, _ settings: SequenceTrainerSettings = .init()
  ) throws -> SequenceTrainer<LanguageModel> {
    SequenceTrainer(
      model: model, optimizer: optimizer,
      rate: try rate ?? .steps(Schedule(.constant, learningRate: optimizer.learningRate)),
      averaging: averaging, settings: settings, seed: 1)
  }

  private func batch(_ step: Int, steps: Int = 4, size: Int = 3) -> SequenceBatch {
    SequenceBatch(
      inputs: someTokens(steps, size, seed: UInt64(2 * step)),
      targets: someTokens(steps, size, seed: UInt64(2 * step + 1)))
  }

  /// A cycle of tokens is learned to near certainty.
  @Test func learnsCycle() throws {
    let cycle = [0, 3, 1, 4, 2]
    var trainer = try trainer(
      smallLanguageModel(size: 16), .adam(learningRate: 0.02, clipping: .globalNorm(1)))
    func window(_ start: Int) -> SequenceBatch {
      func tokens(_ shift: Int) -> Tensor {
        Tensor(
          indices: (0..<10).flatMap { step in
            (0..<4).map { cycle[(start + step + $0 + shift) % 5] }
          }, [10, 4])
      }
      return SequenceBatch(inputs: tokens(0), targets: tokens(1))
    }
    let first = try trainer.takeStep(window(0))
    #expect(first.measures.loss > 1)
    for step in 1..<200 { _ = try trainer.takeStep(window(step * 10)) }
    var left = [window(0), window(10)]
    let measures = trainer.evaluate { left.popLast() }
    #expect(measures.loss < 0.01)
    #expect(measures.accuracy == 1)
    #expect(measures.count == 80)
  }

  /// TensorFlow's form of the loss: summed over the steps, averaged over the batch. One step of
  /// SGD from constant logits goes by the sum over the steps of softmax minus target.
  @Test func perSequenceLoss() throws {
    let logits = [log(0.5), log(0.3), log(0.2)]
    let batch = SequenceBatch(
      inputs: Tensor(zeros: [3, 2], .int32), targets: Tensor(indices: [0, 1, 0, 2, 0, 0], [3, 2]))
    var trainer = try trainer(
      constantModel(logits), .sgd(learningRate: 0.1), .init(loss: .perSequence))
    let metrics = try trainer.takeStep(batch)
    // Of 6 targets 4 are token 0, one is 1 and one is 2; 3 steps, 2 sequences.
    let gradient = [3 * 0.5 - 2, 3 * 0.3 - 0.5, 3 * 0.2 - 0.5]
    for index in 0..<3 {
      let expected = logits[index] - 0.1 * gradient[index]
      #expect(abs(trainer.model.decoderBias.values[index] - expected) < 1e-6)
    }
    // What is told is nats per token all the same.
    #expect(abs(metrics.measures.loss + (4 * log(0.5) + log(0.3) + log(0.2)) / 6) < 1e-6)
    // Per token the gradient is shorter by the number of steps.
    var other = try self.trainer(constantModel(logits), .sgd(learningRate: 0.1))
    let norm = try other.takeStep(batch).gradientNorm!
    #expect(abs(metrics.gradientNorm! - 3 * norm) < 1e-5)
  }

  /// The window after goes on with the state that the one before has left, as a constant; a new
  /// epoch begins at zero.
  @Test func carriesState() throws {
    let model = smallLanguageModel()
    var carrying = try trainer(model, .sgd(learningRate: 0))
    var whole = try trainer(model, .sgd(learningRate: 0), .init(carriesState: false))
    let one = try carrying.takeStep(batch(0))
    let oneAlone = try whole.takeStep(batch(0))
    #expect(one.measures == oneAlone.measures)
    var pass = Pass.inference
    let state = model.logits(batch(0).inputs, &pass).state
    #expect(carrying.carried?.bits == state.bits)
    #expect(carrying.carried!.tensors.allSatisfy { !$0.isTracked })
    #expect(whole.carried == nil)
    let expected = model.cost(of: batch(1), state: state, countsHits: false, &pass)
    let two = try carrying.takeStep(batch(1))
    #expect(two.measures.total == expected.total.scalar)
    #expect(try whole.takeStep(batch(1)).measures.total != two.measures.total)
    carrying.endEpoch()
    #expect(carrying.carried == nil && carrying.epoch == 1)
    let (_, gradients) = valueAndGradients(of: model) { model in
      var pass = Pass.inference
      return model.cost(of: batch(1), state: state, countsHits: false, &pass).total / 12
    }
    let squares = gradients.reduce(0) { $0 + $1.values.reduce(0) { $0 + $1 * $1 } }
    #expect(abs(two.gradientNorm! - squares.squareRoot()) < 1e-6)
  }

  /// A validation in windows with the state carried is that of one long pass; without, each window
  /// begins anew.
  @Test func evaluates() throws {
    let model = smallLanguageModel(outputDropout: 0.5)
    let (inputs, targets) = (someTokens(12, 2), someTokens(12, 2, seed: 2))
    func window(_ steps: Range<Int>) -> SequenceBatch {
      SequenceBatch(
        inputs: inputs.slice(axis: 0, steps), targets: targets.slice(axis: 0, steps))
    }
    var pass = Pass.inference
    let whole = model.cost(of: window(0..<12), state: nil, countsHits: true, &pass)
    let parts = [0..<5, 5..<8, 8..<12].map {
      model.cost(of: window($0), state: nil, countsHits: true, &pass).total.scalar
    }
    for (carries, expected) in [(true, whole.total.scalar), (false, parts.reduce(0, +))] {
      var left = [8..<12, 5..<8, 0..<5]
      let trainer = try trainer(model, .sgd(learningRate: 1), .init(carriesState: carries))
      let measures = trainer.evaluate { left.popLast().map(window) }
      #expect(abs(measures.total - expected) < 1e-4)
      #expect(measures.count == 24)
      if carries { #expect(measures.accuracy == whole.hits! / 24) }
    }
    #expect(abs(parts.reduce(0, +) - whole.total.scalar) > 1e-3)
  }

  /// N steps, stored and restored, then N more are 2 N steps to the bit: with dropout, moments,
  /// carried state, a plateau's schedule and a running average.
  @Test func exactRestore() throws {
    func fresh(seed: UInt64) throws -> SequenceTrainer<LanguageModel> {
      try trainer(
        smallLanguageModel(embeddingDropout: 0.2, outputDropout: 0.3, seed: seed),
        .adam(learningRate: 0.01, clipping: .globalNorm(0.5)),
        rate: .plateau(
          PlateauSchedule(.init(factor: 0.5, patience: 0), learningRate: 0.01)),
        averaging: NonMonotonicTrigger(patience: 1))
    }
    func advance(_ trainer: inout SequenceTrainer<LanguageModel>, _ steps: Range<Int>) throws {
      for step in steps {
        _ = try trainer.takeStep(batch(step))
        if step % 3 == 2 {
          var measures = SequenceMeasures(.tokens)
          // Losses 1, 2, 3, …: the rate falls and the averaging begins.
          measures.add(SequenceCost(total: Tensor(Double(step)), count: 1), sequences: 1)
          trainer.observe(measures)
        }
      }
    }
    var straight = try fresh(seed: 1)
    try advance(&straight, 0..<28)
    var first = try fresh(seed: 1)
    try advance(&first, 0..<14)
    #expect(first.average != nil)
    let stored = try JSONEncoder().encode(first.progress)
    let tensors = first.parts.mapValues { Dictionary(uniqueKeysWithValues: $0.map { ($0, $1) }) }
    #expect(Set(tensors.keys) == ["model", "optimizer", "average", "carried"])
    var second = try fresh(seed: 2)
    try second.restore(
      JSONDecoder().decode(SequenceTrainer<LanguageModel>.Progress.self, from: stored), tensors)
    try advance(&second, 14..<28)
    #expect(second.model.bits == straight.model.bits)
    #expect(second.sampler.bits == straight.sampler.bits)
    #expect(second.sampler.bits != second.model.bits)
    #expect(second.carried?.bits == straight.carried?.bits)
    #expect(second.progress == straight.progress)
    #expect(second.learningRate(steps: 4) < 0.01)
  }

  /// A stored state of another model is refused, and the trainer stays as it was.
  @Test func refusesForeignState() throws {
    var one = try trainer(smallLanguageModel(), .sgd(learningRate: 0.1))
    _ = try one.takeStep(batch(0))
    var tensors = one.parts.mapValues { Dictionary(uniqueKeysWithValues: $0.map { ($0, $1) }) }
    tensors["carried"]!["0"] = Tensor(zeros: [3, 7])
    var other = try trainer(smallLanguageModel(seed: 2), .sgd(learningRate: 0.1))
    let before = other.model.bits
    let error = #expect(throws: CarriedStateMismatch.self) {
      try other.restore(one.progress, tensors)
    }
    #expect(
      "\(error!)" == """
        the carried state does not fit the model: its tensors have shapes [[3, 7], [3, 4]], not \
        [[3, 4], [3, 4]]
        """)
    #expect(other.model.bits == before && other.step == 0)
  }

  /// Parameters are changed where they lie: nothing of a step holds on to them.
  @Test(arguments: [false, true]) func inPlace(isTied: Bool) throws {
    var random = RandomStream(seed: 1, name: "test")
    let model = LanguageModel(
      vocabulary: 5, embeddingSize: 4,
      recurrent: LSTM(4, 4, layers: 2, dropout: 0.2, weightDrop: 0.1, random: &random),
      isTied: isTied, outputDropout: LockedDropout(0.2), random: &random)
    var trainer = try trainer(model, .adam(learningRate: 0.1, clipping: .globalNorm(1)))
    // The first step parts from the copy above.
    _ = try trainer.takeStep(batch(0))
    let places = trainer.model.parameters.map(\.identity)
    _ = try trainer.takeStep(batch(1))
    #expect(trainer.model.parameters.map(\.identity) == places)
  }

  /// A gradient that is not finite is refused by name, before anything has changed.
  @Test func refusesNonFinite() throws {
    var model = smallLanguageModel()
    let bias = model.decoderBias
    model.decoderBias = bias * Double.infinity
    var trainer = try trainer(model, .sgd(learningRate: 0.1))
    let before = trainer.model.bits
    let error = #expect(throws: NonFiniteError.self) { try trainer.takeStep(batch(0)) }
    #expect(error?.name == "loss/train" && error?.step == 0)
    #expect(trainer.model.bits == before && trainer.step == 0 && trainer.carried == nil)
    // A loss that is finite, with a gradient that is not.
    var steep = smallLanguageModel()
    steep.inputDropout = SteepRoot()
    var other = try self.trainer(steep, .sgd(learningRate: 0.1))
    let gradient = #expect(throws: NonFiniteError.self) { try other.takeStep(batch(0)) }
    #expect(gradient?.quantity == .gradient && gradient?.name == "encoder.weight")
    #expect(other.model.bits == steep.bits && other.step == 0 && other.carried == nil)
  }

  /// A norm beyond the limit is told as clipped, one below is not; so with single elements.
  @Test func clippedSteps() throws {
    for (clipping, isClipped): (GradientClipping, Bool) in [
      (.globalNorm(1e-4), true), (.globalNorm(1e4), false), (.value(1e-4), true),
      (.value(1e4), false),
    ] {
      var trainer = try trainer(
        smallLanguageModel(), .sgd(learningRate: 0.1, clipping: clipping))
      let metrics = try trainer.takeStep(batch(0))
      #expect(metrics.isClipped == isClipped, "\(clipping)")
      #expect(metrics["clipped"] == (isClipped ? 1 : 0))
    }
    var free = try trainer(smallLanguageModel(), .sgd(learningRate: 0.1))
    #expect(try free.takeStep(batch(0))["clipped"] == nil)
  }

  /// The rate of a window is scaled by its length where lengths vary.
  @Test func rateByLength() throws {
    var trainer = try trainer(smallLanguageModel(), .sgd(learningRate: 2), .init(baseLength: 8))
    #expect(try trainer.takeStep(batch(0, steps: 4)).learningRate == 1)
    #expect(try trainer.takeStep(batch(0, steps: 12)).learningRate == 3)
    #expect(try trainer.takeStep(batch(0, steps: 4)).tokens == 12)
  }
}

extension SequenceTrainerTests {
  private func trainer(
    _ model: LanguageModel, _ optimizer: Optimizer, _ settings: SequenceTrainerSettings
  ) throws -> SequenceTrainer<LanguageModel> {
    try trainer(model, optimizer, rate: nil, averaging: nil, settings)
  }
}

/// Zero, by a root whose slope there is infinite.
private struct SteepRoot: Layer {
  func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    (x.squared() * 0).squareRoot()
  }

  mutating func walk(_ walker: inout ParameterWalker) {}
}
