import CKernels

extension CPUBackend {
  public func activationGradient(
    _ activation: UnaryFunction, output: Tensor, upstream: Tensor, bias: Bool
  ) -> (input: Tensor, bias: Tensor?) {
    guard upstream.dtype == .float32, output.dtype == .float32 else {
      let (dz, sum) = activationGradient(
        activation, output: single(output), upstream: single(upstream), bias: bias)
      return (convert(dz, to: upstream.dtype), sum.map { convert($0, to: upstream.dtype) })
    }
    let (rows, channels) = upstream.shape.rows
    let dz = Tensor(uninitialized: upstream.shape, .float32)
    let sum = bias ? Tensor(uninitialized: [channels], .float32) : nil
    tk_activation_gradient(
      activation.activation, output.pointer, upstream.pointer, dz.pointer, rows, channels,
      sum?.pointer)
    return (dz, sum)
  }

  public func channelMoments(_ x: Tensor) -> (mean: Tensor, variance: Tensor) {
    guard x.dtype == .float32 else { return channelMoments(single(x)) }
    let (rows, channels) = x.shape.rows
    let mean = Tensor(uninitialized: [channels], .float32)
    let variance = Tensor(uninitialized: [channels], .float32)
    tk_channel_moments(x.pointer, rows, channels, mean.pointer, variance.pointer)
    return (mean, variance)
  }

  public func batchNorm(
    _ x: Tensor, mean: Tensor, variance: Tensor, scale: Tensor, shift: Tensor, epsilon: Double,
    _ activation: UnaryFunction?
  ) -> Tensor {
    guard [x, mean, variance, scale, shift].areSingle else {
      return convert(
        batchNorm(
          single(x), mean: single(mean), variance: single(variance), scale: single(scale),
          shift: single(shift), epsilon: epsilon, activation), to: x.dtype)
    }
    let (rows, channels) = x.shape.rows
    let y = Tensor(uninitialized: x.shape, .float32)
    tk_batch_norm(
      x.pointer, y.pointer, rows, channels, mean.pointer, variance.pointer, scale.pointer,
      shift.pointer, epsilon, activation.activation)
    return y
  }

  public func batchNormGradient(
    _ x: Tensor, mean: Tensor, variance: Tensor, scale: Tensor, epsilon: Double,
    _ activation: UnaryFunction?, output: Tensor, upstream: Tensor
  ) -> (input: Tensor, scale: Tensor, shift: Tensor) {
    let reads =
      activation != nil
      ? [x, mean, variance, scale, upstream, output]
      : [
        x, mean, variance, scale, upstream,
      ]
    guard reads.areSingle else {
      let gradient = batchNormGradient(
        single(x), mean: single(mean), variance: single(variance), scale: single(scale),
        epsilon: epsilon, activation, output: activation != nil ? single(output) : output,
        upstream: single(upstream))
      return (
        convert(gradient.input, to: x.dtype), convert(gradient.scale, to: scale.dtype),
        convert(gradient.shift, to: scale.dtype)
      )
    }
    let (rows, channels) = x.shape.rows
    let dx = Tensor(uninitialized: x.shape, .float32)
    let dscale = Tensor(uninitialized: [channels], .float32)
    let dshift = Tensor(uninitialized: [channels], .float32)
    tk_batch_norm_gradient(
      x.pointer, upstream.pointer, activation != nil ? output.pointer : nil, rows, channels,
      mean.pointer, variance.pointer, scale.pointer, epsilon, activation.activation, dx.pointer,
      dscale.pointer, dshift.pointer)
    return (dx, dscale, dshift)
  }
}

extension [Tensor] {
  /// Whether all are float32.
  var areSingle: Bool { allSatisfy { $0.dtype == .float32 } }
}
