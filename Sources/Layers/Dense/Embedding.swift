import TandemTensors

/// A table of vectors read by index: int32 indices `[...]` to `[..., size]`.
///
/// Parameter: `weight` `[count, size]`. Every index must be in `0 ..< count`.
public struct Embedding: Layer {
  /// `[count, size]`.
  public var weight: Tensor

  /// A layer of a given table.
  public init(weight: Tensor) {
    require(weight.rank == 2, "Embedding: a table of shape \(weight.shape)")
    self.weight = weight
  }

  /// A table of `count` vectors of `size` numbers, standard normal unless told otherwise.
  public init(
    _ count: Int, _ size: Int, weights: Initializer = .normal(deviation: 1),
    random: inout RandomStream
  ) {
    self.init(weight: weights.tensor([count, size], random: &random))
  }

  public var takesIndices: Bool { true }

  public func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    weight.gather(x, axis: 0)
  }

  public mutating func walk(_ walker: inout ParameterWalker) {
    walker.parameter("weight", &weight)
  }

  public var description: String { "Embedding \(weight.shape[0])→\(weight.shape[1])" }
}
