import TandemClassification
import TandemLayers
import TandemTensors
import TandemTraining
import Testing

@Suite struct RuleTests {
  @Test func backpropagationGivesTheGradient() throws {
    let batch = bars(10)
    for model in [dense(batchNorm: true, dropout: 0.3), convolutional()] {
      var rule = Backpropagation()
      let found = try update(&rule, model, on: batch)
      #expect(distance(found.direction, trueGradient(of: model, on: batch)) == 0)
    }
  }

  // MARK: Synthetic gradients

  /// A predictor that has learned nothing pretends nothing.
  @Test func firstSyntheticGradientsAreZero() throws {
    let batch = bars(10)
    let model = dense()
    let truth = trueGradient(of: model, on: batch)
    var rule = try synthetic(for: model, .init(hidden: 8))
    let found = try update(&rule, model, on: batch)
    #expect(found.direction.count == 6)
    for tensor in found.direction.prefix(4) { #expect(tensor.values.allSatisfy { $0 == 0 }) }
    #expect(distance(Array(found.direction.suffix(2)), Array(truth.suffix(2))) < 1e-6)
  }

  /// On one batch again and again the predictors learn its gradient, whichever target they have.
  @Test(arguments: SyntheticGradients.Target.allCases)
  func syntheticGradientsApproachTheTrueOne(target: SyntheticGradients.Target) throws {
    let batch = bars(24)
    for (model, hidden) in [(dense(), 32), (convolutional(batchNorm: false), 24)] {
      var rule = try synthetic(
        for: model, .init(target: target, hidden: hidden, learningRate: 1e-2))
      var found = try update(&rule, model, on: batch)
      for _ in 0..<400 { found = try update(&rule, model, on: batch) }
      #expect(try #require(found.cosine) > 0.95, "\(model)")
      let size = found.direction.reduce(0) { $0 + $1.squared().sum().scalar }
      let truth = trueGradient(of: model, on: batch).reduce(0) { $0 + $1.squared().sum().scalar }
      #expect(size > 0.7 * truth && size < 1.4 * truth, "\(model)")
    }
  }

  /// With one boundary, what the last module passes back is the true gradient.
  @Test func bootstrappingThroughTheLastModuleIsExact() throws {
    let batch = bars(10)
    let model = dense([9])
    var a = try synthetic(for: model, .init(target: .trueGradient, hidden: 8))
    var b = try synthetic(for: model, .init(target: .bootstrapped, hidden: 8))
    for _ in 0..<5 {
      let (x, y) = (try update(&a, model, on: batch), try update(&b, model, on: batch))
      #expect(distance(x.direction, y.direction) == 0)
    }
  }

  private func synthetic(
    for model: Classifier, _ settings: SyntheticGradients.Settings
  ) throws -> SyntheticGradients {
    try SyntheticGradients(
      settings, for: model, elementShape: [6, 6, 1], classes: 3, seed: 1)
  }

  // MARK: Predictive coding

  /// Near equilibrium the update points along the gradient, and the more so the less the nodes
  /// leave the forward pass; in the limit it is the gradient.
  @Test func predictiveCodingApproachesTheGradient() throws {
    let batch = bars(12, .float64)
    for activation in [ClassifierActivation.tanh, .relu, .sigmoid] {
      let model = dense([10, 9, 8], activation).converted(to: .float64)
      let truth = trueGradient(of: model, on: batch)
      var angles: [Double] = []
      for variance in [1, 10, 1000.0] {
        var rule = PredictiveCoding(
          .init(steps: 1000, rate: 0.5, tolerance: 1e-8, outputVariance: variance))
        let found = try update(&rule, model, on: batch)
        // Where a rectifier's kink is the lowest point, the gradient does not vanish there.
        let rest = try #require(metric("inference/residual", found))
        #expect(rest <= (activation == .relu ? 0.2 : 1e-8), "\(activation), \(variance)")
        angles.append(try #require(found.cosine))
        if variance == 1000 {
          let size = truth.flatMap(\.values).map(abs).max() ?? 0
          #expect(distance(found.direction, truth) < 0.01 * size, "\(activation)")
        }
      }
      #expect(angles[1] > 0.9, "\(activation)")
      #expect(angles == angles.sorted(), "\(activation)")
      #expect(angles[2] > 0.9999, "\(activation)")
    }
  }

  /// More updates of the nodes bring them down the energy and nearer to rest, from a rate that is
  /// far too great at first too.
  @Test(arguments: [0.5, 8]) func nodesComeToRest(rate: Double) throws {
    let batch = bars(12)
    for (model, isSmooth) in [
      (dense([12, 8], .tanh), true), (convolutional(batchNorm: false), false),
    ] {
      var energies: [Double] = []
      var residuals: [Double] = []
      for steps in [1, 3, 10, 30, 100] {
        var rule = PredictiveCoding(.init(steps: steps, rate: rate, tolerance: 1e-5))
        let found = try update(&rule, model, on: batch)
        energies.append(try #require(metric("inference/energy", found)))
        residuals.append(try #require(metric("inference/residual", found)))
      }
      for (later, earlier) in zip(energies.dropFirst(), energies) {
        #expect(later <= earlier * (1 + 1e-6), "\(energies)")
      }
      let last = try #require(residuals.last)
      #expect(last < (isSmooth ? 1e-4 : min(residuals[0], 1) / 2), "\(residuals)")
    }
  }

  /// Without hidden layers there is nothing to infer: softmax regression's gradient.
  @Test func predictiveCodingWithoutHiddenLayersIsTheGradient() throws {
    let batch = bars(12)
    let model = dense([])
    var rule = PredictiveCoding()
    let found = try update(&rule, model, on: batch)
    #expect(distance(found.direction, trueGradient(of: model, on: batch)) < 1e-7)
  }

  private func metric(_ name: String, _ update: RuleUpdate) -> Double? {
    update.metrics.first { $0.name == name }?.value
  }
}
