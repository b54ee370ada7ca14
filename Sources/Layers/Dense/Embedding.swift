import TandemTensors

/// A table of vectors read by index: int32 indices `[...]` to `[..., size]`.
///
/// Parameter: `weight` `[count, size]`. Every index must be in `0 ..< count`.
///
/// In training whole rows can be dropped: with probability `dropout` a row is zero wherever the
/// batch reads it, and the others are scaled by `1 / (1 - dropout)` (Gal and Ghahramani 2016).
public struct Embedding: Layer {
  /// `[count, size]`.
  public var weight: Tensor
  /// Probability that a row is dropped for a training pass.
  public let dropout: Double

  /// A layer of a given table.
  public init(weight: Tensor, dropout: Double = 0) {
    require(weight.rank == 2, "Embedding: a table of shape \(weight.shape)")
    require(
      (0..<1).contains(dropout), "Embedding: a dropout rate of \(dropout) is not in 0 ..< 1")
    self.weight = weight
    self.dropout = dropout
  }

  /// A table of `count` vectors of `size` numbers, standard normal unless told otherwise.
  public init(
    _ count: Int, _ size: Int, weights: Initializer = .normal(deviation: 1), dropout: Double = 0,
    random: inout RandomStream
  ) {
    self.init(weight: weights.tensor([count, size], random: &random), dropout: dropout)
  }

  public var takesIndices: Bool { true }

  public func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    let rows = weight.gather(x, axis: 0)
    guard pass.isTraining, dropout > 0 else { return rows }
    return rows * pass.keptMask([weight.shape[0], 1], dropout, weight.dtype).gather(x, axis: 0)
  }

  public mutating func walk(_ walker: inout ParameterWalker) {
    walker.parameter("weight", &weight)
  }

  public var description: String {
    "Embedding \(weight.shape[0])→\(weight.shape[1])"
      + (dropout > 0 ? ", dropout \(dropout)" : "")
  }
}
