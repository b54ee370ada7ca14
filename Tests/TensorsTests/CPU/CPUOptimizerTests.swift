import TandemTensors
import Testing

@Suite struct CPUOptimizerTests {
  private let cpu = CPUBackend.shared
  private static let counts = [0, 1, 37, 70_003]

  private static let rules: [ParameterUpdate.Rule] = [
    .sgd(momentum: 0, nesterov: false, isFirstStep: true),
    .sgd(momentum: 0.9, nesterov: false, isFirstStep: true),
    .sgd(momentum: 0.9, nesterov: false, isFirstStep: false),
    .sgd(momentum: 0.9, nesterov: true, isFirstStep: false),
    .rmsProp(smoothing: 0.99, epsilon: 1e-8),
    .adam(beta1: 0.5, beta2: 0.999, epsilon: 1e-8, correction1: 0.75, correction2: 0.002),
  ]

  /// The rule's definition for one element.
  private func expected(
    _ rule: ParameterUpdate, _ p: Double, _ g: Double, _ moments: [Double]
  ) -> (p: Double, moments: [Double]) {
    var g = max(-rule.gradientLimit, min(rule.gradientLimit, g * rule.gradientScale))
    g += rule.weightDecay * p
    let kept = p * (1 - rule.learningRate * rule.decoupledDecay)
    switch rule.rule {
    case .sgd(let momentum, let nesterov, let isFirstStep):
      if momentum == 0 { return (kept - rule.learningRate * g, []) }
      let v = isFirstStep ? g : momentum * moments[0] + g
      return (kept - rule.learningRate * (nesterov ? g + momentum * v : v), [v])
    case .rmsProp(let smoothing, let epsilon):
      let s = smoothing * moments[0] + (1 - smoothing) * g * g
      return (kept - rule.learningRate * g / (s.squareRoot() + epsilon), [s])
    case .adam(let beta1, let beta2, let epsilon, let correction1, let correction2):
      let m = beta1 * moments[0] + (1 - beta1) * g
      let v = beta2 * moments[1] + (1 - beta2) * g * g
      let step = (m / correction1) / ((v / correction2).squareRoot() + epsilon)
      return (kept - rule.learningRate * step, [m, v])
    }
  }

  @Test(arguments: rules) func everyRule(_ rule: ParameterUpdate.Rule) {
    let variants = [
      ParameterUpdate(rule: rule, learningRate: 0.02),
      ParameterUpdate(
        rule: rule, learningRate: 0.02, weightDecay: 0.1, decoupledDecay: 0.3, gradientScale: 0.5,
        gradientLimit: 0.4),
    ]
    let momentCount =
      switch rule {
      case .sgd(let momentum, _, _): momentum == 0 ? 0 : 1
      case .rmsProp: 1
      case .adam: 2
      }
    for update in variants {
      for count in CPUOptimizerTests.counts {
        let (start, g) = (sample([count], "p"), sample([count], "g"))
        let before = (0..<momentCount).map { sample([count], "m\($0)").absoluteValue() }
        var (p, moments) = (start, before)
        cpu.update(&p, gradient: g, moments: &moments, update)
        let old = before.map(\.values)
        let results = zip(start.values, g.values).enumerated().map { index, pair in
          expected(update, pair.0, pair.1, old.map { $0[index] })
        }
        expectClose(p, Tensor(results.map(\.p), [count], .float64))
        for (place, moment) in moments.enumerated() {
          expectClose(moment, Tensor(results.map { $0.moments[place] }, [count], .float64))
        }
        // What shared the memory before the step is as it was.
        #expect(start.values == sample([count], "p").values)
        for (place, moment) in before.enumerated() {
          #expect(moment.values == sample([count], "m\(place)").absoluteValue().values)
        }
      }
    }
  }

  /// Whatever an unwritten velocity holds, the first step replaces it.
  @Test func theFirstStepIgnoresTheVelocity() {
    var p = Tensor([1.0], [1])
    var moments = [Tensor([Float.nan], [1])]
    cpu.update(
      &p, gradient: Tensor([2.0], [1]), moments: &moments,
      ParameterUpdate(
        rule: .sgd(momentum: 0.5, nesterov: false, isFirstStep: true), learningRate: 0.25))
    #expect(p.values == [0.5])
    #expect(moments[0].values == [2])
  }

  @Test func aLostGradientIsNotHidden() {
    var p = Tensor([1.0], [1])
    var moments: [Tensor] = []
    cpu.update(
      &p, gradient: Tensor([Float.nan], [1]), moments: &moments,
      ParameterUpdate(
        rule: .sgd(momentum: 0, nesterov: false, isFirstStep: false), learningRate: 1,
        gradientLimit: 1))
    #expect(p.scalar.isNaN)
  }

  @Test func stepsHappenInPlace() {
    var p = Tensor(repeating: 1, [100])
    var moments = [Tensor(zeros: [100]), Tensor(zeros: [100])]
    let places = [p.identity] + moments.map(\.identity)
    cpu.update(
      &p, gradient: Tensor(repeating: 1, [100]), moments: &moments,
      ParameterUpdate(rule: CPUOptimizerTests.rules[5], learningRate: 0.1))
    #expect([p.identity] + moments.map(\.identity) == places)
  }

  @Test func average() {
    for count in CPUOptimizerTests.counts {
      let (start, p) = (sample([count]), sample([count], "p"))
      var average = start
      cpu.average(&average, toward: p, decay: 0.9)
      let exact = zip(start.values, p.values).map { $0 + 0.1 * ($1 - $0) }
      expectClose(average, Tensor(exact, [count], .float64))
    }
  }
}
