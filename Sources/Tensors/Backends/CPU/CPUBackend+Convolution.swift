import CConvolution
import COneDNN

extension CPUBackend {
  public func convolution(_ x: Tensor, _ weight: Tensor, _ geometry: ConvolutionGeometry) -> Tensor
  {
    convolution(x, weight, nil, nil, geometry)
  }

  public func convolutionTranspose(
    _ y: Tensor, _ weight: Tensor, _ geometry: ConvolutionGeometry
  ) -> Tensor {
    convolutionTranspose(y, weight, nil, nil, geometry)
  }

  public func convolution(
    _ x: Tensor, _ weight: Tensor, _ bias: Tensor?, _ activation: UnaryFunction?,
    _ geometry: ConvolutionGeometry
  ) -> Tensor {
    let result = Tensor(uninitialized: geometry.outputShape, x.dtype)
    guard result.count > 0 else { return result }
    switch ConvolutionMethod(.forward, geometry, x.dtype) {
    case .product:
      var product = onednn_product(
        m: geometry.pixels, n: geometry.outputChannels, k: geometry.inputChannels, x.dtype)
      product.setStrides(a: (0, false), b: (0, true))
      return multiply(product, x, weight, bias, activation, into: result)
    case .patches:
      return run(CCONV_FORWARD, cconv_forward, x, weight, bias, activation, geometry, result)
    case .primitive:
      return run(onednn_convolve, x, weight, bias, activation, geometry, result)
    }
  }

  public func convolutionTranspose(
    _ y: Tensor, _ weight: Tensor, _ bias: Tensor?, _ activation: UnaryFunction?,
    _ geometry: ConvolutionGeometry
  ) -> Tensor {
    let result = Tensor(uninitialized: geometry.inputShape, y.dtype)
    guard result.count > 0 else { return result }
    switch ConvolutionMethod(.transpose, geometry, y.dtype) {
    case .product:
      var product = onednn_product(
        m: geometry.pixels, n: geometry.inputChannels, k: geometry.outputChannels, y.dtype)
      product.setStrides(a: (0, false), b: (0, false))
      return multiply(product, y, weight, bias, activation, into: result)
    case .patches:
      return run(CCONV_TRANSPOSE, cconv_transpose, y, weight, bias, activation, geometry, result)
    case .primitive:
      return run(onednn_convolve_transpose, y, weight, bias, activation, geometry, result)
    }
  }

  public func convolutionWeightGradient(
    _ x: Tensor, _ y: Tensor, _ geometry: ConvolutionGeometry
  ) -> Tensor {
    guard y.count > 0, x.count > 0 else { return Tensor(zeros: geometry.weightShape, x.dtype) }
    let result = Tensor(uninitialized: geometry.weightShape, x.dtype)
    switch ConvolutionMethod(.weight, geometry, x.dtype) {
    case .product:
      var product = onednn_product(
        m: geometry.outputChannels, n: geometry.inputChannels, k: geometry.pixels, x.dtype)
      product.setStrides(a: (0, true), b: (0, false))
      return multiply(product, y, x, nil, nil, into: result)
    case .patches:
      var shape = geometry.patchShape
      let workspace = Storage(byteCount: cconv_workspace(CCONV_WEIGHT_GRADIENT, &shape))
      withExtendedLifetime(workspace) {
        cconv_weight_gradient(&shape, x.pointer, y.pointer, result.pointer, workspace.pointer)
      }
    case .primitive:
      var convolution = onednn_convolution(geometry, x.dtype)
      OneDNN.check(
        onednn_convolve_weight_gradient(
          &convolution, x.storage.pointer, y.storage.pointer, result.storage.pointer))
    }
    return result
  }

  private typealias Primitive = (
    UnsafePointer<onednn_convolution>?, UnsafeRawPointer?, UnsafeRawPointer?, UnsafeRawPointer?,
    UnsafeMutableRawPointer?
  ) -> Int32

  private func run(
    _ primitive: Primitive, _ source: Tensor, _ weight: Tensor, _ bias: Tensor?,
    _ activation: UnaryFunction?, _ geometry: ConvolutionGeometry, _ result: Tensor
  ) -> Tensor {
    var convolution = onednn_convolution(geometry, source.dtype)
    convolution.has_bias = bias == nil ? 0 : 1
    let (epilogue, rest) = onednn_epilogue.applying(activation)
    convolution.epilogue = epilogue
    OneDNN.check(
      primitive(
        &convolution, source.storage.pointer, weight.storage.pointer, bias?.storage.pointer,
        result.storage.pointer))
    return rest.map { unary($0, result) } ?? result
  }

  private typealias Kernel = (
    UnsafePointer<cconv_shape>?, UnsafePointer<Float>?, UnsafePointer<Float>?, cconv_epilogue,
    UnsafeMutablePointer<Float>?, UnsafeMutableRawPointer?
  ) -> Void

  private func run(
    _ operation: cconv_operation, _ kernel: Kernel, _ source: Tensor, _ weight: Tensor,
    _ bias: Tensor?, _ activation: UnaryFunction?, _ geometry: ConvolutionGeometry,
    _ result: Tensor
  ) -> Tensor {
    var shape = geometry.patchShape
    let (slope, rest): (Float, UnaryFunction?) =
      switch activation {
      case .relu: (0, nil)
      case .leakyReLU(let slope): (Float(slope), nil)
      default: (1, activation)
      }
    let workspace = Storage(byteCount: cconv_workspace(operation, &shape))
    withExtendedLifetime(workspace) {
      kernel(
        &shape, source.pointer, weight.pointer, cconv_epilogue(bias: bias?.pointer, slope: slope),
        result.pointer, workspace.pointer)
    }
    return rest.map { unary($0, result) } ?? result
  }
}

extension ConvolutionGeometry {
  /// Pixels of all output images.
  fileprivate var pixels: Int { batch * output.height * output.width }
}

extension onednn_convolution {
  fileprivate init(_ geometry: ConvolutionGeometry, _ dtype: DType) {
    self.init()
    self.dtype = OneDNN.type(dtype)
    (batch, groups) = (Int64(geometry.batch), Int64(geometry.groups))
    (input_channels, output_channels) =
      (Int64(geometry.inputChannels), Int64(geometry.outputChannels))
    (input_height, input_width) = geometry.input.words
    (output_height, output_width) = geometry.output.words
    (kernel_height, kernel_width) = geometry.kernel.words
    (stride_height, stride_width) = geometry.stride.words
    (padding_height, padding_width) = geometry.padding.words
    (dilation_height, dilation_width) = geometry.dilation.words
  }
}

extension ConvolutionGeometry.Size {
  fileprivate var words: (Int64, Int64) { (Int64(height), Int64(width)) }
}
