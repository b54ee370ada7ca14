import TandemTensors

/// The elements of each example in another shape, in row-major order: `[n, ...]` to `[n] + shape`.
public struct Reshape: Layer {
  /// The shape of one example.
  public let shape: Shape

  /// A layer that gives each example the given shape, such as `[4, 4, 512]` for an image (HWC).
  public init(_ shape: Shape) { self.shape = shape }

  public func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    require(
      x.rank > 0 && x.shape.dropFirst().reduce(1, *) == shape.elementCount,
      "Reshape: examples of shape \(Shape(Array(x.shape.dropFirst()))) do not fill \(shape)")
    return x.reshaped(to: Shape([x.shape[0]] + shape.extents))
  }

  public mutating func walk(_ walker: inout ParameterWalker) {}

  public var description: String { "Reshape to \(shape)" }
}
