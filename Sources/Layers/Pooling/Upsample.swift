import TandemTensors

/// NHWC images enlarged by a whole factor: `[n, h, w, c]` to `[n, scale h, scale w, c]`.
///
/// Bilinear interpolation has the pixel centres at half-integers (`align_corners=False`).
public struct Upsample: Layer {
  public let scale: Int
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
