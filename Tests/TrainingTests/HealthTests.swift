import TandemLayers
import TandemTensors
import TandemTraining
import Testing

struct HealthTests {
  private let model = TwoParameters(first: Tensor(zeros: [2], .float64), second: [3])

  @Test func measuresNorms() throws {
    let statistics = GradientStatistics(
      [Tensor([3, 4], [2], .float64), Tensor([0, -12, 0], [3], .float64)], of: model)
    #expect(statistics.names == ["first", "second"])
    #expect(statistics.norms == [5, 12])
    #expect(statistics.globalNorm == 13)
    #expect(statistics.firstNonFinite == nil)
    try statistics.check()
  }

  @Test func sumsInFloat64() {
    // In float32 the square of 1e25 is infinite, and 1 is lost beside 1e4 squared.
    let large = GradientStatistics(
      [Tensor([1e25], [1])], of: SingleParameter(weight: Tensor([0], [1])))
    #expect(abs(large.globalNorm - 1e25) < 1e18)
    let mixed = GradientStatistics(
      [Tensor([1e4, 1], [2])], of: SingleParameter(weight: Tensor([0, 0], [2])))
    #expect(mixed.globalNorm == 100_000_001.squareRoot())
  }

  @Test func namesTheFirstThatIsNotFinite() {
    let zero = Tensor(zeros: [2], .float64)
    let bad = Tensor([0, .infinity, .nan], [3], .float64)
    let statistics = GradientStatistics([zero, bad], of: model)
    #expect(statistics.firstNonFinite == "second")
    let error = #expect(throws: NonFiniteError.self) { try statistics.check() }
    #expect(error.map(String.init(describing:)) == "the gradient of 'second' holds inf")
  }

  @Test func refusesNormsThatOverflow() {
    let huge = Tensor([1e200, 0], [2], .float64)
    let statistics = GradientStatistics([huge, Tensor(zeros: [3], .float64)], of: model)
    #expect(statistics.firstNonFinite == nil)
    let error = #expect(throws: NonFiniteError.self) { try statistics.check() }
    #expect(
      error.map(String.init(describing:))
        == "the gradient of 'all parameters together' holds inf")
  }

  @Test func saysWhere() throws {
    let error = NonFiniteError(.loss, "loss/g", .infinity)
    #expect("\(error)" == "the loss 'loss/g' is inf")
    #expect(
      "\(error.at(step: 120, phase: "generator"))"
        == "step 120, phase generator: the loss 'loss/g' is inf")
    #expect(throws: error) { try NonFiniteError.check(.loss, "loss/g", .infinity) }
    try NonFiniteError.check(.metric, "fid", 3.5)
  }

  @Test func looksThroughAModel() throws {
    var broken = TestModel(seed: 1, .float32)
    try NonFiniteError.check(broken)
    broken.inner.runningMean = Tensor([0, 0, -.infinity, 0], [4])
    let error = #expect(throws: NonFiniteError.self) { try NonFiniteError.check(broken) }
    #expect(
      error.map(String.init(describing:)) == "the parameter 'inner.running_mean' holds -inf")
  }
}
