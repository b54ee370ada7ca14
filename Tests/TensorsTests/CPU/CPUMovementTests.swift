import TandemTensors
import Testing

/// Movement is exact, in every element type.
@Suite struct CPUMovementTests {
  private let cpu = CPUBackend.shared
  private let reference = ReferenceBackend.shared

  /// Checks `operation` in float32, bfloat16 and int32.
  private func expectEqual(
    _ x: Tensor, _ comment: String, _ operation: (any Backend, Tensor) -> Tensor
  ) {
    for dtype in [DType.float32, .bfloat16, .int32] {
      let single = dtype == .int32 ? x * 100 : x
      let typed = single.converted(to: dtype)
      let fast = operation(cpu, typed)
      let exact = operation(reference, typed.exact)
      #expect(fast.dtype == dtype, "\(comment)")
      #expect(fast.shape == exact.shape, "\(comment)")
      #expect(fast.values == exact.values, "\(comment) \(dtype)")
    }
  }

  /// The first rows share their tensor's memory; neither sees the other's updates in place.
  @Test func firstRowsAreShared() {
    var whole = Tensor([1, 2, 3, 4, 5, 6], [3, 2])
    var rows = whole.slice(axis: 0, 0..<2)
    #expect(rows.identity == whole.identity)
    whole.withUniqueStorage { $0.assumingMemoryBound(to: Float.self)[0] = 9 }
    #expect(rows.values == [1, 2, 3, 4] && whole.values == [9, 2, 3, 4, 5, 6])
    let copy = rows
    rows.withUniqueStorage { $0.assumingMemoryBound(to: Float.self)[3] = 8 }
    #expect(rows.values == [1, 2, 3, 8] && copy.values == [1, 2, 3, 4])
  }

  private static func permutations(_ rank: Int) -> [[Int]] {
    if rank == 0 { return [[]] }
    return permutations(rank - 1).flatMap { rest in
      (0..<rank).map { place in
        var longer = rest
        longer.insert(rank - 1, at: place)
        return longer
      }
    }
  }

  @Test func transposes() {
    let shapes: [Shape] = [
      [], [3], [0, 2], [2, 3], [8, 8], [17, 33], [1, 5], [2, 3, 4], [3, 20, 9], [2, 1, 3, 4],
      [2, 9, 10, 17],
    ]
    for shape in shapes {
      let x = sample(shape)
      for permutation in CPUMovementTests.permutations(shape.rank) {
        expectEqual(x, "\(shape) to \(permutation)") {
          $0.transpose($1, permutation: permutation)
        }
      }
    }
  }

  @Test func largeTransposes() {
    for shape in [[300, 257], [1000, 3, 40], [3, 70_001]] as [Shape] {
      let x = sample(shape)
      for permutation in CPUMovementTests.permutations(shape.rank) {
        let there = cpu.transpose(x, permutation: permutation)
        #expect(there.values == reference.transpose(x.exact, permutation: permutation).values)
      }
    }
  }

  @Test func broadcasts() {
    let cases: [(Shape, Shape)] = [
      ([], [2, 3]), ([3], [2, 3]), ([2, 1], [2, 3]), ([1, 2, 1], [3, 2, 4]), ([1], [0]),
      ([2, 1, 2, 1], [2, 3, 2, 3]), ([1], [70_000]), ([300, 1], [300, 300]),
    ]
    for (from, to) in cases {
      expectEqual(sample(from), "\(from) to \(to)") { $0.broadcast($1, to: to) }
    }
  }

  @Test func slicesAndTheirPads() {
    let cases: [(Shape, starts: [Int], sizes: [Int], steps: [Int])] = [
      ([7], [2], [3], [2]), ([7], [0], [0], [1]), ([4, 5], [1, 0], [2, 5], [1, 1]),
      ([4, 5], [0, 1], [4, 3], [1, 1]), ([4, 5], [1, 0], [2, 2], [2, 3]),
      ([3, 4, 5], [0, 1, 2], [3, 2, 3], [1, 2, 1]), ([300, 300], [10, 20], [280, 270], [1, 1]),
    ]
    for (shape, starts, sizes, steps) in cases {
      expectEqual(sample(shape), "\(shape) from \(starts) \(sizes) by \(steps)") {
        $0.slice($1, starts: starts, sizes: sizes, steps: steps)
      }
      if sizes.contains(0) { continue }
      let interior = steps.map { $0 - 1 }
      expectEqual(sample(Shape(sizes)), "\(sizes) padded by \(starts), \(interior)") {
        $0.pad($1, low: starts, high: starts.reversed(), interior: interior, value: 3)
      }
    }
    expectEqual(sample([0, 2]), "nothing, padded") {
      $0.pad($1, low: [1, 0], high: [1, 1], interior: [0, 0], value: -2)
    }
  }

  @Test func concatenations() {
    let cases: [([Shape], Int)] = [
      ([[2], [3]], 0), ([[2, 3], [2, 1], [2, 4]], 1), ([[1, 3], [2, 3]], 0),
      ([[2, 0], [2, 3]], 1), ([[2, 3, 2], [2, 1, 2]], 1), ([[200, 300], [200, 64]], 1), ([[4]], 0),
    ]
    for (shapes, axis) in cases {
      let parts = shapes.enumerated().map { sample($1, "\($0)") }
      for dtype in [DType.float32, .bfloat16, .int32] {
        let typed = parts.map { $0.converted(to: dtype) }
        let whole = cpu.concatenate(typed, axis: axis)
        #expect(whole.values == reference.concatenate(typed.map(\.exact), axis: axis).values)
      }
    }
  }

  @Test func gathersAndScatters() {
    let cases: [(Shape, Shape, axis: Int)] = [
      ([4], [3], 0), ([4, 3], [5], 0), ([4, 3], [2], 1), ([2, 5, 3], [2, 2], 1), ([4, 3], [0], 0),
      ([4, 3], [], 0), ([50, 300], [400], 0), ([3, 50, 9], [70], 1), ([1000], [90_000], 0),
    ]
    for (shape, picks, axis) in cases {
      let count = picks.elementCount
      let indices = Tensor(indices: (0..<count).map { ($0 * 7 + $0 / 3) % shape[axis] }, picks)
      expectEqual(sample(shape), "\(shape) at \(picks) along \(axis)") {
        $0.gather($1, indices: indices, axis: axis)
      }
      var extents = shape.extents
      extents.replaceSubrange(axis...axis, with: picks.extents)
      let x = sample(Shape(extents))
      expectClose(
        cpu.scatterAdd(x, indices: indices, axis: axis, count: shape[axis]),
        reference.scatterAdd(x.exact, indices: indices, axis: axis, count: shape[axis]))
    }
  }
}
