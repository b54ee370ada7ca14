import CKernels

extension CPUBackend {
  public func layerNorm(_ x: Tensor, scale: Tensor, shift: Tensor, epsilon: Double) -> Tensor {
    guard [x, scale, shift].areSingle else {
      return convert(
        layerNorm(single(x), scale: single(scale), shift: single(shift), epsilon: epsilon),
        to: x.dtype)
    }
    let (rows, columns) = x.shape.rows
    let y = Tensor(uninitialized: x.shape, .float32)
    tk_layer_norm(
      x.pointer, y.pointer, rows, columns, scale.pointer, shift.pointer, epsilon)
    return y
  }

  public func layerNormGradient(_ x: Tensor, scale: Tensor, epsilon: Double, upstream: Tensor)
    -> (input: Tensor, scale: Tensor, shift: Tensor)
  {
    guard [x, scale, upstream].areSingle else {
      let gradient = layerNormGradient(
        single(x), scale: single(scale), epsilon: epsilon, upstream: single(upstream))
      return (
        convert(gradient.input, to: x.dtype), convert(gradient.scale, to: scale.dtype),
        convert(gradient.shift, to: scale.dtype)
      )
    }
    let (rows, columns) = x.shape.rows
    let dx = Tensor(uninitialized: x.shape, .float32)
    let dscale = Tensor(uninitialized: [columns], .float32)
    let dshift = Tensor(uninitialized: [columns], .float32)
    tk_layer_norm_gradient(
      x.pointer, upstream.pointer, rows, columns, scale.pointer, epsilon, dx.pointer,
      dscale.pointer, dshift.pointer)
    return (dx, dscale, dshift)
  }

  public func softmax(_ x: Tensor, logarithm: Bool) -> Tensor {
    guard x.dtype == .float32 else {
      return convert(softmax(single(x), logarithm: logarithm), to: x.dtype)
    }
    let (rows, columns) = x.shape.rows
    let y = Tensor(uninitialized: x.shape, .float32)
    tk_softmax(x.pointer, y.pointer, rows, columns, logarithm ? 1 : 0)
    return y
  }

  public func softmaxGradient(_ y: Tensor, upstream: Tensor, logarithm: Bool) -> Tensor {
    guard [y, upstream].areSingle else {
      return convert(
        softmaxGradient(single(y), upstream: single(upstream), logarithm: logarithm), to: y.dtype)
    }
    let (rows, columns) = y.shape.rows
    let dx = Tensor(uninitialized: y.shape, .float32)
    tk_softmax_gradient(
      y.pointer, upstream.pointer, dx.pointer, rows, columns, logarithm ? 1 : 0)
    return dx
  }

  public func softmaxCrossEntropy(_ logits: Tensor, labels: Tensor) -> Tensor {
    guard logits.dtype == .float32 else {
      return convert(softmaxCrossEntropy(single(logits), labels: labels), to: logits.dtype)
    }
    let (rows, columns) = logits.shape.rows
    let losses = Tensor(uninitialized: [rows], .float32)
    tk_cross_entropy(logits.pointer, labels.integers, losses.pointer, rows, columns)
    return losses
  }

  public func softmaxCrossEntropyGradient(_ logits: Tensor, labels: Tensor, upstream: Tensor)
    -> Tensor
  {
    guard [logits, upstream].areSingle else {
      return convert(
        softmaxCrossEntropyGradient(single(logits), labels: labels, upstream: single(upstream)),
        to: logits.dtype)
    }
    let (rows, columns) = logits.shape.rows
    let dx = Tensor(uninitialized: logits.shape, .float32)
    tk_cross_entropy_gradient(
      logits.pointer, labels.integers, upstream.pointer, dx.pointer, rows, columns)
    return dx
  }

  public func binaryCrossEntropy(_ logits: Tensor, target: Double) -> Tensor {
    guard logits.dtype == .float32 else {
      return convert(binaryCrossEntropy(single(logits), target: target), to: logits.dtype)
    }
    let sum = tk_binary_cross_entropy(logits.pointer, logits.count, Float(target))
    return Tensor(sum / Double(logits.count))
  }

  public func binaryCrossEntropyGradient(_ logits: Tensor, target: Double, upstream: Tensor)
    -> Tensor
  {
    guard logits.dtype == .float32 else {
      return convert(
        binaryCrossEntropyGradient(single(logits), target: target, upstream: upstream),
        to: logits.dtype)
    }
    let dx = Tensor(uninitialized: logits.shape, .float32)
    tk_binary_cross_entropy_gradient(
      logits.pointer, dx.pointer, logits.count, Float(target),
      Float(upstream.scalar / Double(logits.count)))
    return dx
  }
}
