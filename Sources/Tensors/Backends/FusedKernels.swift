/// Kernels that do in one pass over memory what several of `Backend` do in many.
///
/// Each has a definition in primitives (the `composed` form of its `FusedPrimitive`), which is
/// what the reference backend computes and what a second derivative differentiates; tests hold
/// the two together.
public protocol FusedKernels: Sendable {
  /// `upstream * f'(x)`, where `saved` is `y = f(x)` if `f.derivativeReadsOutput`, else `x`.
  func unaryGradient(_ f: UnaryFunction, saved: Tensor, upstream: Tensor) -> Tensor

  // MARK: Layers with bias and activation

  /// `f(x w^T + bias)`: x `[n, in]`, weight `[out, in]`, bias `[out]`, result `[n, out]`.
  func linear(_ x: Tensor, _ weight: Tensor, _ bias: Tensor?, _ activation: UnaryFunction?)
    -> Tensor
  /// `f(convolution(x, w) + bias)`, bias `[outputChannels]`.
  func convolution(
    _ x: Tensor, _ weight: Tensor, _ bias: Tensor?, _ activation: UnaryFunction?,
    _ geometry: ConvolutionGeometry
  ) -> Tensor
  /// `f(convolutionTranspose(y, w) + bias)`, bias `[groups * inputChannels]`.
  func convolutionTranspose(
    _ y: Tensor, _ weight: Tensor, _ bias: Tensor?, _ activation: UnaryFunction?,
    _ geometry: ConvolutionGeometry
  ) -> Tensor
  /// Back through an activation and the bias in front of it, in one pass: `dz = upstream * f'`
  /// with f' from the activation's output, and the sum of dz over all but the last axis where
  /// `bias` asks for it.
  func activationGradient(
    _ activation: UnaryFunction, output: Tensor, upstream: Tensor, bias: Bool
  ) -> (input: Tensor, bias: Tensor?)

  // MARK: Batch normalisation over all axes but the last

  /// Mean and (population) variance of each channel of `[..., C]`, both `[C]`, float32.
  func channelMoments(_ x: Tensor) -> (mean: Tensor, variance: Tensor)
  /// `f((x - mean) / sqrt(variance + epsilon) * scale + shift)`.
  func batchNorm(
    _ x: Tensor, mean: Tensor, variance: Tensor, scale: Tensor, shift: Tensor, epsilon: Double,
    _ activation: UnaryFunction?
  ) -> Tensor
  /// The gradients of `batchNorm` for a mean and variance taken from `x` itself.
  ///
  /// f' is found from `output`, so the activation must have `derivativeReadsOutput`.
  func batchNormGradient(
    _ x: Tensor, mean: Tensor, variance: Tensor, scale: Tensor, epsilon: Double,
    _ activation: UnaryFunction?, output: Tensor, upstream: Tensor
  ) -> (input: Tensor, scale: Tensor, shift: Tensor)

  // MARK: Rows: the last axis

  /// `(x - mean) / sqrt(variance + epsilon) * scale + shift` within each row of `[..., C]`.
  func layerNorm(_ x: Tensor, scale: Tensor, shift: Tensor, epsilon: Double) -> Tensor
  /// The gradients of `layerNorm`.
  func layerNormGradient(_ x: Tensor, scale: Tensor, epsilon: Double, upstream: Tensor)
    -> (input: Tensor, scale: Tensor, shift: Tensor)
  /// `exp(x) / sum exp(x)` within each row, or its logarithm.
  func softmax(_ x: Tensor, logarithm: Bool) -> Tensor
  /// The gradient of `softmax` from its output.
  func softmaxGradient(_ y: Tensor, upstream: Tensor, logarithm: Bool) -> Tensor
  /// `logSumExp(x) - x[label]` of each row `[n, classes]`, labels int32 `[n]`: result `[n]`.
  func softmaxCrossEntropy(_ logits: Tensor, labels: Tensor) -> Tensor
  /// `upstream[n] (softmax(x) - onehot(label))`.
  func softmaxCrossEntropyGradient(_ logits: Tensor, labels: Tensor, upstream: Tensor) -> Tensor

