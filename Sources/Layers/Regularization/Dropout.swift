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
    pass.dropped(x, rate)
  }

  public mutating func walk(_ walker: inout ParameterWalker) {}

  public var description: String { "Dropout \(rate)" }
}

/// Dropout of sequences `[T, B, features]` with one mask for all steps.
///
/// A feature of a sequence that is dropped at one step is dropped at all of them, so that what a
/// recurrent network sees does not flicker. Kept elements are scaled by `1 / (1 - rate)`; outside
/// of training it does nothing.
///
/// Source: Gal and Ghahramani, A theoretically grounded application of dropout in recurrent
/// neural networks, 2016.
public struct LockedDropout: Layer {
  public let rate: Double

  /// A layer that drops each feature of a sequence with probability `rate`, in `0 ..< 1`.
  public init(_ rate: Double = 0.5) {
    require((0..<1).contains(rate), "LockedDropout: a rate of \(rate) is not in 0 ..< 1")
    self.rate = rate
  }

  public func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    pass.dropped(x, rate, sharing: [0])
  }

  public mutating func walk(_ walker: inout ParameterWalker) {}

  public var description: String { "LockedDropout \(rate)" }
}

extension Pass {
  /// `x` with elements set to zero with probability `rate` and the others scaled by
  /// `1 / (1 - rate)`, in training; `x` itself otherwise.
  ///
  /// - Parameter axes: Axes along which one draw serves for all elements.
  mutating func dropped(_ x: Tensor, _ rate: Double, sharing axes: [Int] = []) -> Tensor {
    guard isTraining, rate > 0 else { return x }
    let extents = x.shape.enumerated().map { axes.contains($0.offset) ? 1 : $0.element }
    return x * keptMask(Shape(extents), rate, x.dtype)
  }

  /// 0 with probability `rate`, otherwise `1 / (1 - rate)`.
  mutating func keptMask(_ shape: Shape, _ rate: Double, _ dtype: DType) -> Tensor {
    let drawn = random.uniform(shape, dtype == .float64 ? .float64 : .float32)
    return drawn.greaterOrEqual(rate).scaled(by: 1 / (1 - rate)).converted(to: dtype)
  }
}
