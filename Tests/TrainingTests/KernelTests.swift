import TandemTensors
import TandemTraining
import Testing

/// The fast backend's kernels for optimizers against their definitions in float64.
@Suite(.enabled(if: DType.float32.backend.fused != nil, "needs a backend with fused kernels"))
struct KernelTests {
  private static let rules: [(rule: ParameterUpdate.Rule, moments: Int)] = [
    (.sgd(momentum: 0, nesterov: false, isFirstStep: true), 0),
    (.sgd(momentum: 0, nesterov: false, isFirstStep: false), 0),
    (.sgd(momentum: 0.9, nesterov: false, isFirstStep: true), 1),
    (.sgd(momentum: 0.9, nesterov: false, isFirstStep: false), 1),
    (.sgd(momentum: 0.7, nesterov: true, isFirstStep: true), 1),
    (.sgd(momentum: 0.7, nesterov: true, isFirstStep: false), 1),
    (.rmsProp(smoothing: 0.9, epsilon: 1e-3), 1),
    (.adam(beta1: 0.5, beta2: 0.9, epsilon: 1e-3, correction1: 0.75, correction2: 0.19), 2),
    (.adam(beta1: 0, beta2: 0.99, epsilon: 1e-8, correction1: 1, correction2: 0.5), 2),
  ]

  /// Sizes around the widths of vectors, and one that is spread over threads.
  @Test(arguments: [1, 3, 8, 15, 16, 17, 63, 200_003])
  func updateIsAsDefined(_ count: Int) {
    let kernels = DType.float32.backend.fused!
    var random = RandomStream(seed: 7, name: "kernels")
    for (rule, momentCount) in KernelTests.rules {
      for (decay, decoupled) in [(0.0, 0.0), (0.1, 0), (0, 0.2)] {
        for (scale, limit) in [(1.0, Double.infinity), (0.3, .infinity), (2, 0.5)] {
          let update = ParameterUpdate(
            rule: rule, learningRate: 0.05, weightDecay: decay, decoupledDecay: decoupled,
            gradientScale: scale, gradientLimit: limit)
          var parameter = random.normal([count])
          let gradient = random.normal([count])
          // The second moment is a mean of squares.
          var moments = (0..<momentCount).map { index in
            index + 1 == momentCount ? random.uniform([count]) : random.normal([count])
          }
          let expected = update.defined(
            parameter.converted(to: .float64), gradient: gradient.converted(to: .float64),
            moments: moments.map { $0.converted(to: .float64) })
          let identities = ([parameter] + moments).map(\.identity)
          kernels.update(&parameter, gradient: gradient, moments: &moments, update)
          #expect(distance(parameter, expected.parameter) < 2e-6, "\(update)")
          for (moment, expected) in zip(moments, expected.moments) {
            #expect(distance(moment, expected) < 2e-6, "\(update)")
          }
          #expect(([parameter] + moments).map(\.identity) == identities, "\(update)")
        }
      }
    }
  }

  @Test(arguments: [1, 17, 200_003])
  func averageAndNormAreAsDefined(_ count: Int) {
    let kernels = DType.float32.backend.fused!
    var random = RandomStream(seed: 8, name: "kernels")
    var average = random.normal([count])
    let parameter = random.normal([count])
    let expected = zip(average.values, parameter.values).map { $0 + 0.001 * ($1 - $0) }
    kernels.average(&average, toward: parameter, decay: 0.999)
    #expect(distance(average, Tensor(expected, [count], .float64)) < 1e-6)
    let squares = parameter.values.reduce(0) { $0 + $1 * $1 }
    #expect(abs(kernels.sumOfSquares(parameter) - squares) < 1e-12 * squares)
  }
}
