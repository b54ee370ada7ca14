import TandemTensors
import Testing

/// Gradients that are added up in place.
@Suite struct AccumulationTests {
  private func overlapping(_ x: Tensor) -> Tensor {
    let blocks = [0..<2, 1..<4, 0..<4].map { x.slice(axis: 0, $0).slice(axis: 1, 1..<3) }
    return blocks.map { ($0 * $0).sum() }.reduce(x.squared().sum(), +)
  }

  @Test(arguments: [DType.float64, .float32, .bfloat16])
  func slicesAddUpAsPaddedOnesDo(_ dtype: DType) {
    let x = Tensor((1...12).map(Double.init), [4, 3], dtype).tracked
    let loss = overlapping(x)
    let padded = loss.gradient(of: x, createGraph: true)
    let added = loss.gradient(of: x)
    #expect(added.values == padded.values)
    #expect(added.values[4] == 2 * 5 * 4)
  }

  /// Both terms of a sum receive the same upstream tensor: adding to the gradient of one must
  /// leave the other's alone, and the upstream itself.
  @Test(arguments: [DType.float64, .float32])
  func whatIsSharedIsCopiedFirst(_ dtype: DType) {
    let x = Tensor([1, 2, 3], [3], dtype).tracked
    let y = Tensor([4, 5, 6], [3], dtype).tracked
    let upstream = Tensor([1, 1, 1], [3], dtype)
    let first = x.slice(axis: 0, 0..<1)
    let sum = x + y
    let both = Tensor.concatenate([first, sum])
    let gradients = both.gradients(
      of: [x, y], upstream: Tensor.concatenate([Tensor([10], [1], dtype), upstream]))
    #expect(gradients[0].values == [11, 1, 1])
    #expect(gradients[1].values == [1, 1, 1])
    let direct = (x + y).gradients(of: [x, y], upstream: upstream)
    #expect(direct[0].values == [1, 1, 1] && upstream.values == [1, 1, 1])
  }

  @Test func emptySlicesAddNothing() {
    let x = Tensor([1, 2], [2]).tracked
    let y = Tensor.concatenate([x.slice(axis: 0, 2..<2), x])
    #expect(y.sum().gradient(of: x).values == [1, 1])
  }

  /// A gradient of the whole sequence for each step would move 300 gigabytes here.
  @Test func stepsOfASequenceCostTheirOwnSize() {
    let steps = 20_000
    let x = Tensor(ones: [steps, 64]).tracked
    let start = ContinuousClock.now
    var sum = Tensor(zeros: [1, 64])
    for step in 0..<steps { sum = sum + x.slice(axis: 0, step..<(step + 1)) }
    #expect(sum.gradient(of: x).values.allSatisfy { $0 == 1 })
    #expect(ContinuousClock.now - start < .seconds(15))
  }

  /// The unrolled recurrent network `h' = tanh(w h + x_t)`, every step nodes of its own.
  @Test func anUnrolledNetworkOf200000StepsIsBuiltWalkedAndFreed() {
    let steps = 200_000
    let x = Tensor(repeating: 0.1, [steps, 1]).tracked
    let w = Tensor([0.5], [1]).tracked
    var h = Tensor(zeros: [1, 1])
    for step in 0..<steps { h = (h * w + x.slice(axis: 0, step..<(step + 1))).tanh() }
    let kept = h.gradients(of: [x, w], keepGraph: true)
    let gradients = h.gradients(of: [x, w])
    #expect(kept.map(\.values) == gradients.map(\.values))
    // The last input's gradient is tanh's slope, each one before it smaller by w and a slope.
    let last = gradients[0].values.suffix(2)
    let slope = 1 - h.scalar * h.scalar
    #expect(abs(last.last! - slope) < 1e-6)
    #expect(abs(last.first! - slope * slope * 0.5) < 1e-6)
  }
}
