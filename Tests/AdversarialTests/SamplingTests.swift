import TandemAdversarial
import TandemLayers
import TandemTensors
import Testing

/// The generator that samples are taken from.
@Suite struct SamplingTests {
  @Test func withoutAnAverageItIsTheGenerator() throws {
    var trainer = try PointGame().trainer()
    #expect(trainer.average == nil)
    _ = try trainer.takeStep(latents: column([-1, 0, 1])) { column([1, 2, 3]) }
    #expect(trainer.sampler.numbers == trainer.generator.numbers)
  }

  /// `average = d average + (1 - d) generator` after every generator update, where d rises from 1/10
  /// by `(1 + t) / (10 + t)` to its full value, 0.25: reached after two updates.
  @Test func withAnAverageItIsTheAverage() throws {
    var trainer = try PointGame().trainer(schedule: .init(warmUpSteps: 1), averageDecay: 0.25)
    var average = trainer.generator.numbers
    for step in 0..<6 {
      _ = try trainer.takeStep(latents: column([-1, 0, 1])) { column([1, 2, 3]) }
      if step >= 1 {
        let decay = [0.1, 2 / 11.0, 0.25, 0.25, 0.25][step - 1]
        average = zip(average, trainer.generator.numbers).map { decay * $0 + (1 - decay) * $1 }
      }
      #expect(distance(trainer.sampler.numbers, average) < 1e-14, "step \(step)")
    }
    // Samples are the average's output, not the latest generator's.
    #expect(distance(trainer.generator.numbers, average) > 1e-3)
    let sample = trainer.sampler(column([2])).scalar
    #expect(abs(sample - (2 * average[0] + average[1])) < 1e-14)
  }
}
