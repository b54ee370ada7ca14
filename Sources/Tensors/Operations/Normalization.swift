/// Batch normalisation of `[..., C]` by the mean and variance of each channel of the batch itself.
///
/// With the normalised `u = (x - mean) / s`, `s = sqrt(variance + epsilon)` and `y = f(scale u +
/// shift)`, where mean and variance depend on all m elements of a channel,
///
///     dz = upstream f'(y),  dshift = sum dz,  dscale = sum dz u
///     dx = scale / s (dz - dshift / m - u dscale / m)
///
/// Source: Ioffe and Szegedy, Batch Normalization, 2015.
struct BatchNorm: FusedPrimitive {
  /// The statistics of the batch, `[C]`, for the kernels; the definition finds its own.
  let mean: Tensor
  let variance: Tensor
  let epsilon: Double
  let activation: UnaryFunction?

  func composed(_ inputs: [Tensor]) -> Tensor {
    let axes = Array(0..<(inputs[0].rank - 1))
    let z = inputs[0].normalized(over: axes, epsilon: epsilon) * inputs[1] + inputs[2]
    return activation.map { z.applying($0) } ?? z
  }

  func fusedForward(_ inputs: [Tensor], _ kernels: any FusedKernels) -> Tensor {
    kernels.batchNorm(
      inputs[0], mean: mean, variance: variance, scale: inputs[1], shift: inputs[2],
      epsilon: epsilon, activation)
  }

  func fusedVJP(
    inputs: [Tensor], output: Tensor, upstream: Tensor, needed: [Bool],
    _ kernels: any FusedKernels
  ) -> [Tensor?] {
    let gradient = kernels.batchNormGradient(
      inputs[0], mean: mean, variance: variance, scale: inputs[1], epsilon: epsilon, activation,
      output: output, upstream: upstream)
    return [gradient.input, gradient.scale, gradient.shift]
  }

  var keepsOutput: Bool { activation != nil }

  static var examples: [Example] {
    let parameters = [Example.positive([3], seed: 2), Example.tensor([3], seed: 3)]
    let cases: [(Shape, UnaryFunction?)] = [
      ([6, 3], nil), ([2, 2, 3, 3], .relu), ([2, 2, 2, 3], .leakyReLU(slope: 0.2)),
    ]
    return cases.map { shape, activation in
      Example("\(shape)", [Example.tensor(shape)] + parameters) {
        $0[0].batchNorm(scale: $0[1], shift: $0[2], epsilon: 1e-3, activation: activation).output
      }
    }
  }
}

/// Layer normalisation of each row of `[..., C]`: as `BatchNorm`, with the statistics of the row.
///
/// Source: Ba, Kiros and Hinton, Layer Normalization, 2016.
struct LayerNorm: FusedPrimitive {
  let epsilon: Double

  func composed(_ inputs: [Tensor]) -> Tensor {
    inputs[0].normalized(over: [inputs[0].rank - 1], epsilon: epsilon) * inputs[1] + inputs[2]
  }

  func fusedForward(_ inputs: [Tensor], _ kernels: any FusedKernels) -> Tensor {
    kernels.layerNorm(inputs[0], scale: inputs[1], shift: inputs[2], epsilon: epsilon)
  }

  func fusedVJP(
    inputs: [Tensor], output: Tensor, upstream: Tensor, needed: [Bool],
    _ kernels: any FusedKernels
  ) -> [Tensor?] {
    let gradient = kernels.layerNormGradient(
      inputs[0], scale: inputs[1], epsilon: epsilon, upstream: upstream)
    return [gradient.input, gradient.scale, gradient.shift]
  }

  static var examples: [Example] {
    let parameters = [Example.positive([4], seed: 2), Example.tensor([4], seed: 3)]
    return [Shape([3, 4]), [2, 3, 4]].map { shape in
      Example("\(shape)", [Example.tensor(shape)] + parameters) {
        $0[0].layerNorm(scale: $0[1], shift: $0[2], epsilon: 1e-3)
      }
    }
  }
}

