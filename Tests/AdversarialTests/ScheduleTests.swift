import TandemAdversarial
import TandemLayers
import TandemTensors
import Testing

/// Which update happens when, and what it changes.
@Suite struct ScheduleTests {
  @Test func phasesOfEachStep() {
    let schedule = AdversarialSchedule(discriminatorSteps: 2, warmUpSteps: 3)
    for step in 0..<3 { #expect(schedule.phases(at: step) == [.discriminator, .discriminator]) }
    for step in 3..<6 {
      #expect(schedule.phases(at: step) == [.discriminator, .discriminator, .generator])
    }
    #expect(AdversarialSchedule().phases(at: 0) == [.discriminator, .generator])
  }

  /// Two discriminator updates a step, the first two steps without the generator: after each call
  /// for real samples and after each step, who has changed since the last time?
  @Test func everyUpdateChangesItsNetworkAlone() throws {
    var trainer = try PointGame().trainer(
      schedule: .init(discriminatorSteps: 2, warmUpSteps: 2), averageDecay: 0.5)
    let untrained = trainer.generator.numbers
    var reals = RealNumbers()
    for step in 0..<4 {
      let before = trainer
      let metrics = try trainer.takeStep(latents: column([-1, 0.5, 2])) { column(reals.next()) }
      #expect(reals.calls == 2 * (step + 1), "two batches of real samples a step")
      #expect(zip(trainer.discriminator.numbers, before.discriminator.numbers).allSatisfy(!=))
      #expect(trainer.discriminatorOptimizer.step == 2 * (step + 1))
      let trains = step >= 2
      #expect(trainer.generatorOptimizer.step == max(step - 1, 0))
      if trains {
        #expect(zip(trainer.generator.numbers, before.generator.numbers).allSatisfy(!=))
      } else {
        #expect(trainer.generator.numbers == untrained)
        #expect(trainer.sampler.numbers == untrained)
      }
      for name in ["loss/g", "gradient/g", "rate/g"] {
        #expect((metrics[name] != nil) == trains, "\(name) in step \(step)")
      }
      for name in ["loss/d", "loss/d-real", "loss/d-fake", "gradient/d", "rate/d", "d/real"] {
        #expect(metrics[name] != nil, "\(name) in step \(step)")
      }
      #expect(trainer.step == step + 1)
    }
  }

  struct Course: CustomStringConvertible {
    var generatorLoss = CrossEntropyObjective.GeneratorLoss.nonSaturating
    var smoothing = 0.0
    var schedule = AdversarialSchedule()

    var description: String {
      "\(generatorLoss), smoothing \(smoothing), \(schedule.discriminatorSteps) updates after "
        + "\(schedule.warmUpSteps) steps"
    }
  }

  static let courses = [
    Course(), Course(generatorLoss: .minimax), Course(smoothing: 0.1),
    Course(schedule: .init(discriminatorSteps: 3)), Course(schedule: .init(warmUpSteps: 2)),
    Course(
      generatorLoss: .minimax, smoothing: 0.2,
      schedule: .init(discriminatorSteps: 2, warmUpSteps: 1)),
  ]

  /// Five steps, update by update, beside the arithmetic. The latent vectors are drawn: one batch
  /// for each discriminator update, and the last of them is the generator's too.
  @Test(arguments: courses)
  func followsTheArithmetic(_ course: Course) throws {
    var game = PointGame()
    (game.generatorLoss, game.smoothing) = (course.generatorLoss, course.smoothing)
    var trainer = try game.trainer(.float32, schedule: course.schedule, seed: 11)
    var latents = RandomStream(seed: 11, name: "latents")
    var (reals, ours) = (RealNumbers(), RealNumbers())
    for step in 0..<5 {
      let metrics = try trainer.takeStep { column(reals.next(), .float32) }
      var expected: [String: Double] = [:]
      var (z, y): ([Double], [Double]) = ([], [])
      for _ in 0..<course.schedule.discriminatorSteps {
        z = latents.normal([3, 1]).values
        y = game.generate(z)
        let x = ours.next()
        let (onReal, onGenerated) = (game.logits(x), game.logits(y))
        expected["d/real"] = mean(onReal.map(sigmoid))
        expected["d/fake"] = mean(onGenerated.map(sigmoid))
        expected["accuracy/real"] = mean(onReal.map { $0 > 0 ? 1 : 0 })
        expected["accuracy/fake"] = mean(onGenerated.map { $0 > 0 ? 0 : 1 })
        let before = game
        let losses = game.updateDiscriminator(real: x, generated: y)
        expected["loss/d-real"] = losses.0
        expected["loss/d-fake"] = losses.1
        expected["loss/d"] = losses.0 + losses.1
        expected["gradient/d"] = norm(before.w - game.w, before.b - game.b) / 0.2
      }
      if step >= course.schedule.warmUpSteps {
        let before = game
        expected["loss/g"] = game.updateGenerator(z, generated: y)
        expected["gradient/g"] = norm(before.a - game.a, before.c - game.c) / 0.3
        expected["rate/g"] = 0.3
      }
      expected["rate/d"] = 0.2
      #expect(distance(trainer.numbers, game.numbers) < 1e-6, "\(course), step \(step)")
      #expect(Set(metrics.values.map(\.name)) == Set(expected.keys))
      for (name, value) in metrics.values {
        #expect(abs(value - (expected[name] ?? .nan)) < 1e-6, "\(course), step \(step), \(name)")
      }
    }
    #expect(reals.calls == 5 * course.schedule.discriminatorSteps)
  }

  private func norm(_ x: Double, _ y: Double) -> Double { (x * x + y * y).squareRoot() }

  /// A trainer is a value: a copy of it goes on as it would, and so does one that is given its
  /// progress.
  @Test func aCopyGoesOnTheSame() throws {
    var trainer = try PointGame().trainer(.float32, seed: 3)
    func step(_ trainer: inout AdversarialTrainer<Linear, Linear>) throws -> [Double] {
      _ = try trainer.takeStep { column([1, 2, 3], .float32) }
      return trainer.numbers
    }
    _ = try step(&trainer)
    var copy = trainer
    var restored = try PointGame().trainer(.float32, seed: 99)
    restored.generator = trainer.generator
    restored.discriminator = trainer.discriminator
    restored.progress = trainer.progress
    let next = try step(&trainer)
    #expect(try step(&copy) == next)
    #expect(try step(&restored) == next)
    #expect(restored.step == 2)
  }
}
