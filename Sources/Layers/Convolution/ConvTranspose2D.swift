import TandemTensors

/// A transposed convolution of NHWC images: `[n, h, w, in]` to `[n, h', w', out]`,
/// `h' = (h - 1) stride - 2 padding + dilation (kh - 1) + outputPadding + 1`.
///
/// It is the gradient of the convolution by the same weight with respect to its image. With a
/// kernel of 4, a stride of 2 and a padding of 1 it doubles height and width.
///
/// Parameters: `weight` `[in, out / groups, kh, kw]`, `bias` `[out]`.
public struct ConvTranspose2D: ActivationFusing {
  /// A height and a width.
  public typealias Size = ConvolutionGeometry.Size

  /// `[in, out / groups, kh, kw]`.
  public var weight: Tensor
  /// `[out]`.
  public var bias: Tensor?
  /// Pixels of the output between the places of neighbouring input pixels.
  public let stride: Size
  /// Pixels left out on each side of the output.
  public let padding: Size
  /// Pixels added below and to the right, which decides among the sizes that a convolution of this
  /// stride would make one.
  public let outputPadding: Size
  /// Pixels from one weight of the kernel to the next.
  public let dilation: Size
  /// Groups of channels that are convolved apart.
  public let groups: Int

  /// A layer of given parameters.
  public init(
    weight: Tensor, bias: Tensor?, stride: Size = Size(1), padding: Size = Size(0),
    outputPadding: Size = Size(0), dilation: Size = Size(1), groups: Int = 1
  ) {
    let outputs = weight.rank == 4 ? weight.shape[1] * groups : 0
    require(
      weight.rank == 4 && groups > 0 && weight.shape[0].isMultiple(of: groups)
        && bias?.shape ?? [outputs] == [outputs],
      """
      ConvTranspose2D: weight \(weight.shape), bias \(bias?.shape ?? []), \(groups) groups do not \
      fit
      """)
    self.weight = weight
    self.bias = bias
    self.stride = stride
    self.padding = padding
    self.outputPadding = outputPadding
    self.dilation = dilation
    self.groups = groups
  }

  /// A layer from `inputs` to `outputs` channels, started as PyTorch's unless told otherwise.
  public init(
    _ inputs: Int, _ outputs: Int, kernel: Size, stride: Size = Size(1), padding: Size = Size(0),
    outputPadding: Size = Size(0), dilation: Size = Size(1), groups: Int = 1, bias: Bool = true,
    weights: Initializer = .standard, biases: Initializer = .standard, random: inout RandomStream
  ) {
    require(
      groups > 0 && inputs.isMultiple(of: groups) && outputs.isMultiple(of: groups),
      "ConvTranspose2D: \(groups) groups do not divide \(inputs) to \(outputs) channels")
    let shape: Shape = [inputs, outputs / groups, kernel.height, kernel.width]
    let weight = weights.tensor(shape, random: &random)
    self.init(
      weight: weight,
      bias: bias ? biases.tensor([outputs], fans: Fans(of: shape), random: &random) : nil,
      stride: stride, padding: padding, outputPadding: outputPadding, dilation: dilation,
      groups: groups)
  }

  /// A layer with a square kernel, and the same stride, paddings and dilation on both axes.
  public init(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0,
    outputPadding: Int = 0, dilation: Int = 1, groups: Int = 1, bias: Bool = true,
    weights: Initializer = .standard, biases: Initializer = .standard, random: inout RandomStream
  ) {
    self.init(
      inputs, outputs, kernel: Size(kernel), stride: Size(stride), padding: Size(padding),
      outputPadding: Size(outputPadding), dilation: Size(dilation), groups: groups, bias: bias,
      weights: weights, biases: biases, random: &random)
  }

  public func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    x.convolutionTransposed(
      weight, bias: bias, stride: stride, padding: padding, outputPadding: outputPadding,
      dilation: dilation, groups: groups)
  }

  public func callAsFunction(_ x: Tensor, _ pass: inout Pass, then activation: UnaryFunction)
    -> Tensor
  {
    x.convolutionTransposed(
      weight, bias: bias, stride: stride, padding: padding, outputPadding: outputPadding,
      dilation: dilation, groups: groups, activation: activation)
  }

  public mutating func walk(_ walker: inout ParameterWalker) {
    walker.parameter("weight", &weight)
    walker.parameter("bias", &bias)
  }

  public var description: String {
    ConvolutionText(
      name: "ConvTranspose2D", inputs: weight.shape[0], outputs: weight.shape[1] * groups,
      kernel: Size(weight.shape[2], weight.shape[3]), stride: stride, padding: padding,
      outputPadding: outputPadding, dilation: dilation, groups: groups, hasBias: bias != nil
    ).description
  }

  public func operations(input: Shape) -> Int {
    let geometry = ConvolutionGeometry(
      transposing: input, weight: weight.shape, stride: stride, padding: padding,
      outputPadding: outputPadding, dilation: dilation, groups: groups)
    let products = 2 * input.elementCount * weight.shape.dropFirst().reduce(1, *)
    return products + (bias == nil ? 0 : geometry.inputShape.elementCount)
  }
}
