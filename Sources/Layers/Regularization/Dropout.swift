import TandemTensors

/// Sets each element to zero with probability `rate` in training, and scales the others by
/// `1 / (1 - rate)`; outside of training it does nothing.
///
/// The mask is drawn from the pass's random stream, for every element alone.
///
/// Source: Srivastava et al., Dropout, 2014 (in the inverted form, which scales in training).
public struct Dropout: Layer {
  /// The probability with which an element is dropped.
  public let rate: Double

  /// A layer that drops each element with probability `rate`, in `0 ..< 1`.
  public init(_ rate: Double = 0.5) {
    require((0..<1).contains(rate), "Dropout: a rate of \(rate) is not in 0 ..< 1")
    self.rate = rate
  }

  public func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    guard pass.isTraining, rate > 0 else { return x }
    let dtype: DType = x.dtype == .float64 ? .float64 : .float32
    let kept = pass.random.uniform(x.shape, dtype).greaterOrEqual(rate)
    return x * kept.scaled(by: 1 / (1 - rate)).converted(to: x.dtype)
  }

  public mutating func walk(_ walker: inout ParameterWalker) {}

  public var description: String { "Dropout \(rate)" }
}
