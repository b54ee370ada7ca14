import TandemTensors

/// Batch normalisation of each channel of `[..., C]`: vectors and NHWC images alike.
///
///     y = (x - mean) / sqrt(variance + epsilon) * weight + bias
///
/// In training, mean and variance are the batch's own over all axes but the last (the variance
/// divided by m, the elements of a channel), and the pass is left new running statistics:
///
///     running = (1 - momentum) running + momentum * batch's,
///
/// for which the variance is divided by m - 1. They take effect with `commit`. Outside of training
/// the running statistics are used. A channel of a single element has variance 0.
///
/// Parameters: `weight`, `bias` `[C]`. Buffers: `running_mean`, `running_var` `[C]`,
/// `num_batches_tracked`, an int32 scalar.
///
/// Source: Ioffe and Szegedy, Batch Normalization, 2015.
public struct BatchNorm: ActivationFusing {
  /// `[C]`.
  public var weight: Tensor
  /// `[C]`.
  public var bias: Tensor
  /// `[C]`.
  public private(set) var runningMean: Tensor
  /// `[C]`.
  public private(set) var runningVariance: Tensor
  /// How many batches the running statistics have seen.
  public private(set) var batchesTracked: Tensor
  /// The weight of the newest batch in the running statistics.
  public let momentum: Double
  /// What is added to the variance, so that none is zero.
  public let epsilon: Double

  /// A layer for `channels` channels with scale 1 and shift 0.
  public init(_ channels: Int, momentum: Double = 0.1, epsilon: Double = 1e-5) {
    weight = Tensor(ones: [channels])
    bias = Tensor(zeros: [channels])
    runningMean = Tensor(zeros: [channels])
    runningVariance = Tensor(ones: [channels])
    batchesTracked = Tensor(indices: [0], [])
    self.momentum = momentum
    self.epsilon = epsilon
  }

  /// A layer for `channels` channels whose scale is drawn, such as by `Initializer.dcganScale`.
  public init(
    _ channels: Int, scales: Initializer, momentum: Double = 0.1, epsilon: Double = 1e-5,
    random: inout RandomStream
  ) {
    self.init(channels, momentum: momentum, epsilon: epsilon)
    weight = scales.tensor([channels], random: &random)
  }

  public func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    output(x, &pass, nil)
  }

  public func callAsFunction(_ x: Tensor, _ pass: inout Pass, then activation: UnaryFunction)
    -> Tensor
  {
    output(x, &pass, activation)
  }

  private func output(_ x: Tensor, _ pass: inout Pass, _ activation: UnaryFunction?) -> Tensor {
    guard pass.isTraining else {
      return x.batchNorm(
        scale: weight, shift: bias, mean: pass.current(runningMean),
        variance: pass.current(runningVariance), epsilon: epsilon, activation: activation)
    }
    let (output, mean, variance) = x.batchNorm(
      scale: weight, shift: bias, epsilon: epsilon, activation: activation)
    let elements = Double(x.count / max(weight.count, 1))
    let unbiased = variance * (elements / max(elements - 1, 1))
    track(runningMean, mean, &pass)
    track(runningVariance, unbiased, &pass)
    let batches = Int(pass.current(batchesTracked).scalar) + 1
    pass.replace(batchesTracked, with: Tensor(indices: [batches], []))
    return output
  }

  private func track(_ running: Tensor, _ found: Tensor, _ pass: inout Pass) {
    let found = found.converted(to: running.dtype)
    pass.replace(running, with: pass.current(running) * (1 - momentum) + found * momentum)
  }

  public mutating func walk(_ walker: inout ParameterWalker) {
    walker.parameter("weight", &weight)
    walker.parameter("bias", &bias)
    walker.buffer("running_mean", &runningMean)
    walker.buffer("running_var", &runningVariance)
    walker.buffer("num_batches_tracked", &batchesTracked)
  }

  public var description: String { "BatchNorm \(weight.count)" }

  public func operations(input: Shape) -> Int { 2 * input.elementCount }
}
