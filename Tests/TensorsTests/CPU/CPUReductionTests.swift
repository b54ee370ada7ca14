import TandemTensors
import Testing

@Suite struct CPUReductionTests {
  private let cpu = CPUBackend.shared
  private let reference = ReferenceBackend.shared

  /// Every set of axes of shapes that reach every path: rows, columns few and many, nothing, one.
  @Test(arguments: Reduction.allCases) func allAxes(_ reduction: Reduction) {
    let shapes: [Shape] = [
      [], [1], [7], [5000], [70_000], [3, 5], [1000, 3], [1000, 70], [3, 9000], [2, 3, 4],
      [2, 300, 130], [40, 20, 30], [2, 3, 4, 5], [3, 1, 4, 1, 2], [5, 1, 1],
    ]
    for shape in shapes {
      let x = sample(shape)
      for mask in 0..<(1 << shape.rank) {
        let axes = shape.indices.filter { mask >> $0 & 1 == 1 }
        let fast = cpu.reduce(reduction, x, axes: axes)
        let exact = reference.reduce(reduction, x.exact, axes: axes)
        if reduction == .maximum {
          #expect(fast.shape == exact.shape)
          #expect(fast.values == exact.values, "\(shape) over \(axes)")
          continue
        }
        // Terms cancel: what counts is the error beside the sum of their magnitudes.
        let sizes = reference.reduce(.sum, x.exact.absoluteValue(), axes: axes)
        expectClose(
          fast.exact - exact + sizes, sizes, tolerance: 5e-7, "\(shape) over \(axes)")
      }
    }
  }

  @Test func nothing() {
    #expect(cpu.reduce(.sum, Tensor(zeros: [0, 3]), axes: [0]).values == [0, 0, 0])
    #expect(cpu.reduce(.sum, Tensor(zeros: [3, 0]), axes: [1]).values == [0, 0, 0])
    #expect(cpu.reduce(.sum, Tensor(zeros: [3, 0]), axes: [0]).count == 0)
    #expect(cpu.sumOfSquares(Tensor(zeros: [0])) == 0)
  }

  /// Ten million times 0.1, whose roundings do not cancel: adding one by one in float32 gives
  /// 1,087,937.
  @Test func longSumsStayAccurate() {
    let x = Tensor(repeating: 0.1, [10_000_000])
    let exact = Double(Float(0.1)) * 1e7
    #expect(abs(cpu.reduce(.sum, x, axes: [0]).scalar / exact - 1) < 2e-6)
    let columns = x.reshaped(to: [5_000_000, 2])
    for sum in cpu.reduce(.sum, columns, axes: [0]).values {
      #expect(abs(sum / (exact / 2) - 1) < 2e-6)
    }
    #expect(abs(cpu.sumOfSquares(x) / (exact * Double(Float(0.1))) - 1) < 1e-12)
  }

  @Test func argmax() {
    for shape in [[5], [3, 4], [40, 2, 700], [2, 33, 5], [1, 1, 1]] as [Shape] {
      // Few different values: the first of equal ones counts.
      let x = cpu.convert(cpu.convert(sample(shape) * 3, to: .int32), to: .float32)
      for axis in shape.indices {
        #expect(
          cpu.argmax(x, axis: axis).values == reference.argmax(x.exact, axis: axis).values,
          "\(shape) along \(axis)")
      }
    }
    let odd = Tensor([Float.nan, -.infinity, -.infinity, .nan, 1, .nan], [2, 3])
    #expect(cpu.argmax(odd, axis: 1).values == [1, 1])
    #expect(cpu.argmax(odd, axis: 0).values == [0, 1, 0])
  }

  /// The same to the bit for any number of threads.
  @Test func threadsDoNotMatter() throws {
    let x = sample([300, 20, 50])
    let results = try withThreads(3) {
      [[0], [1], [2], [0, 1], [0, 2], [0, 1, 2]].map { cpu.reduce(.sum, x, axes: $0).floats }
        + [[Float(cpu.sumOfSquares(x))], cpu.channelMoments(x).variance.floats]
    }
    #expect(results.alone == results.together)
  }
}
