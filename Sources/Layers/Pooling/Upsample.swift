import TandemTensors

/// NHWC images enlarged by a whole factor: `[n, h, w, c]` to `[n, scale h, scale w, c]`.
///
/// Bilinear interpolation has the pixel centres at half-integers (`align_corners=False`).
public struct Upsample: Layer {
  /// How many times as high and as wide the result is.
  public let scale: Int
  /// How the pixels between are found.
  public let interpolation: Interpolation

  /// A layer that enlarges by `scale`.
  public init(_ scale: Int = 2, _ interpolation: Interpolation = .nearest) {
    require(scale > 0, "Upsample: a scale of \(scale)")
    self.scale = scale
    self.interpolation = interpolation
  }

  public func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    require(x.rank == 4, "Upsample: shape \(x.shape) is no batch of images (NHWC)")
    return x.resampled(height: x.shape[1] * scale, width: x.shape[2] * scale, interpolation)
  }

  public mutating func walk(_ walker: inout ParameterWalker) {}

  public var description: String { "Upsample by \(scale), \(interpolation)" }
}
