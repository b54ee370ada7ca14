/// A function of one variable applied to every element.
public enum UnaryFunction: Sendable, Hashable {
  /// `scale x + offset`.
  case affine(scale: Double, offset: Double)
  /// `x^exponent`.
  case power(Double)
  /// `max(lower, min(upper, x))`.
  case clamp(lower: Double, upper: Double)
  /// `e^x`.
  case exp
  /// The natural logarithm of `x`.
  case log
  /// `sqrt(x)`.
  case sqrt
  /// `1 / sqrt(x)`.
  case rsqrt
  /// `x^2`.
  case square
  /// `|x|`.
  case absolute
  /// -1, 0 or 1.
  case sign
  /// 1 where `x > 0`, else 0.
  case step
  /// `sin(x)`, x in radians.
  case sin
  /// `cos(x)`, x in radians.
  case cos
  /// The error function, `2 / sqrt(pi)` times the integral of `exp(-t^2)` from 0 to x.
  case erf
  /// `tanh(x)`.
  case tanh
  /// `1 / (1 + exp(-x))`.
  case sigmoid
  /// `max(0, x)`.
  case relu
  /// `x` where positive, else `slope x`.
  case leakyReLU(slope: Double)
  /// `log(1 + exp(x))`.
  case softplus
  /// `x Phi(x)`, with the error function.
  case gelu
  /// `x sigmoid(x)`.
  case silu
}

/// A function of two variables applied element by element, with broadcasting.
public enum BinaryFunction: String, Sendable, Hashable, CaseIterable {
  /// `a + b`, `a - b`, `a b`, `a / b`, the greater, the smaller, `a^b`.
  case add, subtract, multiply, divide, maximum, minimum, power
  /// Masks: 1 where the relation holds, else 0.
  case greater, greaterOrEqual, equal
}

/// What remains of the elements along reduced axes.
public enum Reduction: String, Sendable, Hashable, CaseIterable {
  /// Their sum, or the greatest of them.
  case sum, maximum
}

/// How values between pixels are found.
public enum Interpolation: String, Sendable, Hashable, CaseIterable, Codable {
  /// The value of the nearest pixel.
  case nearest
  /// Linear in both directions, pixel centres at half-integers (`align_corners=False`).
  case bilinear
}
