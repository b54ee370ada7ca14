import TandemTensors

/// Normalisation of each channel of each NHWC image over its pixels: `[n, h, w, C]`.
///
///     y = (x - mean) / sqrt(variance + epsilon) * weight + bias
///
/// Parameters, where the layer is affine: `weight`, `bias` `[C]`. As PyTorch's, the layer has none
/// unless asked, and keeps no running statistics.
///
/// Source: Ulyanov, Vedaldi and Lempitsky, Instance Normalization, 2016.
public struct InstanceNorm: Layer {
  /// `[C]`.
  public var weight: Tensor?
  /// `[C]`.
  public var bias: Tensor?
  /// Channels of the images.
  public let channels: Int
  /// What is added to the variance, so that none is zero.
  public let epsilon: Double

  /// A layer for `channels` channels, with a scale and a shift if `isAffine`.
  public init(_ channels: Int, isAffine: Bool = false, epsilon: Double = 1e-5) {
    weight = isAffine ? Tensor(ones: [channels]) : nil
    bias = isAffine ? Tensor(zeros: [channels]) : nil
    self.channels = channels
    self.epsilon = epsilon
  }

  public func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    require(
      x.rank >= 3 && x.shape[x.rank - 1] == channels,
      "InstanceNorm: shape \(x.shape) is no batch of images of \(channels) channels (NHWC)")
    return x.groupNorm(
      groups: channels, scale: weight ?? Tensor(ones: [channels], x.dtype),
      shift: bias ?? Tensor(zeros: [channels], x.dtype), epsilon: epsilon)
  }

  public mutating func walk(_ walker: inout ParameterWalker) {
    walker.parameter("weight", &weight)
    walker.parameter("bias", &bias)
  }

  public var description: String { "InstanceNorm \(channels)\(weight == nil ? "" : ", affine")" }

  public func operations(input: Shape) -> Int { 2 * input.elementCount }
}
