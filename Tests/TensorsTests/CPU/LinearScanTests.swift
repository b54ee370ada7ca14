import TandemTensors
import Testing

/// The linear recurrence on all its ways through memory.
@Suite struct LinearScanTests {
  /// Step after step, in float64 with a rounding to float32 after each: what a kernel without any
  /// splitting computes.
  private func sequential(_ a: Tensor, _ b: Tensor, _ initial: Tensor, isReversed: Bool)
    -> [Double]
  {
    var h = initial.values
    let (factors, addends) = (a.values, b.values)
    var result = addends
    let steps = a.shape[0]
    for turn in 0..<steps {
      let row = (isReversed ? steps - 1 - turn : turn) * h.count
      for column in h.indices {
        h[column] = Double(Float(factors[row + column] * h[column] + addends[row + column]))
        result[row + column] = h[column]
      }
    }
    return result
  }

  /// Few columns and many steps go in chunks of 128 steps, the others column by column: sizes on
  /// both sides of each border, with a last chunk of a few steps and one of one step.
  @Test(
    arguments: [
      [1, 1], [1, 300], [7, 5], [255, 3], [256, 3], [257, 1], [1000, 17], [1025, 255],
      [300, 256], [300, 1000], [4096, 2],
    ], [false, true])
  func agreesWithOneStepAfterTheOther(_ size: [Int], _ isReversed: Bool) throws {
    let shape: Shape = [size[0], size[1]]
    var random = RandomStream(seed: 3, name: "scan")
    let a = random.uniform(shape, in: 0..<1)
    let b = random.normal(shape)
    let initial = random.normal([size[1]])
    let expected = sequential(a, b, initial, isReversed: isReversed)
    let found = try withThreads(3) { a.linearScan(b, initial: initial, isReversed: isReversed) }
    #expect(found.alone.values == found.together.values)
    let largest = expected.reduce(0) { max($0, abs($1)) }
    for (x, y) in zip(found.together.values, expected) {
      #expect(abs(x - y) <= 1e-6 * largest)
    }
  }

  /// Where nothing fades the carries between the chunks must be exact: counting.
  @Test(arguments: [[1024, 1], [16, 300]])
  func countsSteps(_ size: [Int]) {
    let ones = Tensor(ones: [size[0], size[1]])
    let h = ones.linearScan(ones, initial: Tensor(repeating: 5, [size[1]]))
    #expect(h.values == (0..<h.count).map { Double($0 / size[1] + 6) })
  }

  /// 4^1000 overflows every type, but nothing was there to be enlarged.
  @Test func growthOfNothingStaysNothing() {
    let a = Tensor(repeating: 4, [1000, 2])
    let b = Tensor(zeros: [1000, 2])
    #expect(a.linearScan(b, initial: Tensor(zeros: [2])).values.allSatisfy { $0 == 0 })
  }

  /// A chunked scan and its gradients against the reference backend.
  @Test func gradientsOfAChunkedScan() {
    var random = RandomStream(seed: 4, name: "scan")
    let tensors = [
      random.uniform([600, 2], in: 0..<1), random.normal([600, 2]), random.normal([2]),
    ]
    func gradients(_ dtype: DType) -> [Tensor] {
      let leaves = tensors.map { $0.converted(to: dtype).tracked }
      let h = leaves[0].linearScan(leaves[1], initial: leaves[2])
      return h.squared().sum().gradients(of: leaves)
    }
    for (fast, exact) in zip(gradients(.float32), gradients(.float64)) {
      expectClose(fast, exact, tolerance: 1e-5)
    }
  }
}
