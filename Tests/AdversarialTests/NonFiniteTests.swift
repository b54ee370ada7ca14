import TandemAdversarial
import TandemLayers
import TandemTensors
import TandemTraining
import Testing

/// A step that meets a number that is none stops before it reaches the weights, and says where.
@Suite struct NonFiniteTests {
  typealias Trainer = AdversarialTrainer<Linear, Linear>

  /// What a step may have changed.
  struct Contents: Equatable {
    let generator: [UInt64]
    let discriminator: [UInt64]
    let average: [UInt64]
    let generatorMoments: [[Double]]
    let discriminatorMoments: [[Double]]
    let updates: [Int]
    let step: Int

    init(_ trainer: Trainer) {
      generator = trainer.generator.numbers.map(\.bitPattern)
      discriminator = trainer.discriminator.numbers.map(\.bitPattern)
      average = trainer.sampler.numbers.map(\.bitPattern)
      generatorMoments = trainer.generatorOptimizer.state.map(\.tensor.values)
      discriminatorMoments = trainer.discriminatorOptimizer.state.map(\.tensor.values)
      updates = [trainer.generatorOptimizer.step, trainer.discriminatorOptimizer.step]
      step = trainer.step
    }
  }

  /// A trainer of Adam after a step that was good.
  private func trainer(_ objective: any AdversarialObjective) throws -> Trainer {
    var trainer = try PointGame().trainer(objective: objective, averageDecay: 0.9)
    trainer.generatorOptimizer = try .adam(learningRate: 0.1)
    trainer.discriminatorOptimizer = try .adam(learningRate: 0.1)
    _ = try step(&trainer)
    return trainer
  }

  private func step(
    _ trainer: inout Trainer, real: [Double] = [1, 2, 3], latents: [Double] = [-1, 0.5, 1]
  ) throws -> StepMetrics {
    try trainer.takeStep(latents: column(latents)) { column(real) }
  }

  @Test(arguments: [Double.nan, .infinity])
  func inARealSample(_ value: Double) throws {
    var trainer = try trainer(CrossEntropyObjective())
    let before = Contents(trainer)
    // An infinite sample has the logit w * infinity, whose loss is infinite only below zero.
    let real = [1, trainer.discriminator.weight.scalar < 0 ? value : -value, 3]
    let error = try #require(throws: NonFiniteError.self) { try step(&trainer, real: real) }
    #expect(error.phase == "discriminator" && error.step == 1)
    #expect(error.quantity == .loss && error.name == "loss/d" && !error.value.isFinite)
    #expect(Contents(trainer) == before)
    // The training can go on.
    _ = try step(&trainer)
    #expect(trainer.step == 2)
    try NonFiniteError.check(trainer.generator)
  }

  /// A loss of zero whose gradient is 0 / 0: the root of a square at zero.
  private struct Sharp: AdversarialObjective {
    var base = CrossEntropyObjective()
    var phase: AdversarialPhase?
    var reading: String { base.reading }

    func discriminatorLoss(real: Tensor, generated: Tensor) -> DiscriminatorLoss {
      let loss = base.discriminatorLoss(real: real, generated: generated)
      guard phase == .discriminator else { return loss }
      return DiscriminatorLoss(real: loss.real + sharpZero(real), generated: loss.generated)
    }

    func generatorLoss(generated: Tensor) -> Tensor {
      let loss = base.generatorLoss(generated: generated)
      return phase == .generator ? loss + sharpZero(generated) : loss
    }

    private func sharpZero(_ logits: Tensor) -> Tensor {
      (logits - logits.detached).squared().squareRoot().mean()
    }
  }

  /// The trainer's contents with another objective, which it does not change under way.
  private func trainer(sharpIn phase: AdversarialPhase) throws -> Trainer {
    let good = try trainer(CrossEntropyObjective())
    var sharp = try PointGame().trainer(objective: Sharp(phase: phase), averageDecay: 0.9)
    (sharp.generator, sharp.discriminator) = (good.generator, good.discriminator)
    sharp.generatorOptimizer = good.generatorOptimizer
    sharp.discriminatorOptimizer = good.discriminatorOptimizer
    sharp.average = good.average
    sharp.progress = good.progress
    return sharp
  }

  @Test func inTheDiscriminatorsGradient() throws {
    var trainer = try trainer(sharpIn: .discriminator)
    let before = Contents(trainer)
    let error = try #require(throws: NonFiniteError.self) { try step(&trainer) }
    #expect(error.phase == "discriminator" && error.step == 1)
    #expect(error.quantity == .gradient && error.name == "weight" && error.value.isNaN)
    #expect("\(error)" == "step 1, phase discriminator: the gradient of 'weight' holds NaN")
    #expect(Contents(trainer) == before)
  }

  /// The discriminator's update went before and stands; generator and average are as they were.
  @Test func inTheGeneratorsGradient() throws {
    var trainer = try trainer(sharpIn: .generator)
    let before = Contents(trainer)
    let error = try #require(throws: NonFiniteError.self) { try step(&trainer) }
    #expect(error.phase == "generator" && error.step == 1)
    #expect(error.quantity == .gradient && error.name == "weight" && error.value.isNaN)
    let after = Contents(trainer)
    #expect(after.generator == before.generator && after.average == before.average)
    #expect(after.generatorMoments == before.generatorMoments)
    #expect(after.discriminator != before.discriminator)
    #expect(after.updates == [1, 2] && after.step == 1)
  }
}
