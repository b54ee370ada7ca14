/// `y = exp(x) / sum exp(x)` within each row of `[..., C]`, or its logarithm.
///
///     dx = y (g - sum g y)             softmax
///     dx = g - exp(y) sum g            log-softmax
struct Softmax: FusedPrimitive {
  let logarithm: Bool

  func composed(_ inputs: [Tensor]) -> Tensor {
    let logarithms = inputs[0] - inputs[0].logSumExp(-1)
    return logarithm ? logarithms : logarithms.exp()
  }

  func fusedForward(_ inputs: [Tensor], _ kernels: any FusedKernels) -> Tensor {
    kernels.softmax(inputs[0], logarithm: logarithm)
  }

  func fusedVJP(
    inputs: [Tensor], output: Tensor, upstream: Tensor, needed: [Bool],
    _ kernels: any FusedKernels
  ) -> [Tensor?] {
    [kernels.softmaxGradient(output, upstream: upstream, logarithm: logarithm)]
  }

  // The definition reads the input, the kernel the output.
  var keepsOutput: Bool { true }

  static var examples: [Example] {
    [false, true].map { logarithm in
      Example(logarithm ? "logarithm" : "", [Example.tensor([2, 3, 4])]) {
        Softmax(logarithm: logarithm).apply($0)
      }
    }
  }
}

/// `logSumExp(x) - x[label]` of each row; `dx = upstream (softmax(x) - onehot(label))`.
struct SoftmaxCrossEntropy: FusedPrimitive {
  func composed(_ inputs: [Tensor]) -> Tensor {
    let (logits, labels) = (inputs[0], inputs[1])
    let classes = logits.shape[1]
    let numbers = Tensor((0..<classes).map(Double.init), [classes], logits.dtype)
    let isLabel = numbers.equal(
      labels.converted(to: logits.dtype).reshaped(to: [labels.count, 1]))
    return logits.logSumExp(-1, keepsAxes: false) - (logits * isLabel).sum(-1, keepsAxes: false)
  }

  func fusedForward(_ inputs: [Tensor], _ kernels: any FusedKernels) -> Tensor {
    kernels.softmaxCrossEntropy(inputs[0], labels: inputs[1])
  }

  func fusedVJP(
    inputs: [Tensor], output: Tensor, upstream: Tensor, needed: [Bool],
    _ kernels: any FusedKernels
  ) -> [Tensor?] {
    [kernels.softmaxCrossEntropyGradient(inputs[0], labels: inputs[1], upstream: upstream), nil]
  }

  static var examples: [Example] {
    [
      Example("", [Example.tensor([3, 4]), Tensor(indices: [2, 0, 3])]) {
        SoftmaxCrossEntropy().apply($0)
      }
    ]
  }
}

extension Tensor {
  /// `exp(x) / sum exp(x)` along an axis.
  public func softmax(_ axis: Int = -1) -> Tensor { softmax(axis, logarithm: false) }

  /// The logarithm of `softmax`, without overflow or rounding to `log 0`.
  public func logSoftmax(_ axis: Int = -1) -> Tensor { softmax(axis, logarithm: true) }

  private func softmax(_ axis: Int, logarithm: Bool) -> Tensor {
    // The kernels work on the last axis, so another one trades places with it.
    var exchange = Array(shape.indices)
    exchange.swapAt(shape.axis(axis), rank - 1)
    return Softmax(logarithm: logarithm).apply([transposed(exchange)]).transposed(exchange)
  }

  /// The cross-entropy in nats of each row of logits `[n, classes]` with its label (int32 `[n]`,
  /// each in `0 ..< classes`): `-log softmax(x)[label]`, shape `[n]`.
  public func softmaxCrossEntropy(labels: Tensor) -> Tensor {
    require(
      rank == 2 && labels.shape == [shape[0]] && labels.dtype == .int32,
      "softmax cross-entropy: logits \(shape), labels \(labels.dtype)\(labels.shape)")
    labels.checkIndices("softmax cross-entropy", below: shape[1])
    return SoftmaxCrossEntropy().apply([self, labels])
  }
}
