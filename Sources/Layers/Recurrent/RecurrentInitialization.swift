import TandemTensors

/// What the parameters of a recurrent layer start from.
///
/// Every gate's block is a matrix of its own, `[H, inputs]` or `[H, H]`: its fans are its own, and
/// an orthogonal start makes each block orthogonal. What is absent is drawn as PyTorch does it,
/// uniform over `±1/√H`, biases included.
public struct RecurrentInitialization: Sendable, Hashable {
  /// The blocks of the input weights.
  public var inputWeights: Initializer?
  /// The blocks of the recurrent weights.
  public var recurrentWeights: Initializer?
  /// Both biases.
  public var biases: Initializer?
  /// The forget gate's bias at the start: the part of `bias_ih`, where that of `bias_hh` is zero.
  /// For LSTMs alone (Jozefowicz, Zaremba and Sutskever 2015 advise 1).
  public var forgetBias: Double?

  /// An initialisation of the given parts.
  public init(
    inputWeights: Initializer? = nil, recurrentWeights: Initializer? = nil,
    biases: Initializer? = nil, forgetBias: Double? = nil
  ) {
    self.inputWeights = inputWeights
    self.recurrentWeights = recurrentWeights
    self.biases = biases
    self.forgetBias = forgetBias
  }

  /// PyTorch's: everything uniform over `±1/√H`.
  public static let standard = RecurrentInitialization()

  /// Everything uniform over `±bound`: with 0.1, the small model of TensorFlow's PTB tutorial,
  /// whose biases are zero.
  public static func uniform(_ bound: Double, biases: Initializer? = nil)
    -> RecurrentInitialization
  {
    require(bound > 0, "recurrent initialisation: a bound of \(bound)")
    let even = Initializer.uniform(-bound..<bound)
    return RecurrentInitialization(
      inputWeights: even, recurrentWeights: even, biases: biases ?? even)
  }

  /// Glorot's input weights, orthogonal recurrent weights and biases of zero, but for the forget
  /// gate's.
  public static func orthogonal(forgetBias: Double? = nil) -> RecurrentInitialization {
    RecurrentInitialization(
      inputWeights: .xavier(), recurrentWeights: .orthogonal(), biases: .zeros,
      forgetBias: forgetBias)
  }

  /// The weights of one direction of one layer of `gates` blocks, in the order input weights,
  /// recurrent weights, biases.
  ///
  /// - Parameters:
  ///   - forgetGate: The block that `forgetBias` is for.
  ///   - outputs: Length of what the layer is fed back, `size` unless it is projected.
  func weights(
    _ inputs: Int, _ size: Int, gates: Int, forgetGate: Int?, bias: Bool, outputs: Int? = nil,
    random: inout RandomStream
  ) -> RecurrentWeights {
    let outputs = outputs ?? size
    let bound = 1 / Double(size).squareRoot()
    func blocks(_ shape: Shape, _ fans: Fans, _ initializer: Initializer?) -> Tensor {
      let initializer = initializer ?? .uniform(-bound..<bound)
      return .concatenate(
        (0..<gates).map { _ in initializer.tensor(shape, fans: fans, random: &random) })
    }
    let (inner, recurrent) = (
      Fans(input: inputs, output: size), Fans(input: outputs, output: size)
    )
    var weights = RecurrentWeights(
      input: blocks([size, inputs], inner, inputWeights),
      recurrent: blocks([size, outputs], recurrent, recurrentWeights))
    guard bias else { return weights }
    var inputBias = blocks([size], inner, biases)
    var recurrentBias = blocks([size], recurrent, biases)
    if let forgetBias, let forgetGate {
      let block = (forgetGate * size)..<((forgetGate + 1) * size)
      inputBias = inputBias.with(forgetBias, at: block)
      recurrentBias = recurrentBias.with(0, at: block)
    }
    (weights.inputBias, weights.recurrentBias) = (inputBias, recurrentBias)
    return weights
  }
}

extension Tensor {
  /// This vector with `value` at the positions of `range`.
  fileprivate func with(_ value: Double, at range: Range<Int>) -> Tensor {
    .concatenate([
      slice(axis: 0, 0..<range.lowerBound), Tensor(repeating: value, [range.count], dtype),
      slice(axis: 0, range.upperBound..<count),
    ])
  }
}
