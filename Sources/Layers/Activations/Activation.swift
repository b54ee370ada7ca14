import TandemTensors

/// A function applied to every element.
///
/// In a `Sequential` it is computed together with the layer in front where that one can
/// (`ActivationFusing`).
public struct Activation: Layer {
  /// What is applied to every element.
  public let function: UnaryFunction

  /// A layer that applies `function`.
  public init(_ function: UnaryFunction) { self.function = function }

  /// `max(0, x)`.
  public static let relu = Activation(.relu)
  /// `x` where positive, else `slope x`.
  public static func leakyReLU(_ slope: Double = 0.2) -> Activation {
    Activation(.leakyReLU(slope: slope))
  }
  /// The hyperbolic tangent.
  public static let tanh = Activation(.tanh)
  /// `1 / (1 + e^-x)`.
  public static let sigmoid = Activation(.sigmoid)
  /// `log(1 + e^x)`.
  public static let softplus = Activation(.softplus)
  /// `x Φ(x)`, with the error function.
  public static let gelu = Activation(.gelu)
  /// `x sigmoid(x)`.
  public static let silu = Activation(.silu)

  public func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor { x.applying(function) }

  public mutating func walk(_ walker: inout ParameterWalker) {}

  public var description: String {
    switch function {
    case .relu: "ReLU"
    case .leakyReLU(let slope): "LeakyReLU \(slope)"
    case .gelu: "GELU"
    case .silu: "SiLU"
    default: "\(function)".prefix(1).uppercased() + "\(function)".dropFirst()
    }
  }
}
