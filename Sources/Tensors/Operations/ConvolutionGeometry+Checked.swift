extension ConvolutionGeometry {
  /// The geometry of a convolution of an NHWC image, checked against the weights.
  public init(
    _ operation: String, input: Shape, weight: Shape, stride: Size, padding: Size, dilation: Size,
    groups: Int
  ) {
    require(
      input.rank == 4 && weight.rank == 4 && groups > 0 && input[3] == groups * weight[1]
        && weight[0].isMultiple(of: groups),
      "\(operation): an image \(input) (NHWC) and weights \(weight) in \(groups) groups do not fit")
    require(
      stride.smallest > 0 && padding.smallest >= 0 && dilation.smallest > 0,
      "\(operation): stride \(stride), padding \(padding), dilation \(dilation)")
    /// How far the kernel can move within the padded image.
    func room(_ input: Int, _ kernel: Int, _ padding: Int, _ dilation: Int) -> Int {
      input + 2 * padding - dilation * (kernel - 1) - 1
    }
    let room = Size(
      room(input[1], weight[2], padding.height, dilation.height),
      room(input[2], weight[3], padding.width, dilation.width))
    require(
      room.smallest >= 0,
      "\(operation): the kernel of weights \(weight) does not fit into the image \(input)")
    self.init(
      batch: input[0], input: Size(input[1], input[2]),
      output: Size(room.height / stride.height + 1, room.width / stride.width + 1),
      kernel: Size(weight[2], weight[3]), stride: stride, padding: padding, dilation: dilation,
      groups: groups, inputChannels: weight[1], outputChannels: weight[0])
  }

  /// The geometry of a convolution with the same stride, padding and dilation on both axes.
  public init(
    _ operation: String, input: Shape, weight: Shape, stride: Int, padding: Int, dilation: Int,
    groups: Int
  ) {
    self.init(
      operation, input: input, weight: weight, stride: Size(stride), padding: Size(padding),
      dilation: Size(dilation), groups: groups)
  }

  /// The geometry of the convolution whose transpose maps `image` by `weight`
  /// `[in, out / groups, kh, kw]`, the larger by `outputPadding` of the sizes that fit.
  public init(
    transposing image: Shape, weight: Shape, stride: Size, padding: Size, outputPadding: Size,
    dilation: Size, groups: Int
  ) {
    let operation = "transposed convolution"
    require(
      image.rank == 4 && weight.rank == 4 && groups > 0 && image[3] == weight[0]
        && weight[0].isMultiple(of: groups),
      "\(operation): an image \(image) (NHWC) and weights \(weight) in \(groups) groups do not fit")
    require(
      stride.smallest > 0 && padding.smallest >= 0 && dilation.smallest > 0,
      "\(operation): stride \(stride), padding \(padding), dilation \(dilation)")
    require(
      outputPadding.smallest >= 0
        && outputPadding.height < Swift.max(stride.height, dilation.height)
        && outputPadding.width < Swift.max(stride.width, dilation.width),
      "\(operation): output padding \(outputPadding) is not below stride \(stride)")
    let size = Size(
      (image[1] - 1) * stride.height - 2 * padding.height + dilation.height * (weight[2] - 1)
        + outputPadding.height + 1,
      (image[2] - 1) * stride.width - 2 * padding.width + dilation.width * (weight[3] - 1)
        + outputPadding.width + 1)
    require(
      size.smallest > 0,
      "\(operation): padding \(padding) leaves nothing of the image \(image)")
    self.init(
      batch: image[0], input: size, output: Size(image[1], image[2]),
      kernel: Size(weight[2], weight[3]), stride: stride, padding: padding, dilation: dilation,
      groups: groups, inputChannels: weight[1], outputChannels: weight[0])
  }

  /// Small geometries that differ in every parameter.
  static var examples: [ConvolutionGeometry] {
    let square = [
      (1, 0, 1, 1, 2), (2, 1, 1, 1, 4), (2, 1, 1, 2, 3), (1, 2, 2, 1, 3), (3, 1, 1, 4, 1),
    ].map {
      stride, padding, dilation, groups, kernel in
      ConvolutionGeometry(
        "example", input: [2, 5, 6, 4], weight: [4, 4 / groups, kernel, kernel], stride: stride,
        padding: padding, dilation: dilation, groups: groups)
    }
    return square + [
      ConvolutionGeometry(
        "example", input: [1, 5, 6, 2], weight: [3, 2, 3, 2], stride: Size(2, 1),
        padding: Size(1, 0), dilation: Size(1, 3), groups: 1)
    ]
  }
}

extension ConvolutionGeometry: CustomStringConvertible {
  /// The parameters in the order of a layer's.
  public var description: String {
    """
    \(kernel) \(groups * inputChannels)->\(outputChannels) stride \(stride) padding \(padding) \
    dilation \(dilation) groups \(groups)
    """
  }
}
