/// The maximum of every window of an NHWC image; the gradient is routed to where it was found,
/// the first position on a tie.
struct MaxPool: FusedPrimitive {
  let geometry: PoolingGeometry

  func composed(_ inputs: [Tensor]) -> Tensor {
    let x = inputs[0]
    let positions = x.backend.maxPoolIndices(x.detached, geometry)
    return x.reshaped(to: [x.count]).gather(positions)
  }

  func fusedForward(_ inputs: [Tensor], _ kernels: any FusedKernels) -> Tensor {
    kernels.maxPool(inputs[0], geometry)
  }

  func fusedVJP(
    inputs: [Tensor], output: Tensor, upstream: Tensor, needed: [Bool],
    _ kernels: any FusedKernels
  ) -> [Tensor?] {
    [kernels.maxPoolGradient(inputs[0], upstream: upstream, geometry)]
  }

  static var examples: [Example] {
    PoolingGeometry.examples.map { geometry in
      Example("\(geometry)", [Example.tensor(geometry.input)]) {
        MaxPool(geometry: geometry).apply($0)
      }
    }
  }
}

/// The mean of every window, or its transpose, which spreads each value over its window.
struct AveragePool: Primitive {
  let geometry: PoolingGeometry
  let isTransposed: Bool

  func forward(_ inputs: [Tensor]) -> Tensor {
    isTransposed
      ? inputs[0].backend.averagePoolTranspose(inputs[0], geometry)
      : inputs[0].backend.averagePool(inputs[0], geometry)
  }

  func vjp(inputs: [Tensor], output: Tensor, upstream: Tensor, needed: [Bool]) -> [Tensor?] {
    [AveragePool(geometry: geometry, isTransposed: !isTransposed)(upstream)]
  }

  func keepsInput(_ index: Int) -> Bool { false }

  static var examples: [Example] {
    PoolingGeometry.examples.flatMap { geometry in
      [false, true].map { isTransposed in
        let x = Example.tensor(isTransposed ? geometry.output : geometry.input)
        return Example("\(isTransposed ? "transpose " : "")\(geometry)", [x]) {
          AveragePool(geometry: geometry, isTransposed: isTransposed)($0[0])
        }
      }
    }
  }
}

/// An NHWC image at another height and width, or the transpose of that.
struct Resample: Primitive {
  let from: ConvolutionGeometry.Size
  let to: ConvolutionGeometry.Size
  let interpolation: Interpolation
  let isTransposed: Bool

  func forward(_ inputs: [Tensor]) -> Tensor {
    isTransposed
      ? inputs[0].backend.resampleTranspose(inputs[0], to: from, interpolation)
      : inputs[0].backend.resample(inputs[0], to: to, interpolation)
  }

  func vjp(inputs: [Tensor], output: Tensor, upstream: Tensor, needed: [Bool]) -> [Tensor?] {
    [
      Resample(from: from, to: to, interpolation: interpolation, isTransposed: !isTransposed)(
        upstream)
    ]
  }

  func keepsInput(_ index: Int) -> Bool { false }

  static var examples: [Example] {
    let small = ConvolutionGeometry.Size(2, 3)
    return Interpolation.allCases.flatMap { interpolation in
      [ConvolutionGeometry.Size(4, 6), .init(3, 5), .init(1, 2)].flatMap { large in
        [false, true].map { isTransposed in
          let size = isTransposed ? large : small
          return Example(
            "\(interpolation) \(small) to \(large)\(isTransposed ? " transposed" : "")",
            [Example.tensor([2, size.height, size.width, 2])]
          ) {
            Resample(
              from: small, to: large, interpolation: interpolation, isTransposed: isTransposed)(
                $0[0])
          }
        }
      }
    }
  }
}

