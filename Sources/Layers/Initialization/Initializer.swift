import TandemTensors

/// How the elements of a new parameter are drawn.
///
/// The random ones draw from the stream they are given, so a seed fixes every weight. The scaled
/// ones read how many inputs and outputs an element of the layer has (`Fans`).
public enum Initializer: Sendable, Hashable {
  /// The shape of a random distribution whose deviation is given otherwise.
  public enum Distribution: String, Sendable, Hashable, CaseIterable, Codable {
    /// Spread evenly over `±√3 deviation`.
    case uniform
    /// Normally distributed.
    case normal
  }

  /// Which of the layer's two widths keeps its variance.
  public enum Fan: String, Sendable, Hashable, CaseIterable, Codable {
    /// That of the values on the way forward.
    case input
    /// That of the gradients on the way back.
    case output
  }

  /// All 0.
  case zeros
  /// All 1.
  case ones
  /// All the same number.
  case constant(Double)
  /// Normally distributed.
  case normal(mean: Double = 0, deviation: Double)
  /// Normal, where whatever falls more than `limit` deviations from the mean is drawn again.
  case truncatedNormal(mean: Double = 0, deviation: Double, limit: Double = 2)
  /// Even over the range, the upper end excluded.
  case uniform(Range<Double>)
  /// `deviation = gain √(2 / (fanIn + fanOut))` (Glorot and Bengio 2010).
  case xavier(Distribution = .uniform, gain: Double = 1)
  /// `deviation = √(2 / (1 + slope²)) / √fan`, for a leaky ReLU of the given slope behind the
  /// layer, 0 for a ReLU (He et al. 2015).
  case kaiming(Distribution = .uniform, fan: Fan = .input, slope: Double = 0)
  /// `gain` times a matrix `[shape[0], rest]` with orthonormal rows, or columns where it has more
  /// rows than columns (Saxe et al. 2014).
  case orthogonal(gain: Double = 1)

  /// What PyTorch's linear and convolutional layers start from, weights and biases alike:
  /// uniform over `±1/√fanIn`.
  public static let standard = Initializer.kaiming(.uniform, slope: 5.0.squareRoot())

  /// The weights of a DCGAN: `N(0, 0.02²)` (Radford, Metz and Chintala 2015).
  public static let dcgan = Initializer.normal(deviation: 0.02)

  /// The scales of a DCGAN's batch normalisation: `N(1, 0.02²)`.
  public static let dcganScale = Initializer.normal(mean: 1, deviation: 0.02)

  /// A new float32 parameter.
  ///
  /// - Parameters:
  ///   - fans: The widths that the scaled initialisers read: those of `shape` if absent. A bias
  ///     has none of its own and takes its weight's.
  ///   - random: The stream to draw from; moved on by the random ones alone.
  public func tensor(_ shape: Shape, fans: Fans? = nil, random: inout RandomStream) -> Tensor {
    let fans = fans ?? Fans(of: shape)
    switch self {
    case .zeros: return Tensor(zeros: shape)
    case .ones: return Tensor(ones: shape)
    case .constant(let value): return Tensor(repeating: value, shape)
    case .normal(let mean, let deviation):
      return random.normal(shape, mean: mean, deviation: deviation)
    case .truncatedNormal(let mean, let deviation, let limit):
      return Initializer.truncated(shape, limit, &random).scaled(by: deviation, plus: mean)
    case .uniform(let range): return random.uniform(shape, in: range)
    case .xavier(let distribution, let gain):
      return distribution.tensor(
        shape, deviation: gain * (2 / Double(fans.input + fans.output)).squareRoot(), &random)
    case .kaiming(let distribution, let fan, let slope):
      let width = Double(fan == .input ? fans.input : fans.output)
      return distribution.tensor(
        shape, deviation: (2 / (1 + slope * slope)).squareRoot() / width.squareRoot(), &random)
    case .orthogonal(let gain): return Initializer.orthogonal(shape, gain, &random)
    }
  }

  private static func truncated(_ shape: Shape, _ limit: Double, _ random: inout RandomStream)
    -> Tensor
  {
    require(limit > 0, "truncated normal: a limit of \(limit) deviations")
    var values: [Double] = []
    while values.count < shape.elementCount {
      let drawn = random.normal([shape.elementCount - values.count]).values
      values += drawn.filter { abs($0) <= limit }
    }
    return Tensor(values, shape)
  }

  private static func orthogonal(_ shape: Shape, _ gain: Double, _ random: inout RandomStream)
    -> Tensor
  {
    require(shape.rank >= 2, "orthogonal: shape \(shape) is no matrix")
    let (rows, columns) = (shape[0], shape.dropFirst().reduce(1, *))
    let (count, length) = (min(rows, columns), max(rows, columns))
    let vectors = orthonormal(
      random.normal([count, length], .float64).values, count: count, length: length)
    let matrix = Tensor(vectors, [count, length], .float64) * gain
    let oriented = rows <= columns ? matrix : matrix.transposed()
    return oriented.reshaped(to: shape).converted(to: .float32)
  }

  /// `count` vectors of `length`, one after the other, made orthonormal by the modified
  /// Gram-Schmidt process: each loses its parts along those before it and is scaled to length 1.
  ///
  /// The parts are taken off twice, since rounding leaves some of them the first time.
  static func orthonormal(_ vectors: [Double], count: Int, length: Int) -> [Double] {
    var q = vectors
    for i in 0..<count {
      let own = (i * length)..<((i + 1) * length)
      for _ in 0..<2 {
        for j in 0..<i {
          let other = j * length
          var part = 0.0
          for k in 0..<length { part += q[own.lowerBound + k] * q[other + k] }
          for k in 0..<length { q[own.lowerBound + k] -= part * q[other + k] }
        }
      }
      let norm = own.reduce(0.0) { $0 + q[$1] * q[$1] }.squareRoot()
      for k in own { q[k] /= norm }
    }
    return q
  }
}

extension Initializer.Distribution {
  func tensor(_ shape: Shape, deviation: Double, _ random: inout RandomStream) -> Tensor {
    switch self {
    case .normal: return random.normal(shape, deviation: deviation)
    case .uniform:
      let bound = 3.0.squareRoot() * deviation
      return random.uniform(shape, in: -bound..<bound)
    }
  }
}

/// How many numbers an element of a layer's output is made from, and how many an element of its
/// input goes into.
///
/// They are found from the weight's shape as in PyTorch: for a linear layer's `[out, in]` they are
/// `in` and `out`; for a convolution's `[out, in / groups, kh, kw]` they are `in / groups * kh * kw`
/// and `out * kh * kw`. A transposed convolution's weight `[in, out / groups, kh, kw]` is read in
/// the same way, so its `input` is `out / groups * kh * kw`, which is PyTorch's rule too.
public struct Fans: Sendable, Hashable {
  /// Inputs that an output is summed over.
  public var input: Int
  /// Outputs that an input goes into.
  public var output: Int

  /// Fans of the given sizes.
  public init(input: Int, output: Int) {
    self.input = input
    self.output = output
  }

  /// The fans of a layer with weights of the given shape; of a vector, its length.
  public init(of weight: Shape) {
    let window = weight.dropFirst(2).reduce(1, *)
    let rows = weight.rank > 0 ? weight[0] : 1
    self.init(
      input: max((weight.rank > 1 ? weight[1] : rows) * window, 1),
      output: max(rows * window, 1))
  }
}
