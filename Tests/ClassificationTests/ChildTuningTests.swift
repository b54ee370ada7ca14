import Foundation
import TandemClassification
import TandemLayers
import TandemTensors
import TandemTraining
import Testing

@Suite struct ChildTuningTests {
  /// Free masks leave the gradient as the update's expectation.
  ///
  /// Each element of `M / p` is 0 or `1 / p`, independent over elements and draws. By Hoeffding's
  /// inequality the mean of n draws is farther than t from 1 with a probability of at most
  /// `2 exp(-2 n p² t²)`; over all N elements, of at most N times that, which is 1e-9 at
  /// `t = sqrt(log(2e9 N) / (2 n)) / p`.
  @Test(arguments: [0.1, 0.3, 0.8])
  func freeUpdatesHaveTheGradientsExpectation(share: Double) {
    var random = RandomStream(seed: 3, name: "gradients")
    let gradients = [random.normal([7, 5], .float64), random.normal([11], .float64)]
    let elements = 46
    let draws = 20_000
    var rule = ChildTuning(.free, share: share, seed: 5)
    var sums = gradients.map { Tensor(zeros: $0.shape, .float64) }
    for _ in 0..<draws {
      for (index, tensor) in rule.masked(gradients).enumerated() {
        sums[index] = sums[index] + tensor
      }
    }
    let bound = (log(2e9 * Double(elements)) / (2 * Double(draws))).squareRoot() / share
    var total = 0.0
    var variance = 0.0
    for (sum, gradient) in zip(sums, gradients) {
      for (sum, g) in zip(sum.values, gradient.values) {
        #expect(abs(sum / Double(draws) - g) <= bound * abs(g))
        total += sum / Double(draws) - g
        variance += g * g * (1 - share) / share / Double(draws)
      }
    }
    // All elements together: the central limit theorem's six deviations, 2e-9.
    #expect(abs(total) <= 6 * variance.squareRoot())
  }

  @Test func freeUpdatesHaveTheirVariance() {
    let share = 0.25
    let gradient = Tensor(repeating: 2, [100_000], .float64)
    var rule = ChildTuning(.free, share: share, seed: 5)
    let values = rule.masked([gradient])[0].values
    #expect(Set(values) == [0, 2 / share])
    // Bernoulli: the count of kept ones is within six deviations of p n.
    let kept = Double(values.count { $0 != 0 })
    #expect(abs(kept - share * 1e5) <= 6 * (1e5 * share * (1 - share)).squareRoot())
    let again = rule.masked([gradient])[0].values
    #expect(again != values)
  }

  /// Of softmax regression the Fisher information is known: mean of `(p_c - y_c)² x_d²`.
  @Test func fisherInformationIsTheMeanSquareOfSingleGradients() throws {
    let batch = bars(9, .float64)
    let model = dense([]).converted(to: .float64)
    let p = model(batch.images).softmax().values
    let x = batch.images.values
    let labels = batch.labels.values
    var expected = [Double](repeating: 0, count: 3 * 36)
    for example in 0..<9 {
      for c in 0..<3 {
        let delta = p[example * 3 + c] - (Int(labels[example]) == c ? 1 : 0)
        for d in 0..<36 { expected[c * 36 + d] += pow(delta * x[example * 36 + d], 2) / 9 }
      }
    }
    var rest = [batch.slice(0..<4), batch.slice(4..<9)][...]
    let found = try fisherInformation(of: model) { rest.popFirst() }
    #expect(distance([found[0]], [Tensor(expected, [3, 36], .float64)]) < 1e-12)
    var first = [batch][...]
    let limited = try fisherInformation(of: model, limit: 4) { first.popFirst() }
    var four = [batch.slice(0..<4)][...]
    #expect(distance(limited, try fisherInformation(of: model) { four.popFirst() }) < 1e-15)
  }

  @Test func drivenMasksHoldTheGreatestInformation() throws {
    let batch = bars(20)
    let model = dense()
    var rule = ChildTuning(.driven, share: 0.2, seed: 1)
    #expect(rule.needsPreparation)
    var rest = [batch][...]
    try rule.prepare(model, ClassificationLoss()) { rest.popFirst() }
    #expect(!rule.needsPreparation)
    let mask = try #require(rule.mask)
    var again = [batch][...]
    let information = try fisherInformation(of: model) { again.popFirst() }
    let pairs = zip(mask, information).flatMap { zip($0.values, $1.values) }
    let kept = pairs.filter { $0.0 != 0 }
    #expect(kept.count == Int((0.2 * Double(pairs.count)).rounded(.up)))
    #expect(kept.allSatisfy { $0.0 == Double(Float(5)) })
    let least = try #require(kept.map(\.1).min())
    #expect(pairs.allSatisfy { $0.0 != 0 || $0.1 <= least })
    // The same mask at every step.
    let gradients = model.parameters
    #expect(distance(rule.masked(gradients), rule.masked(gradients)) == 0)
  }

  /// What is outside the child network stays as it is, to the bit.
  @Test func drivenTrainingMovesTheChildNetworkAlone() throws {
    let model = dense()
    var trainer = ClassifierTrainer(
      model: model, optimizer: try .adam(), rate: .steps(try .init(.constant, learningRate: 1e-2)),
      rule: ChildTuning(.driven, share: 0.3, seed: 1), classes: 3, seed: 1)
    var rest = [bars(40)][...]
    try trainer.prepare { rest.popFirst() }
    for step in 0..<10 { _ = try trainer.takeStep(bars(16, seed: UInt64(step))) }
    let mask = try #require((trainer.rule as? ChildTuning)?.mask)
    var moved = 0
    for (index, tensor) in trainer.model.parameters.enumerated() {
      for ((after, before), kept) in zip(
        zip(tensor.values, model.parameters[index].values), mask[index].values)
      {
        if kept == 0 { #expect(after == before) } else if after != before { moved += 1 }
      }
    }
    #expect(moved > 0)
  }
}
