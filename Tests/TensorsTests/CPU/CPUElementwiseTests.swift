import TandemTensors
import Testing

@Suite struct CPUElementwiseTests {
  private let cpu = CPUBackend.shared
  private let reference = ReferenceBackend.shared

  private static let shapes: [(Shape, Shape)] = [
    ([], []), ([5], []), ([], [2, 3]), ([0], [1]), ([0, 3], [3]), ([2, 0], [2, 1]),
    ([4, 3], [3]), ([3], [4, 3]), ([4, 3], [4, 1]), ([4, 1], [1, 3]), ([2, 3, 4], [3, 1]),
    ([2, 1, 4], [3, 1]), ([2, 3, 1, 5], [3, 4, 1]), ([1, 3, 1], [2, 1, 4]),
    ([3, 1, 2, 1, 2], [5, 1, 3, 1]),
    // Rows worth a tile, a loop, and several threads.
    ([700, 100], [100]), ([100], [700, 100]), ([700, 3], [3]), ([257, 300], [300]),
    ([257, 300], [257, 1]), ([80_000], [1]), ([300, 1], [1, 300]), ([9001, 8], [9001, 8]),
  ]

  @Test(arguments: BinaryFunction.allCases) func broadcasting(_ function: BinaryFunction) {
    for (first, second) in CPUElementwiseTests.shapes {
      var a = sample(first)
      if function == .power { a = a.absoluteValue() }
      // Some elements are equal, for the comparisons.
      let b = sample(second, "b").applying(.clamp(lower: -0.5, upper: 0.5))
      a = function == .power ? a : a.applying(.clamp(lower: -0.5, upper: 3))
      expectClose(
        cpu.binary(function, a, b), reference.binary(function, a.exact, b.exact),
        "\(function) \(first) \(second)")
    }
  }

  @Test func powersOfAllSigns() {
    let bases: [Double] = [-2, -1, -0.5, 0, 0.5, 1, 2, .infinity, -.infinity]
    let exponents: [Double] = [-3, -2, -0.5, 0, 0.5, 1, 2, 3, 100]
    let a = Tensor(bases, [bases.count, 1])
    let b = Tensor(exponents, [exponents.count])
    let fast = cpu.binary(.power, a, b).floats
    let exact = reference.binary(.power, a.exact, b.exact).values.map(Float.init)
    for (index, (y, z)) in zip(fast, exact).enumerated() {
      let (base, exponent) = (bases[index / exponents.count], exponents[index % exponents.count])
      #expect(
        y == z || y.isNaN && z.isNaN || abs(y - z) <= z.ulp, "\(base)^\(exponent): \(y), not \(z)")
    }
  }

  @Test func integers() {
    let a = Tensor(indices: [3, -1, 7, 2_000_000_011, 5, 6], [2, 3])
    let b = Tensor(indices: [3, 4, 7])
    #expect(cpu.binary(.equal, a, b).values == [1, 0, 1, 0, 0, 0])
    #expect(cpu.binary(.equal, a, b).dtype == .int32)
    #expect(
      cpu.binary(.equal, a, Tensor(indices: [2_000_000_010], [1])).values.allSatisfy { $0 == 0 })
    #expect(cpu.binary(.add, a, b).values == [6, 3, 14, 2_000_000_014, 9, 13])
    #expect(cpu.binary(.greaterOrEqual, a, b).values == [1, 0, 1, 1, 1, 0])
    #expect(cpu.reduce(.sum, a, axes: [0]).values == [2_000_000_014, 4, 13])
    #expect(cpu.reduce(.maximum, a, axes: [1]).values == [7, 2_000_000_011])
    #expect(cpu.reduce(.sum, a, axes: [0, 1]).shape == [1, 1])
    #expect(cpu.reduce(.sum, Tensor(indices: [], [0, 2]), axes: [0]).values == [0, 0])
  }

  @Test func conversions() {
    let x = Tensor([0.1, -2.7, 3.5e9, -3.5e9, .nan, 1e-40, 65_504.9], [7])
    #expect(
      cpu.convert(x, to: .int32).values == [0, -2, 2_147_483_647, -2_147_483_648, 0, 0, 65_504])
    #expect(
      cpu.convert(Tensor(indices: [16_777_217, -3]), to: .float64).values == [16_777_217, -3])
    #expect(cpu.convert(Tensor([2.5], [1]), to: .float64).values == [2.5])
    #expect(cpu.convert(cpu.convert(Tensor([2.5], [1]), to: .bfloat16), to: .int32).values == [2])
  }

  /// Every bfloat16 comes back from float32, and what lies between rounds to nearest, ties to even.
  @Test func roundingToBFloat16() {
    var floats: [Float] = []
    for bits in UInt32(0)...0xffff {
      for low: UInt32 in [0, 1, 0x7fff, 0x8000, 0x8001, 0xffff] {
        floats.append(Float(bitPattern: bits << 16 | low))
      }
    }
    let rounded = cpu.convert(Tensor(floats, [floats.count]), to: .bfloat16)
    let back = cpu.convert(rounded, to: .float32).floats
    for (x, y) in zip(floats, back) {
      let expected = BFloat16(x).float
      #expect(y.bitPattern == expected.bitPattern, "\(x)")
    }
  }

  /// Operations on bfloat16 are those on float32 with the result rounded.
  @Test func bfloat16() {
    let (a, b) = (sample([40, 30]), sample([30], "b"))
    let (halfA, halfB) = (a.converted(to: .bfloat16), b.converted(to: .bfloat16))
    let (singleA, singleB) = (halfA.converted(to: .float32), halfB.converted(to: .float32))
    func expectRounded(_ half: Tensor, _ single: Tensor) {
      #expect(half.dtype == .bfloat16)
      #expect(half.values == single.converted(to: .bfloat16).values)
    }
    expectRounded(cpu.unary(.tanh, halfA), cpu.unary(.tanh, singleA))
    expectRounded(cpu.binary(.multiply, halfA, halfB), cpu.binary(.multiply, singleA, singleB))
    expectRounded(cpu.reduce(.sum, halfA, axes: [0]), cpu.reduce(.sum, singleA, axes: [0]))
    expectRounded(
      cpu.transpose(halfA, permutation: [1, 0]), cpu.transpose(singleA, permutation: [1, 0]))
    expectRounded(cpu.softmax(halfA, logarithm: false), cpu.softmax(singleA, logarithm: false))
    let moments = cpu.channelMoments(halfA)
    #expect(moments.mean.dtype == .float32)
    #expect(moments.variance.values == cpu.channelMoments(singleA).variance.values)
  }
}
