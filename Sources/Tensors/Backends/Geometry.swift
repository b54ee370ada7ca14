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
    /// Pixels from top to bottom.
    public var height: Int
    /// Pixels from left to right.
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

  /// Images in the batch, N.
  public var batch: Int
  /// Height and width of the image that the convolution reads.
  public var input: Size
  /// Height and width of the image that it writes.
  public var output: Size
  /// Height and width of the kernel, in weights.
  public var kernel: Size
  /// Pixels of the input from one place of the kernel to the next.
  public var stride: Size
  /// Zeros on each side of the input.
  public var padding: Size
  /// Pixels of the input from one weight to the next; 1 leaves none out.
  public var dilation: Size
  /// Groups of channels that are convolved apart.
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
  /// Shape of the image that is pooled.
  public var input: Shape
  /// Height and width of the window.
  public var window: ConvolutionGeometry.Size
  /// Pixels from one window to the next.
  public var stride: ConvolutionGeometry.Size
  /// Pixels around the image that count as absent, or as zeros of an average.
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