extension Tensor {
  /// `(x - mean) / sqrt(variance + epsilon)` with the statistics over `axes`.
  func normalized(over axes: [Int], epsilon: Double) -> Tensor {
    let centred = self - mean(over: axes)
    return centred * (centred.squared().mean(over: axes) + epsilon).reciprocalSquareRoot()
  }

  /// Batch normalisation of `[..., C]` by the batch's own statistics, followed by an activation:
  /// `f((x - mean) / sqrt(variance + epsilon) * scale + shift)`, scale and shift `[C]`.
  ///
  /// - Returns: The result with the batch's mean and (population) variance, `[C]`, untracked.
  public func batchNorm(
    scale: Tensor, shift: Tensor, epsilon: Double, activation: UnaryFunction? = nil
  ) -> (output: Tensor, mean: Tensor, variance: Tensor) {
    checkNormalization("batch norm", scale, shift)
    if let activation, !activation.derivativeReadsOutput {
      let (output, mean, variance) = batchNorm(scale: scale, shift: shift, epsilon: epsilon)
      return (output.applying(activation), mean, variance)
    }
    let (mean, variance) = channelMoments()
    let output = BatchNorm(
      mean: mean, variance: variance, epsilon: epsilon, activation: activation
    ).apply([self, scale, shift])
    return (output, mean, variance)
  }

  /// The mean and (population) variance of each channel of `[..., C]`, untracked, `[C]`.
  public func channelMoments() -> (mean: Tensor, variance: Tensor) {
    let x = detached
    if let kernels = backend.fused { return kernels.channelMoments(x) }
    let axes = Array(0..<(rank - 1))
    return (x.mean(over: axes, keepsAxes: false), x.variance(over: axes, keepsAxes: false))
  }

  /// Normalisation of `[..., C]` by given statistics, all `[C]`, followed by an activation.
  public func batchNorm(
    scale: Tensor, shift: Tensor, mean: Tensor, variance: Tensor, epsilon: Double,
    activation: UnaryFunction? = nil
  ) -> Tensor {
    checkNormalization("batch norm", scale, shift)
    let factor = scale * (variance + epsilon).reciprocalSquareRoot()
    let z = self * factor + (shift - mean * factor)
    return activation.map { z.applying($0) } ?? z
  }

  /// Layer normalisation of each row of `[..., C]`; scale and shift `[C]`.
  public func layerNorm(scale: Tensor, shift: Tensor, epsilon: Double) -> Tensor {
    checkNormalization("layer norm", scale, shift)
    return LayerNorm(epsilon: epsilon).apply([self, scale, shift])
  }

  /// Group normalisation of NHWC images: the channels of each image in `groups` groups, each
  /// normalised over its channels and all pixels (Wu and He 2018). With one channel a group it is
  /// instance normalisation.
  public func groupNorm(groups: Int, scale: Tensor, shift: Tensor, epsilon: Double) -> Tensor {
    checkNormalization("group norm", scale, shift)
    let channels = shape[rank - 1]
    require(
      rank >= 2 && groups > 0 && channels.isMultiple(of: groups),
      "group norm: \(groups) groups do not divide the channels of shape \(shape)")
    let pixels = shape.dropFirst().dropLast().reduce(1, *)
    let grouped = reshaped(to: [shape[0], pixels, groups, channels / groups])
    return grouped.normalized(over: [1, 3], epsilon: epsilon).reshaped(to: shape) * scale + shift
  }

  private func checkNormalization(_ operation: String, _ scale: Tensor, _ shift: Tensor) {
    require(
      rank >= 2 && scale.shape == [shape[rank - 1]] && shift.shape == scale.shape,
      "\(operation): scale \(scale.shape) and shift \(shift.shape) on an input \(shape)")
    require(
      dtype == scale.dtype && dtype == shift.dtype,
      "\(operation): the input is \(dtype), the scale \(scale.dtype)")
  }
}
