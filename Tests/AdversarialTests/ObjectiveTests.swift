import Foundation
import TandemAdversarial
import TandemTensors
import Testing

/// The losses of the original game and their derivatives by the logits, beside the formulas.
@Suite struct ObjectiveTests {
  /// Logits that reach where one of the losses has no slope left.
  static let logits = [-12, -2.5, -0.3, 0, 0.8, 4, 9]
  static let types: [(DType, Double)] = [(.float64, 1e-12), (.float32, 1e-6)]

  @Test(arguments: types)
  func discriminator(_ dtype: DType, _ tolerance: Double) {
    let logits = Self.logits
    for smoothing in [0, 0.1, 0.25] {
      let objective = CrossEntropyObjective(labelSmoothing: smoothing)
      let real = column(logits, dtype).tracked
      let generated = column(logits.map { $0 - 1 }, dtype).tracked
      let loss = objective.discriminatorLoss(real: real, generated: generated)
      // - (1 - s) E log D(x) - s E log(1 - D(x)): on real samples alone.
      let onReal = mean(
        logits.map { l in
          let belief = sigmoid(l)
          return -(1 - smoothing) * log(belief) - smoothing * log1p(-belief)
        })
      let onGenerated = mean(logits.map { -log1p(-sigmoid($0 - 1)) })
      #expect(abs(loss.real.scalar - onReal) <= tolerance * onReal, "smoothing \(smoothing)")
      #expect(abs(loss.generated.scalar - onGenerated) <= tolerance * onGenerated)
      #expect(abs(loss.total.scalar - onReal - onGenerated) <= 2 * tolerance * loss.total.scalar)
      let gradients = loss.total.gradients(of: [real, generated])
      let count = Double(logits.count)
      #expect(
        distance(
          gradients[0].values, logits.map { (sigmoid($0) - (1 - smoothing)) / count }) <= tolerance)
      #expect(
        distance(gradients[1].values, logits.map { sigmoid($0 - 1) / count }) <= tolerance)
    }
  }

  /// Smoothing s moves the logit at which the loss on real samples is least from infinity to
  /// log((1 - s) / s); the loss on generated samples knows nothing of it: the smoothing is
  /// one-sided.
  @Test func smoothingIsOneSided() {
    let objective = CrossEntropyObjective(labelSmoothing: 0.1)
    let best = column([log(0.9 / 0.1)]).tracked
    let loss = objective.discriminatorLoss(real: best, generated: best)
    #expect(abs(loss.real.gradient(of: best).scalar) < 1e-15)
    let plain = CrossEntropyObjective().discriminatorLoss(real: best, generated: best)
    #expect(loss.generated.scalar == plain.generated.scalar)
    #expect(plain.real.scalar < loss.real.scalar)
  }

  @Test(arguments: types)
  func nonSaturatingGenerator(_ dtype: DType, _ tolerance: Double) {
    let logits = column(Self.logits, dtype).tracked
    let loss = CrossEntropyObjective(.nonSaturating).generatorLoss(generated: logits)
    let expected = mean(Self.logits.map { log1p(exp(-$0)) })
    #expect(abs(loss.scalar - expected) <= tolerance * expected)
    let slopes = Self.logits.map { (sigmoid($0) - 1) / Double(Self.logits.count) }
    #expect(distance(loss.gradient(of: logits).values, slopes) <= tolerance)
  }

  @Test(arguments: types)
  func minimaxGenerator(_ dtype: DType, _ tolerance: Double) {
    let logits = column(Self.logits, dtype).tracked
    let loss = CrossEntropyObjective(.minimax).generatorLoss(generated: logits)
    let expected = mean(Self.logits.map { -log1p(exp($0)) })
    #expect(abs(loss.scalar - expected) <= tolerance * abs(expected))
    let slopes = Self.logits.map { -sigmoid($0) / Double(Self.logits.count) }
    #expect(distance(loss.gradient(of: logits).values, slopes) <= tolerance)
  }

  /// Both pull a sample toward what is held to be real. Where the discriminator is sure that it is
  /// generated the non-saturating loss pulls with all its force, 1, and the minimax one hardly.
  @Test(arguments: [DType.float64, .float32])
  func onlyTheMinimaxGradientVanishesWhereTrainingStarts(_ dtype: DType) {
    func slope(_ generatorLoss: CrossEntropyObjective.GeneratorLoss, _ logit: Double) -> Double {
      let logit = column([logit], dtype).tracked
      return CrossEntropyObjective(generatorLoss).generatorLoss(generated: logit)
        .gradient(of: logit).scalar
    }
    #expect(abs(slope(.nonSaturating, -20) + 1) < 1e-8)
    #expect(abs(slope(.minimax, -20) + exp(-20)) < 1e-15)
    #expect(abs(slope(.nonSaturating, 0) + 0.5) < 1e-7 && abs(slope(.minimax, 0) + 0.5) < 1e-7)
    for logit in ObjectiveTests.logits {
      #expect(slope(.nonSaturating, logit) < 0 && slope(.minimax, logit) < 0)
    }
  }

  /// What `reading` says of the curves.
  @Test func lossesOfADiscriminatorThatCanOnlyGuess() {
    let even = column([0, 0])
    let cases: [(CrossEntropyObjective.GeneratorLoss, Double)] = [
      (.nonSaturating, log(2.0)), (.minimax, -log(2.0)),
    ]
    for (kind, expected) in cases {
      let objective = CrossEntropyObjective(kind)
      let loss = objective.discriminatorLoss(real: even, generated: even)
      #expect(abs(loss.total.scalar - 2 * log(2.0)) < 1e-15)
      #expect(abs(objective.generatorLoss(generated: even).scalar - expected) < 1e-15)
    }
  }
}
