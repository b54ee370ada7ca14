/// `y = f(x)`, element by element: `dx = upstream * f'(x)`.
struct Unary: Primitive {
  let function: UnaryFunction

  func forward(_ inputs: [Tensor]) -> Tensor { inputs[0].backend.unary(function, inputs[0]) }

  func vjp(inputs: [Tensor], output: Tensor, upstream: Tensor, needed: [Bool]) -> [Tensor?] {
    let (x, y) = (inputs[0], output)
    switch function {
    case .affine(let scale, _): return [upstream.scaled(by: scale)]
    case .sign, .step: return [nil]
    default: break
    }
    let saved = function.derivativeReadsOutput ? y : x
    if let kernels = x.dtype.backend.fused, !saved.isTracked, !upstream.isTracked {
      return [kernels.unaryGradient(function, saved: saved, upstream: upstream)]
    }
    return [upstream * function.derivative(saved)]
  }

  func keepsInput(_ index: Int) -> Bool {
    if case .affine = function { return false }
    return !function.derivativeReadsOutput
  }

  var keepsOutput: Bool { function.derivativeReadsOutput }

  static var examples: [Example] {
    let x = Example.tensor([2, 5])
    let positive = Example.positive([2, 5])
    func example(_ f: UnaryFunction, _ x: Tensor) -> Example {
      Example("\(f)", [x]) { Unary(function: f)($0[0]) }
    }
    return [
      example(.affine(scale: -1.5, offset: 2), x), example(.power(3), x),
      example(.power(-1), x), example(.power(0.5), positive),
      example(.clamp(lower: -0.5, upper: 0.45), x), example(.exp, x), example(.log, positive),
      example(.sqrt, positive), example(.rsqrt, positive), example(.square, x),
      example(.absolute, x), example(.sign, x), example(.step, x), example(.sin, x),
      example(.cos, x), example(.erf, x), example(.tanh, x), example(.sigmoid, x),
      example(.relu, x), example(.leakyReLU(slope: 0.2), x), example(.softplus, x),
      example(.gelu, x), example(.silu, x),
    ]
  }
}

/// The same elements under another node; see `Tensor.alias`.
struct Identity: Primitive {
  func forward(_ inputs: [Tensor]) -> Tensor { inputs[0].detached }

  func vjp(inputs: [Tensor], output: Tensor, upstream: Tensor, needed: [Bool]) -> [Tensor?] {
    [upstream]
  }

  func keepsInput(_ index: Int) -> Bool { false }

  static var examples: [Example] {
    [Example("", [Example.tensor([3])]) { Identity()($0[0]) }]
  }
}

extension UnaryFunction {
  /// Whether the derivative is found from `f(x)` rather than from `x`.
  public var derivativeReadsOutput: Bool {
    switch self {
    case .exp, .sqrt, .rsqrt, .tanh, .sigmoid, .relu: true
    case .leakyReLU(let slope): slope > 0
    default: false
    }
  }

  /// `f'(x)`, from `f(x)` where `derivativeReadsOutput`, else from `x`. At a kink it is the
  /// derivative from the left, except for `absolute`, where it is 0.
  func derivative(_ saved: Tensor) -> Tensor {
    switch self {
    case .affine(let scale, _): Tensor(repeating: scale, saved.shape, saved.dtype)
    case .power(let exponent): saved.power(exponent - 1) * exponent
    case .clamp(let lower, let upper):
      saved.greaterOrEqual(lower) * (-saved).greaterOrEqual(-upper)
    case .exp: saved
    case .log: saved.power(-1)
    case .sqrt: 0.5 / saved
    case .rsqrt: saved.power(3) * -0.5
    case .square: saved * 2
    case .absolute: saved.sign()
    case .sign, .step: Tensor(zeros: saved.shape, saved.dtype)
    case .sin: saved.cos()
    case .cos: -saved.sin()
    case .erf: (-saved.squared()).exp() * (2 / Double.pi.squareRoot())
    case .tanh: 1 - saved.squared()
    case .sigmoid: saved * (1 - saved)
    case .relu: saved.step()
    case .leakyReLU(let slope): saved.step() * (1 - slope) + slope
    case .softplus: saved.sigmoid()
    case .gelu:
      // Phi(x) + x phi(x), with the normal distribution Phi and its density phi.
      ((saved * 0.5.squareRoot()).erf() + 1) * 0.5
        + saved * (saved.squared() * -0.5).exp() * (1 / (2 * Double.pi).squareRoot())
    case .silu: saved.sigmoid() * (1 + saved * (1 - saved.sigmoid()))
    }
  }
}

extension Tensor {
  /// `f(x)`, element by element.
  public func applying(_ function: UnaryFunction) -> Tensor {
    require(dtype.isFloatingPoint, "\(function) needs floating-point elements, not \(dtype)")
    return Unary(function: function)(self)
  }

  /// `factor x + offset`.
  public func scaled(by factor: Double, plus offset: Double = 0) -> Tensor {
    applying(.affine(scale: factor, offset: offset))
  }

  /// `x^exponent`.
  public func power(_ exponent: Double) -> Tensor { applying(.power(exponent)) }
  /// `x` limited to `range`.
  public func clamped(to range: ClosedRange<Double>) -> Tensor {
    applying(.clamp(lower: range.lowerBound, upper: range.upperBound))
  }
  /// `e^x`.
  public func exp() -> Tensor { applying(.exp) }
  /// The natural logarithm.
  public func log() -> Tensor { applying(.log) }
  /// The square root.
  public func squareRoot() -> Tensor { applying(.sqrt) }
  /// One over the square root.
  public func reciprocalSquareRoot() -> Tensor { applying(.rsqrt) }
  /// `x^2`.
  public func squared() -> Tensor { applying(.square) }
  /// `|x|`.
  public func absoluteValue() -> Tensor { applying(.absolute) }
  /// -1, 0 or 1; its gradient is zero.
  public func sign() -> Tensor { applying(.sign) }
  /// 1 where positive, else 0; its gradient is zero.
  public func step() -> Tensor { applying(.step) }
  /// The sine.
  public func sin() -> Tensor { applying(.sin) }
  /// The cosine.
  public func cos() -> Tensor { applying(.cos) }
  /// The error function.
  public func erf() -> Tensor { applying(.erf) }
  /// The hyperbolic tangent.
  public func tanh() -> Tensor { applying(.tanh) }
  /// The logistic function `1 / (1 + e^-x)`.
  public func sigmoid() -> Tensor { applying(.sigmoid) }
  /// `max(0, x)`.
  public func relu() -> Tensor { applying(.relu) }
  /// `x` where positive, else `slope x`.
  public func leakyReLU(slope: Double = 0.2) -> Tensor { applying(.leakyReLU(slope: slope)) }
  /// `log(1 + e^x)`.
  public func softplus() -> Tensor { applying(.softplus) }
  /// `x Phi(x)` with the normal distribution Phi (Hendrycks and Gimpel 2016), not approximated.
  public func gelu() -> Tensor { applying(.gelu) }
  /// `x sigmoid(x)`.
  public func silu() -> Tensor { applying(.silu) }
}
