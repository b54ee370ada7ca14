import CKernels

extension CPUBackend {
  public func maxPool(_ x: Tensor, _ geometry: PoolingGeometry) -> Tensor {
    guard x.dtype == .float32 else { return convert(maxPool(single(x), geometry), to: x.dtype) }
    let y = Tensor(uninitialized: geometry.output, .float32)
    var pooling = geometry.kernel
    tk_max_pool(x.pointer, y.pointer, &pooling)
    return y
  }

  public func maxPoolIndices(_ x: Tensor, _ geometry: PoolingGeometry) -> Tensor {
    guard x.dtype == .float32 else { return maxPoolIndices(single(x), geometry) }
    let y = Tensor(uninitialized: geometry.output, .int32)
    var pooling = geometry.kernel
    tk_max_pool_indices(x.pointer, y.integers, &pooling)
    return y
  }

  public func maxPoolGradient(_ x: Tensor, upstream: Tensor, _ geometry: PoolingGeometry) -> Tensor
  {
    guard x.dtype == .float32, upstream.dtype == .float32 else {
      return convert(
        maxPoolGradient(single(x), upstream: single(upstream), geometry), to: x.dtype)
    }
    let dx = Tensor(uninitialized: geometry.input, .float32)
    var pooling = geometry.kernel
    tk_max_pool_gradient(x.pointer, upstream.pointer, dx.pointer, &pooling)
    return dx
  }

  public func averagePool(_ x: Tensor, _ geometry: PoolingGeometry) -> Tensor {
    guard x.dtype == .float32 else { return convert(averagePool(single(x), geometry), to: x.dtype) }
    let y = Tensor(uninitialized: geometry.output, .float32)
    var pooling = geometry.kernel
    tk_average_pool(x.pointer, y.pointer, &pooling)
    return y
  }

  public func averagePoolTranspose(_ y: Tensor, _ geometry: PoolingGeometry) -> Tensor {
    guard y.dtype == .float32 else {
      return convert(averagePoolTranspose(single(y), geometry), to: y.dtype)
    }
    let x = Tensor(uninitialized: geometry.input, .float32)
    var pooling = geometry.kernel
    tk_average_pool_transpose(y.pointer, x.pointer, &pooling)
    return x
  }

  public func resample(
    _ x: Tensor, to size: ConvolutionGeometry.Size, _ interpolation: Interpolation
  ) -> Tensor {
    guard x.dtype == .float32 else {
      return convert(resample(single(x), to: size, interpolation), to: x.dtype)
    }
    let shape = x.shape
    let y = Tensor(uninitialized: [shape[0], size.height, size.width, shape[3]], .float32)
    tk_resample(
      x.pointer, y.pointer, shape[0], shape[3], tk_size(height: shape[1], width: shape[2]),
      tk_size(height: size.height, width: size.width), interpolation.isBilinear)
    return y
  }

  public func resampleTranspose(
    _ y: Tensor, to size: ConvolutionGeometry.Size, _ interpolation: Interpolation
  ) -> Tensor {
    guard y.dtype == .float32 else {
      return convert(resampleTranspose(single(y), to: size, interpolation), to: y.dtype)
    }
    let shape = y.shape
    let x = Tensor(uninitialized: [shape[0], size.height, size.width, shape[3]], .float32)
    tk_resample_transpose(
      y.pointer, x.pointer, shape[0], shape[3], tk_size(height: size.height, width: size.width),
      tk_size(height: shape[1], width: shape[2]), interpolation.isBilinear)
    return x
  }
}

extension PoolingGeometry {
  fileprivate var kernel: tk_pooling {
    let output = output
    return tk_pooling(
      batch: input[0], channels: input[3], input: tk_size(height: input[1], width: input[2]),
      output: tk_size(height: output[1], width: output[2]), window: window.kernel,
      stride: stride.kernel, padding: padding.kernel, counts_padding: countsPadding ? 1 : 0)
  }
}

extension ConvolutionGeometry.Size {
  fileprivate var kernel: tk_size { tk_size(height: height, width: width) }
}

extension Interpolation {
  fileprivate var isBilinear: Int32 { self == .bilinear ? 1 : 0 }
}
