import Foundation

extension ReferenceBackend {
  public func unary(_ f: UnaryFunction, _ x: Tensor) -> Tensor {
    Tensor(x.values.map(f.value), x.shape, .float64)
  }

  public func binary(_ f: BinaryFunction, _ a: Tensor, _ b: Tensor) -> Tensor {
    let shape = a.shape.broadcast(with: b.shape)!
    let (first, second) = (ElementReader(a), ElementReader(b))
    return tensor(shape) { f.value(first[broadcast: $0], second[broadcast: $0]) }
  }
}

extension UnaryFunction {
  /// The function's value in float64.
  package func value(_ x: Double) -> Double {
    switch self {
    case .affine(let scale, let offset): scale * x + offset
    case .power(let exponent): pow(x, exponent)
    case .clamp(let lower, let upper): max(lower, min(upper, x))
    case .exp: Foundation.exp(x)
    case .log: Foundation.log(x)
    case .sqrt: x.squareRoot()
    case .rsqrt: 1 / x.squareRoot()
    case .square: x * x
    case .absolute: abs(x)
    case .sign: x > 0 ? 1 : x < 0 ? -1 : 0
    case .step: x > 0 ? 1 : 0
    case .sin: Foundation.sin(x)
    case .cos: Foundation.cos(x)
    case .erf: Foundation.erf(x)
    case .tanh: Foundation.tanh(x)
    case .sigmoid: 1 / (1 + Foundation.exp(-x))
    case .relu: max(0, x)
    case .leakyReLU(let slope): x > 0 ? x : slope * x
    // log(1 + e^x) = max(x, 0) + log(1 + e^-|x|), which does not overflow.
    case .softplus: max(x, 0) + log1p(Foundation.exp(-abs(x)))
    case .gelu: 0.5 * x * (1 + Foundation.erf(x * 0.5.squareRoot()))
    case .silu: x / (1 + Foundation.exp(-x))
    }
  }
}

extension BinaryFunction {
  /// The function's value in float64.
  package func value(_ a: Double, _ b: Double) -> Double {
    switch self {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .maximum: max(a, b)
    case .minimum: min(a, b)
    case .power: pow(a, b)
    case .greater: a > b ? 1 : 0
    case .greaterOrEqual: a >= b ? 1 : 0
    case .equal: a == b ? 1 : 0
    }
  }
}
