import TandemTensors

/// The maximum of every window of NHWC images: `[n, h, w, c]` to `[n, h', w', c]`,
/// `h' = (h + 2 padding - window) / stride + 1`, rounded down.
public struct MaxPool2D: Layer {
  /// A height and a width.
  public typealias Size = ConvolutionGeometry.Size

  /// Height and width of the window.
  public let window: Size
  /// Pixels from one window to the next.
  public let stride: Size
  /// Pixels around the image.
  public let padding: Size

  /// A layer with a window; the stride is the window's size if absent.
  public init(window: Size, stride: Size? = nil, padding: Size = Size(0)) {
    self.window = window
    self.stride = stride ?? window
    self.padding = padding
  }

  /// A layer with a square window; the stride is the window's side if absent.
  public init(_ window: Int, stride: Int? = nil, padding: Int = 0) {
    self.init(window: Size(window), stride: Size(stride ?? window), padding: Size(padding))
  }

  public func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    x.maxPooled(window: window, stride: stride, padding: padding)
  }

  public mutating func walk(_ walker: inout ParameterWalker) {}

  public var description: String { "MaxPool2D \(poolingText(window, stride, padding))" }
}

/// The mean of every window of NHWC images: `[n, h, w, c]` to `[n, h', w', c]`,
/// `h' = (h + 2 padding - window) / stride + 1`, rounded down.
public struct AveragePool2D: Layer {
  /// A height and a width.
  public typealias Size = ConvolutionGeometry.Size

  /// Height and width of the window.
  public let window: Size
  /// Pixels from one window to the next.
  public let stride: Size
  /// Pixels around the image.
  public let padding: Size
  /// Whether padded zeros are counted in the mean.
  public let countsPadding: Bool

  /// A layer with a window; the stride is the window's size if absent.
  public init(
    window: Size, stride: Size? = nil, padding: Size = Size(0), countsPadding: Bool = true
  ) {
    self.window = window
    self.stride = stride ?? window
    self.padding = padding
    self.countsPadding = countsPadding
  }

  /// A layer with a square window; the stride is the window's side if absent.
  public init(_ window: Int, stride: Int? = nil, padding: Int = 0, countsPadding: Bool = true) {
    self.init(
      window: Size(window), stride: Size(stride ?? window), padding: Size(padding),
      countsPadding: countsPadding)
  }

  public func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    x.averagePooled(
      window: window, stride: stride, padding: padding, countsPadding: countsPadding)
  }

  public mutating func walk(_ walker: inout ParameterWalker) {}

  public var description: String { "AveragePool2D \(poolingText(window, stride, padding))" }
}

private func poolingText(
  _ window: ConvolutionGeometry.Size, _ stride: ConvolutionGeometry.Size,
  _ padding: ConvolutionGeometry.Size
) -> String {
  var text = "\(window)"
  if stride != window { text += ", stride \(stride)" }
  if padding != .init(0, 0) { text += ", padding \(padding)" }
  return text
}
