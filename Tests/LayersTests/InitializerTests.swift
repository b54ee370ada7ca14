import TandemLayers
import TandemTensors
import Testing

@Suite struct InitializerTests {
  private func drawn(_ initializer: Initializer, _ shape: Shape, fans: Fans? = nil) -> [Double] {
    var random = RandomStream(seed: 11, name: "init")
    let tensor = initializer.tensor(shape, fans: fans, random: &random)
    #expect(tensor.shape == shape)
    #expect(tensor.dtype == .float32)
    return tensor.values
  }

  private func moments(_ values: [Double]) -> (mean: Double, deviation: Double) {
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    return (mean, variance.squareRoot())
  }

  @Test func constants() {
    #expect(drawn(.zeros, [2]) == [0, 0])
    #expect(drawn(.ones, [2]) == [1, 1])
    #expect(drawn(.constant(0.5), [2]) == [0.5, 0.5])
  }

  @Test func constantsDrawNothing() {
    var random = RandomStream(seed: 11, name: "init")
    let before = random
    _ = Initializer.zeros.tensor([3], random: &random)
    #expect(random == before)
  }

  @Test func fansOfLayers() {
    #expect(Fans(of: [5, 7]) == Fans(input: 7, output: 5))
    #expect(Fans(of: [8, 3, 4, 2]) == Fans(input: 24, output: 64))
    #expect(Fans(of: [6]) == Fans(input: 6, output: 6))
  }

  /// Initialisers with the mean and the deviation that they promise for a weight `[100, 400]`.
  static let distributions: [(initializer: Initializer, mean: Double, deviation: Double)] = [
    (.normal(mean: 1, deviation: 0.02), 1, 0.02),
    (.dcgan, 0, 0.02),
    (.uniform(-1..<3), 1, 1.154_701),
    (.xavier(.uniform), 0, 0.063_246),
    (.xavier(.normal, gain: 2), 0, 0.126_491),
    (.kaiming(.uniform), 0, 0.070_711),
    (.kaiming(.normal, fan: .output, slope: 0.2), 0, 0.138_675),
    (.standard, 0, 0.028_868),
    // A standard normal without its tails beyond ±2.
    (.truncatedNormal(deviation: 1), 0, 0.879_626),
  ]

  /// The deviation of 40,000 draws lies within 2 % of the distribution's: over 5 standard errors.
  @Test(arguments: distributions)
  func meanAndDeviation(
    _ expected: (initializer: Initializer, mean: Double, deviation: Double)
  ) {
    let found = moments(drawn(expected.initializer, [100, 400]))
    #expect(abs(found.mean - expected.mean) < 0.03 * expected.deviation)
    #expect(abs(found.deviation / expected.deviation - 1) < 0.02)
  }

  @Test func uniformOnesStayWithinTheirBounds() {
    let bound = 1 / 20.0
    let values = drawn(.standard, [100, 400])
    #expect(values.allSatisfy { abs($0) <= bound })
    #expect(values.contains { abs($0) > 0.99 * bound })
    #expect(drawn(.truncatedNormal(deviation: 3), [10_000]).allSatisfy { abs($0) <= 6 })
  }

  @Test func aBiasTakesItsWeightsFan() {
    var random = RandomStream(seed: 11, name: "init")
    let layer = Linear(10_000, 500, random: &random)
    let values = layer.bias!.values
    #expect(values.allSatisfy { abs($0) <= 0.01 })
    #expect(values.contains { abs($0) > 0.009 })
  }

  @Test(arguments: [Shape([4, 7]), [7, 4], [5, 5], [6, 3, 2, 2], [30, 2, 2, 3]])
  func orthogonalRowsOrColumns(_ shape: Shape) {
    let gain = 1.5
    var random = RandomStream(seed: 4, name: "init")
    let drawn = Initializer.orthogonal(gain: gain).tensor(shape, random: &random)
    let matrix = drawn.converted(to: .float64).reshaped(to: [shape[0], -1])
    let isWide = matrix.shape[0] <= matrix.shape[1]
    let product = matrix.matmul(matrix, transposed: !isWide, isWide)
    let size = min(matrix.shape[0], matrix.shape[1])
    #expect(product.shape == [size, size])
    for (index, value) in product.values.enumerated() {
      let expected = index.isMultiple(of: size + 1) ? gain * gain : 0
      #expect(abs(value - expected) < 1e-6)
    }
  }

  @Test func theSeedFixesEveryWeight() {
    #expect(drawn(.dcgan, [50]) == drawn(.dcgan, [50]))
    var other = RandomStream(seed: 12, name: "init")
    #expect(Initializer.dcgan.tensor([50], random: &other).values != drawn(.dcgan, [50]))
  }
}
