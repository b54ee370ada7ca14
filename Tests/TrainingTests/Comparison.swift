import TandemTensors

/// The greatest distance between elements; infinite where shapes differ or a number is none.
func distance(_ a: Tensor, _ b: Tensor) -> Double {
  guard a.shape == b.shape else { return .infinity }
  let distances = zip(a.values, b.values).map { abs($0 - $1) }
  return distances.contains { $0.isNaN } ? .infinity : distances.max() ?? 0
}

/// Slice `index` of the first axis.
func slice(_ x: Tensor, _ index: Int) -> Tensor {
  let count = x.count / x.shape[0]
  return Tensor(
    Array(x.values[(index * count)..<((index + 1) * count)]), Shape(Array(x.shape.dropFirst())),
    x.dtype)
}