  /// `mean(target softplus(-z) + (1 - target) softplus(z))` over all logits z, a scalar.
  func binaryCrossEntropy(_ logits: Tensor, target: Double) -> Tensor
  /// `upstream (sigmoid(z) - target) / n` for each of n logits; upstream is a scalar.
  func binaryCrossEntropyGradient(_ logits: Tensor, target: Double, upstream: Tensor) -> Tensor

  // MARK: Recurrent sequences

  /// The outputs of all steps, laid out as `Recurrent` says, and what its gradient needs to know.
  func recurrent(_ sequence: RecurrentSequence) -> (output: Tensor, record: Tensor)
  /// The gradients of `recurrent` for an upstream of the output's layout; the weight's where it
  /// is needed, bias and memory where the cell has them.
  func recurrentGradient(
    _ sequence: RecurrentSequence, output: Tensor, record: Tensor, upstream: Tensor,
    weightIsNeeded: Bool
  ) -> RecurrentGradient

  // MARK: Pooling

  /// The maximum of every window.
  func maxPool(_ x: Tensor, _ geometry: PoolingGeometry) -> Tensor
  /// Routes the upstream gradient to the first maximum of every window.
  func maxPoolGradient(_ x: Tensor, upstream: Tensor, _ geometry: PoolingGeometry) -> Tensor

  // MARK: Optimizer steps, in place

  /// Applies one `ParameterUpdate` to a parameter and its moments.
  func update(
    _ parameter: inout Tensor, gradient: Tensor, moments: inout [Tensor], _ rule: ParameterUpdate)
  /// `average += (1 - decay) (parameter - average)`.
  func average(_ average: inout Tensor, toward parameter: Tensor, decay: Double)
  /// The sum of squares of all elements, added up in float64.
  func sumOfSquares(_ x: Tensor) -> Double
}

/// One step of an optimizer for one parameter, with the step's scalars worked out.
///
/// `g` is `gradientScale * gradient` (which is how clipping by norm reaches the kernel), clamped
/// to `±gradientLimit`, plus `weightDecay * p` where the decay is part of the gradient.
public struct ParameterUpdate: Sendable, Hashable {
  /// The rule; moments are tensors of the parameter's shape.
  public enum Rule: Sendable, Hashable {
    /// `p -= rate (g)`, or with momentum `v = momentum v + g`, `p -= rate v`
    /// (Nesterov: `p -= rate (g + momentum v)`). Moments: v, where momentum is not zero; on the
    /// first step v = g.
    case sgd(momentum: Double, nesterov: Bool, isFirstStep: Bool)
    /// `s = smoothing s + (1 - smoothing) g^2`, `p -= rate g / (sqrt(s) + epsilon)`. Moments: s.
    case rmsProp(smoothing: Double, epsilon: Double)
    /// `m = beta1 m + (1 - beta1) g`, `v = beta2 v + (1 - beta2) g^2`,
    /// `p -= rate (m / correction1) / (sqrt(v / correction2) + epsilon)`, corrections
    /// `1 - beta^step`. Moments: m, v.
    case adam(
      beta1: Double, beta2: Double, epsilon: Double, correction1: Double, correction2: Double)
  }

  /// The rule of the step.
  public var rule: Rule
  /// The rate of the step.
  public var learningRate: Double
  /// Added to the gradient as `weightDecay * p`.
  public var weightDecay: Double
  /// Applied to the parameter itself before the step, `p *= 1 - rate * decoupledDecay` (AdamW).
  public var decoupledDecay: Double
  /// A factor of the gradient.
  public var gradientScale: Double
  /// Largest magnitude of a gradient's element; infinity for none.
  public var gradientLimit: Double

  /// An update by `rule` with no decay and no clipping unless given.
  public init(
    rule: Rule, learningRate: Double, weightDecay: Double = 0, decoupledDecay: Double = 0,
    gradientScale: Double = 1, gradientLimit: Double = .infinity
  ) {
    self.rule = rule
    self.learningRate = learningRate
    self.weightDecay = weightDecay
    self.decoupledDecay = decoupledDecay
    self.gradientScale = gradientScale
    self.gradientLimit = gradientLimit
  }
}
