import TandemTensors

/// The greatest of every `pieces` neighbouring channels: `[..., units * pieces]` to `[..., units]`.
///
///     y[..., u] = max_k x[..., u * pieces + k]
///
/// Behind a `Linear` or a `Conv2D` with `units * pieces` outputs it is a maxout layer: the maximum
/// of k affine maps. The pieces of a unit are neighbours, so rows `u * pieces ..< (u + 1) * pieces`
/// of the weight belong to unit u. On a tie the gradient is shared.
///
/// Source: Goodfellow et al., Maxout Networks, 2013.
public struct Maxout: Layer {
  /// How many channels one is kept of.
  public let pieces: Int

  /// A layer that keeps one of `pieces` channels.
  public init(pieces: Int) {
    require(pieces > 0, "Maxout: \(pieces) pieces")
    self.pieces = pieces
  }

  public func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    require(
      x.rank > 0 && x.shape[x.rank - 1].isMultiple(of: pieces),
      "Maxout: \(pieces) pieces do not divide the last axis of shape \(x.shape)")
    let units = x.shape[x.rank - 1] / pieces
    return x.reshaped(to: Shape(x.shape.dropLast() + [units, pieces]))
      .maximum(over: -1, keepsAxes: false)
  }

  public mutating func walk(_ walker: inout ParameterWalker) {}

  public var description: String { "Maxout of \(pieces)" }
}
