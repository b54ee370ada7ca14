/// Everything about a two-dimensional convolution but its data.
///
/// The convolution maps an image `[N, inputHeight, inputWidth, groups * inputChannels]` to
/// `[N, outputHeight, outputWidth, outputChannels]` by weights
/// `[outputChannels, inputChannels, kernelHeight, kernelWidth]` (PyTorch's layout, where
/// `inputChannels` counts one group's). Its transpose maps the other way with the same weights,
/// and its weight gradient maps a pair of images to weights: the three share one geometry.
///
///     output = (input + 2 padding - dilation (kernel - 1) - 1) / stride + 1     (rounded down)
public struct ConvolutionGeometry: Sendable, Hashable {
  /// A height and a width.
  public struct Size: Sendable, Hashable, CustomStringConvertible {
    public var height: Int
    public var width: Int

    /// A size of the given height and width.
    public init(_ height: Int, _ width: Int) {
      self.height = height
      self.width = width
    }

    /// A size of equal height and width.
    public init(_ side: Int) { self.init(side, side) }

    /// The smaller of both.
    var smallest: Int { Swift.min(height, width) }

    public var description: String { "\(height)x\(width)" }
  }

  public var batch: Int
  public var input: Size
  public var output: Size
  public var kernel: Size
  public var stride: Size
  public var padding: Size
  public var dilation: Size
  public var groups: Int
  /// Channels of one group of the input.
  public var inputChannels: Int
  /// Channels of the whole output.
  public var outputChannels: Int

  /// Shape of the image that the convolution reads and its transpose writes.
  public var inputShape: Shape { [batch, input.height, input.width, groups * inputChannels] }
  /// Shape of the image that the convolution writes and its transpose reads.
  public var outputShape: Shape { [batch, output.height, output.width, outputChannels] }
  /// Shape of the weights.
  public var weightShape: Shape { [outputChannels, inputChannels, kernel.height, kernel.width] }
}

/// Everything about a two-dimensional pooling window but its data; images are NHWC.
public struct PoolingGeometry: Sendable, Hashable {
  public var input: Shape
  public var window: ConvolutionGeometry.Size
  public var stride: ConvolutionGeometry.Size
  public var padding: ConvolutionGeometry.Size
  /// Whether an average counts padded zeros.
  public var countsPadding: Bool

  /// Shape of the pooled image.
  public var output: Shape {
    func extent(_ input: Int, _ window: Int, _ stride: Int, _ padding: Int) -> Int {
      (input + 2 * padding - window) / stride + 1
    }
    return [
      input[0], extent(input[1], window.height, stride.height, padding.height),
      extent(input[2], window.width, stride.width, padding.width), input[3],
    ]
  }
}
