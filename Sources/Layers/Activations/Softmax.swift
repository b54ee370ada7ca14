import TandemTensors

/// `y = exp(x) / sum exp(x)` along the last axis, or its logarithm.
public struct Softmax: Layer {
  /// Whether the result is the logarithm, which neither overflows nor rounds to `log 0`.
  public let logarithm: Bool

  /// A softmax layer.
  public init(logarithm: Bool = false) { self.logarithm = logarithm }

  public func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    logarithm ? x.logSoftmax() : x.softmax()
  }

  public mutating func walk(_ walker: inout ParameterWalker) {}

  public var description: String { logarithm ? "LogSoftmax" : "Softmax" }
}
