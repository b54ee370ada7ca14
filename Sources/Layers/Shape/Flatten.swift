import TandemTensors

/// The axes behind the batch in one: `[n, ...]` to `[n, elements]`, in row-major order.
///
/// An image `[n, h, w, c]` is flattened pixel by pixel: element `(y * w + x) * c + channel`.
/// PyTorch's images are `[n, c, h, w]` and flatten channel by channel. To use the weight of a
/// PyTorch `Linear` behind a `Flatten` here, take its columns in that order: reshape it to
/// `[out, c, h, w]`, transpose by `[0, 2, 3, 1]` and flatten it again. Where h = w = 1 the orders
/// are the same.
public struct Flatten: Layer {
  /// A flattening layer.
  public init() {}

  public func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    require(x.rank > 0, "Flatten: a scalar has no batch")
    return x.reshaped(to: [x.shape[0], x.shape.dropFirst().reduce(1, *)])
  }

  public mutating func walk(_ walker: inout ParameterWalker) {}
}