extension PoolingGeometry {
  /// The geometry of windows over an NHWC image, checked against it.
  public init(
    _ operation: String, input: Shape, window: ConvolutionGeometry.Size,
    stride: ConvolutionGeometry.Size, padding: ConvolutionGeometry.Size, countsPadding: Bool = true
  ) {
    require(
      input.rank == 4 && window.smallest > 0 && stride.smallest > 0 && padding.smallest >= 0
        && 2 * padding.height <= window.height && 2 * padding.width <= window.width
        && input[1] + 2 * padding.height >= window.height
        && input[2] + 2 * padding.width >= window.width,
      "\(operation): window \(window), stride \(stride), padding \(padding) on an image \(input)")
    self.init(
      input: input, window: window, stride: stride, padding: padding, countsPadding: countsPadding)
  }

  /// The geometry of square windows over an NHWC image.
  public init(
    _ operation: String, input: Shape, window: Int, stride: Int, padding: Int,
    countsPadding: Bool = true
  ) {
    self.init(
      operation, input: input, window: ConvolutionGeometry.Size(window),
      stride: ConvolutionGeometry.Size(stride), padding: ConvolutionGeometry.Size(padding),
      countsPadding: countsPadding)
  }

  static var examples: [PoolingGeometry] {
    let square = [(2, 2, 0, true), (3, 2, 1, true), (3, 1, 1, false), (2, 3, 0, true)].map {
      window, stride, padding, countsPadding in
      PoolingGeometry(
        "example", input: [2, 5, 4, 2], window: window, stride: stride, padding: padding,
        countsPadding: countsPadding)
    }
    return square + [
      PoolingGeometry(
        "example", input: [1, 4, 5, 2], window: .init(2, 3), stride: .init(1, 2),
        padding: .init(1, 0), countsPadding: false)
    ]
  }
}

extension Tensor {
  /// The maximum of every window of an NHWC image; stride is the window's size if absent. What
  /// padding adds is never the maximum.
  public func maxPooled(
    window: ConvolutionGeometry.Size, stride: ConvolutionGeometry.Size? = nil,
    padding: ConvolutionGeometry.Size = ConvolutionGeometry.Size(0)
  ) -> Tensor {
    let geometry = PoolingGeometry(
      "max pooling", input: shape, window: window, stride: stride ?? window, padding: padding)
    return MaxPool(geometry: geometry).apply([self])
  }

  /// The maximum of every square window of an NHWC image.
  public func maxPooled(window: Int, stride: Int? = nil, padding: Int = 0) -> Tensor {
    maxPooled(
      window: ConvolutionGeometry.Size(window), stride: ConvolutionGeometry.Size(stride ?? window),
      padding: ConvolutionGeometry.Size(padding))
  }

  /// The mean of every window of an NHWC image; stride is the window's size if absent.
  ///
  /// - Parameter countsPadding: Whether the padded zeros are counted in the mean.
  public func averagePooled(
    window: ConvolutionGeometry.Size, stride: ConvolutionGeometry.Size? = nil,
    padding: ConvolutionGeometry.Size = ConvolutionGeometry.Size(0), countsPadding: Bool = true
  ) -> Tensor {
    let geometry = PoolingGeometry(
      "average pooling", input: shape, window: window, stride: stride ?? window, padding: padding,
      countsPadding: countsPadding)
    return AveragePool(geometry: geometry, isTransposed: false)(self)
  }

  /// The mean of every square window of an NHWC image.
  public func averagePooled(
    window: Int, stride: Int? = nil, padding: Int = 0, countsPadding: Bool = true
  ) -> Tensor {
    averagePooled(
      window: ConvolutionGeometry.Size(window), stride: ConvolutionGeometry.Size(stride ?? window),
      padding: ConvolutionGeometry.Size(padding),
      countsPadding: countsPadding)
  }

  /// An NHWC image at another height and width.
  public func resampled(height: Int, width: Int, _ interpolation: Interpolation = .nearest)
    -> Tensor
  {
    require(
      rank == 4 && height > 0 && width > 0 && shape[1] > 0 && shape[2] > 0,
      "resampling: an image \(shape) (NHWC) to \(height)x\(width)")
    return Resample(
      from: .init(shape[1], shape[2]), to: .init(height, width), interpolation: interpolation,
      isTransposed: false)(self)
  }
}
