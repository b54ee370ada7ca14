import TandemDatasets
import TandemTensors

/// How far apart real samples lie from each other: what the diversity of generated ones is held
/// against.
///
///     distance = mean over pairs i < j of |x_i - x_j|, Euclidean
struct DataSpread: Sendable {
  /// The mean distance of two real samples.
  let distance: Double
  /// Samples that are compared at most: the pairs grow with their square, and 256 give the mean
  /// to about one part in a hundred.
  static let limit = 256

  /// Measures as many elements of a data set as there are samples, evenly spaced over it.
  ///
  /// - Throws: What is wrong with an element; see `Dataset.read`.
  init(_ dataset: any Dataset, samples: Int) throws {
    let wanted = min(samples, Self.limit)
    let indices =
      dataset.count.map { count in
        let taken = min(wanted, count)
        return (0..<taken).map { $0 * count / taken }
      } ?? Array(0..<wanted)
    let size = dataset.elementShape.reduce(1, *)
    var elements = [Float](repeating: 0, count: indices.count * size)
    try elements.withUnsafeMutableBufferPointer { try dataset.read(indices, into: $0) }
    distance = meanDistance(elements, size: size)
  }

  /// The mean distance of samples `[count] + shape` beside that of the data: 1 where they differ as
  /// much. Nil where one of the two is not defined.
  func diversity(of samples: Tensor) -> Double? {
    guard let count = samples.shape.first, count > 0 else { return nil }
    let size = samples.shape.elementCount / count
    let elements = samples.floats.prefix(min(count, Self.limit) * size)
    let ratio = meanDistance(Array(elements), size: size) / distance
    return ratio.isFinite ? ratio : nil
  }
}

/// The mean Euclidean distance of all pairs of elements that lie one after another; NaN without a
/// pair.
private func meanDistance(_ elements: [Float], size: Int) -> Double {
  let count = elements.count / max(size, 1)
  var total = 0.0
  elements.withUnsafeBufferPointer { values in
    for first in 0..<count {
      for second in (first + 1)..<max(count, first + 1) {
        var squares: Float = 0
        for place in 0..<size {
          let difference = values[first * size + place] - values[second * size + place]
          squares += difference * difference
        }
        total += Double(squares).squareRoot()
      }
    }
  }
  return total / (Double(count) * Double(count - 1) / 2)
}
