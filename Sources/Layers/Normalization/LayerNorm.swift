import TandemTensors

/// Normalisation of each example over its last axes, with a scale and a shift for every element.
///
///     y = (x - mean) / sqrt(variance + epsilon) * weight + bias
///
/// Parameters: `weight`, `bias` of the normalised shape.
///
/// Source: Ba, Kiros and Hinton, Layer Normalization, 2016.
public struct LayerNorm: Layer {
  /// Of the normalised shape.
  public var weight: Tensor
  /// Of the normalised shape.
  public var bias: Tensor
  /// What is added to the variance, so that none is zero.
  public let epsilon: Double

  /// A layer that normalises over the last axes, of the given shape.
  public init(_ shape: Shape, epsilon: Double = 1e-5) {
    require(shape.rank > 0, "LayerNorm: no axes to normalise over")
    weight = Tensor(ones: shape)
    bias = Tensor(zeros: shape)
    self.epsilon = epsilon
  }

  /// A layer that normalises over the last axis, of the given extent.
  public init(_ channels: Int, epsilon: Double = 1e-5) { self.init([channels], epsilon: epsilon) }

  public func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    require(
      x.rank >= weight.rank && x.shape.suffix(weight.rank).elementsEqual(weight.shape),
      "LayerNorm: shape \(x.shape) does not end in \(weight.shape)")
    let size = weight.count
    return x.reshaped(to: [x.count / max(size, 1), size]).layerNorm(
      scale: weight.reshaped(to: [size]), shift: bias.reshaped(to: [size]), epsilon: epsilon
    ).reshaped(to: x.shape)
  }

  public mutating func walk(_ walker: inout ParameterWalker) {
    walker.parameter("weight", &weight)
    walker.parameter("bias", &bias)
  }

  public var description: String {
    "LayerNorm " + weight.shape.map(String.init).joined(separator: "x")
  }

  public func operations(input: Shape) -> Int { 2 * input.elementCount }
}
