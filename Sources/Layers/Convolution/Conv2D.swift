import TandemTensors

/// A convolution of NHWC images: `[n, h, w, in]` to `[n, h', w', out]`,
/// `h' = (h + 2 padding - dilation (kh - 1) - 1) / stride + 1`, rounded down.
///
///     y[n,p,q,o] = b[o] + sum_{i,j,c} x[n, p s + i d - pad, q s + j d - pad, c] w[o,c,i,j]
///
/// Parameters: `weight` `[out, in / groups, kh, kw]`, `bias` `[out]`.
public struct Conv2D: ActivationFusing {
  /// A height and a width.
  public typealias Size = ConvolutionGeometry.Size

  /// `[out, in / groups, kh, kw]`.
  public var weight: Tensor
  /// `[out]`.
  public var bias: Tensor?
  /// Pixels from one place of the kernel to the next.
  public let stride: Size
  /// Zeros on each side of the image.
  public let padding: Size
  /// Pixels from one weight of the kernel to the next.
  public let dilation: Size
  /// Groups of channels that are convolved apart.
  public let groups: Int

  /// A layer of given parameters.
  public init(
    weight: Tensor, bias: Tensor?, stride: Size = Size(1), padding: Size = Size(0),
    dilation: Size = Size(1), groups: Int = 1
  ) {
    require(
      weight.rank == 4 && groups > 0 && weight.shape[0].isMultiple(of: groups)
        && bias?.shape ?? [weight.shape[0]] == [weight.shape[0]],
      "Conv2D: weight \(weight.shape), bias \(bias?.shape ?? []), \(groups) groups do not fit")
    self.weight = weight
    self.bias = bias
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
  }

  /// A layer from `inputs` to `outputs` channels, started as PyTorch's unless told otherwise.
  public init(
    _ inputs: Int, _ outputs: Int, kernel: Size, stride: Size = Size(1), padding: Size = Size(0),
    dilation: Size = Size(1), groups: Int = 1, bias: Bool = true, weights: Initializer = .standard,
    biases: Initializer = .standard, random: inout RandomStream
  ) {
    require(
      groups > 0 && inputs.isMultiple(of: groups) && outputs.isMultiple(of: groups),
      "Conv2D: \(groups) groups do not divide \(inputs) to \(outputs) channels")
    let shape: Shape = [outputs, inputs / groups, kernel.height, kernel.width]
    let weight = weights.tensor(shape, random: &random)
    self.init(
      weight: weight,
      bias: bias ? biases.tensor([outputs], fans: Fans(of: shape), random: &random) : nil,
      stride: stride, padding: padding, dilation: dilation, groups: groups)
  }

  /// A layer with a square kernel, and the same stride, padding and dilation on both axes.
  public init(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0,
    dilation: Int = 1, groups: Int = 1, bias: Bool = true, weights: Initializer = .standard,
    biases: Initializer = .standard, random: inout RandomStream
  ) {
    self.init(
      inputs, outputs, kernel: Size(kernel), stride: Size(stride), padding: Size(padding),
      dilation: Size(dilation), groups: groups, bias: bias, weights: weights, biases: biases,
      random: &random)
  }

  public func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    x.convolution(
      weight, bias: bias, stride: stride, padding: padding, dilation: dilation, groups: groups)
  }

  public func callAsFunction(_ x: Tensor, _ pass: inout Pass, then activation: UnaryFunction)
    -> Tensor
  {
    x.convolution(
      weight, bias: bias, stride: stride, padding: padding, dilation: dilation, groups: groups,
      activation: activation)
  }

  public mutating func walk(_ walker: inout ParameterWalker) {
    walker.parameter("weight", &weight)
    walker.parameter("bias", &bias)
  }

  public var description: String {
    ConvolutionText(
      name: "Conv2D", inputs: weight.shape[1] * groups, outputs: weight.shape[0],
      kernel: Size(weight.shape[2], weight.shape[3]), stride: stride, padding: padding,
      outputPadding: Size(0), dilation: dilation, groups: groups, hasBias: bias != nil
    ).description
  }

  public func operations(input: Shape) -> Int {
    let geometry = ConvolutionGeometry(
      "Conv2D", input: input, weight: weight.shape, stride: stride, padding: padding,
      dilation: dilation, groups: groups)
    let perElement = 2 * weight.shape.dropFirst().reduce(1, *) + (bias == nil ? 0 : 1)
    return geometry.outputShape.elementCount * perElement
  }
}

/// The parameters of a convolutional layer in words, those with the usual value left out.
struct ConvolutionText: CustomStringConvertible {
  typealias Size = ConvolutionGeometry.Size

  let name: String
  let inputs: Int
  let outputs: Int
  let kernel: Size
  let stride: Size
  let padding: Size
  let outputPadding: Size
  let dilation: Size
  let groups: Int
  let hasBias: Bool

  var description: String {
    func side(_ size: Size) -> String {
      size.height == size.width ? "\(size.height)" : "\(size)"
    }
    var text = "\(name) \(inputs)→\(outputs), \(kernel)"
    if stride != Size(1) { text += ", stride \(side(stride))" }
    if padding != Size(0) { text += ", padding \(side(padding))" }
    if outputPadding != Size(0) { text += ", output padding \(side(outputPadding))" }
    if dilation != Size(1) { text += ", dilation \(side(dilation))" }
    if groups != 1 { text += ", \(groups) groups" }
    return hasBias ? text : text + ", no bias"
  }
}
