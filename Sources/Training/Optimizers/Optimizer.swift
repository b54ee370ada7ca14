import TandemLayers
import TandemTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Changes a model's parameters along their gradients, one fused pass over memory a parameter.
///
///     var optimizer = try Optimizer.adam(learningRate: 2e-4, beta1: 0.5)
///     let (loss, gradients) = valueAndGradients(of: model) { $0(x).squared().mean() }
///     try optimizer.update(&model, along: gradients)
///
/// An optimizer belongs to one model. It is a value: a copy holds the step count and the moments
/// of its time.
public struct Optimizer: Sendable {
  /// How a step follows from the gradient g of a parameter p. All moments start at zero.
  public enum Rule: Sendable, Hashable {
    /// Stochastic gradient descent: `p -= rate g`.
    ///
    /// With momentum, `v = momentum v + g` (v = g in the first step) and `p -= rate v`, or
    /// `p -= rate (g + momentum v)` in Nesterov's form (Sutskever et al. 2013). The rate stands
    /// outside of v, as in PyTorch's `SGD` with dampening 0.
    case sgd(momentum: Double = 0, nesterov: Bool = false)
    /// RMSprop: `s = smoothing s + (1 - smoothing) g^2`, `p -= rate g / (sqrt(s) + epsilon)`
    /// (Tieleman and Hinton 2012; PyTorch's `RMSprop`, not centred, without momentum).
    case rmsProp(smoothing: Double = 0.99, epsilon: Double = 1e-8)
    /// Adam: `m = beta1 m + (1 - beta1) g`, `v = beta2 v + (1 - beta2) g^2`, and in step t
    /// `p -= rate (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)`
    /// (Kingma and Ba 2015; PyTorch's `Adam`).
    case adam(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8)
  }

  /// How a step follows from the gradient.
  public let rule: Rule
  /// The rate of the next step; a schedule sets it between steps.
  public var learningRate: Double
  /// L2 penalty: `weightDecay p` is added to the gradient, after clipping.
  public let weightDecay: Double
  /// Decoupled decay (Loshchilov and Hutter 2019): `p *= 1 - rate decoupledDecay` before a step.
  public let decoupledDecay: Double
  /// How large gradients are made smaller.
  public let clipping: GradientClipping?
  /// Whether each step first measures the norm of the gradients, and refuses ones that are not
  /// finite. It costs one reading of the gradients; clipping by norm measures in any case.
  public var measuresGradients: Bool

  /// Whether steps leave their gradients in `keptGradients`. Kept, they take the memory of the
  /// parameters once more.
  public var keepsGradients = false {
    didSet { if !keepsGradients { gradients = [] } }
  }
  /// The gradients of the last step, where they were kept.
  var gradients: [Tensor] = []

  /// Steps made.
  public internal(set) var step = 0
  /// The parameters' names and moments, in the order of the walk, from the first step on.
  var names: [String] = []
  var moments: [[Tensor]] = []

  /// An optimizer that has made no step.
  ///
  /// - Throws: `HyperparameterError` for a value outside of its range.
  public init(
    _ rule: Rule, learningRate: Double, weightDecay: Double = 0, decoupledDecay: Double = 0,
    clipping: GradientClipping? = nil, measuresGradients: Bool = true
  ) throws(HyperparameterError) {
    try HyperparameterError.checkNotNegative("learningRate", learningRate)
    try HyperparameterError.checkNotNegative("weightDecay", weightDecay)
    try HyperparameterError.checkNotNegative("decoupledDecay", decoupledDecay)
    try rule.validate()
    try clipping?.validate()
    self.rule = rule
    self.learningRate = learningRate
    self.weightDecay = weightDecay
    self.decoupledDecay = decoupledDecay
    self.clipping = clipping
    self.measuresGradients = measuresGradients
  }
}

extension Optimizer {
  /// Stochastic gradient descent; see `Rule.sgd`.
  public static func sgd(
    learningRate: Double, momentum: Double = 0, nesterov: Bool = false, weightDecay: Double = 0,
    clipping: GradientClipping? = nil
  ) throws(HyperparameterError) -> Optimizer {
    try Optimizer(
      .sgd(momentum: momentum, nesterov: nesterov), learningRate: learningRate,
      weightDecay: weightDecay, clipping: clipping)
  }

  /// RMSprop; see `Rule.rmsProp`.
  public static func rmsProp(
    learningRate: Double = 0.01, smoothing: Double = 0.99, epsilon: Double = 1e-8,
    weightDecay: Double = 0, clipping: GradientClipping? = nil
  ) throws(HyperparameterError) -> Optimizer {
    try Optimizer(
      .rmsProp(smoothing: smoothing, epsilon: epsilon), learningRate: learningRate,
      weightDecay: weightDecay, clipping: clipping)
  }

  /// Adam, its weight decay a part of the gradient; see `Rule.adam`.
  public static func adam(
    learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8, weightDecay: Double = 0, clipping: GradientClipping? = nil
  ) throws(HyperparameterError) -> Optimizer {
    try Optimizer(
      .adam(beta1: beta1, beta2: beta2, epsilon: epsilon), learningRate: learningRate,
      weightDecay: weightDecay, clipping: clipping)
  }

  /// Adam with decoupled weight decay (Loshchilov and Hutter 2019; PyTorch's `AdamW`).
  public static func adamW(
    learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8, weightDecay: Double = 0.01, clipping: GradientClipping? = nil
  ) throws(HyperparameterError) -> Optimizer {
    try Optimizer(
      .adam(beta1: beta1, beta2: beta2, epsilon: epsilon), learningRate: learningRate,
      decoupledDecay: weightDecay, clipping: clipping)
  }
}

extension Optimizer.Rule {
  /// What the tensors that the rule keeps for a parameter are called, in the kernel's order.
  var momentNames: [String] {
    switch self {
    case .sgd(let momentum, _): momentum == 0 ? [] : ["velocity"]
    case .rmsProp: ["moment2"]
    case .adam: ["moment1", "moment2"]
    }
  }

  /// The kernel's rule for a step, counted from 1.
  func kernelRule(step: Int) -> ParameterUpdate.Rule {
    switch self {
    case .sgd(let momentum, let nesterov):
      .sgd(momentum: momentum, nesterov: nesterov, isFirstStep: step == 1)
    case .rmsProp(let smoothing, let epsilon):
      .rmsProp(smoothing: smoothing, epsilon: epsilon)
    case .adam(let beta1, let beta2, let epsilon):
      .adam(
        beta1: beta1, beta2: beta2, epsilon: epsilon,
        correction1: 1 - pow(beta1, Double(step)), correction2: 1 - pow(beta2, Double(step)))
    }
  }

  func validate() throws(HyperparameterError) {
    switch self {
    case .sgd(let momentum, let nesterov):
      try HyperparameterError.check("momentum", momentum, in: 0..<1)
      if nesterov && momentum == 0 {
        throw HyperparameterError(
          name: "momentum", value: "0.0", expected: "positive for Nesterov's form")
      }
    case .rmsProp(let smoothing, let epsilon):
      try HyperparameterError.check("smoothing", smoothing, in: 0..<1)
      try HyperparameterError.checkNotNegative("epsilon", epsilon)
    case .adam(let beta1, let beta2, let epsilon):
      try HyperparameterError.check("beta1", beta1, in: 0..<1)
      try HyperparameterError.check("beta2", beta2, in: 0..<1)
      try HyperparameterError.checkNotNegative("epsilon", epsilon)
    }
  }
}
