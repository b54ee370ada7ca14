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
  /// Whether there is `bias_ih` alone, as in TensorFlow's cells, where PyTorch adds two to the same
  /// sum, which then moves at twice the rate. Not for GRUs, whose second bias stands behind a gate.
  public var hasSingleBias: Bool

  /// An initialisation of the given parts.
  public init(
    inputWeights: Initializer? = nil, recurrentWeights: Initializer? = nil,
    biases: Initializer? = nil, forgetBias: Double? = nil, hasSingleBias: Bool = false
  ) {
    self.inputWeights = inputWeights
    self.recurrentWeights = recurrentWeights
    self.biases = biases
    self.forgetBias = forgetBias
    self.hasSingleBias = hasSingleBias
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

  /// The weights of one direction of one layer of `gates` blocks.
  ///
  /// - Parameters:
  ///   - forgetGate: The block that `forgetBias` is for.
  ///   - outputs: Length of what the layer is fed back, `size` unless it is projected.
  func weights(
    _ inputs: Int, _ size: Int, gates: Int, forgetGate: Int, bias: Bool, outputs: Int? = nil,
    random: inout RandomStream
  ) -> RecurrentWeights {
    let projection = projection(
      inputs, size, gates: gates, forgetGate: forgetGate, bias: bias, random: &random)
    let outputs = outputs ?? size
    let fans = Fans(input: outputs, output: size)
    let recurrent = blocks(recurrentWeights, [size, outputs], fans, gates, size, &random)
    var recurrentBias: Tensor?
    if bias, !hasSingleBias {
      let drawn = blocks(biases, [size], fans, gates, size, &random)
      recurrentBias = forgetBias == nil ? drawn : drawn.with(0, at: forgetGate, of: size)
    }
    return RecurrentWeights(
      input: projection.weight, recurrent: recurrent, inputBias: projection.bias,
      recurrentBias: recurrentBias)
  }

  /// The input weights and their bias alone, of layers that have no others.
  func projection(
    _ inputs: Int, _ size: Int, gates: Int, forgetGate: Int, bias: Bool,
    random: inout RandomStream
  ) -> Linear {
    let fans = Fans(input: inputs, output: size)
    let weight = blocks(inputWeights, [size, inputs], fans, gates, size, &random)
    guard bias else { return Linear(weight: weight, bias: nil) }
    let drawn = blocks(biases, [size], fans, gates, size, &random)
    return Linear(
      weight: weight, bias: forgetBias.map { drawn.with($0, at: forgetGate, of: size) } ?? drawn)
  }

  private func blocks(
    _ initializer: Initializer?, _ shape: Shape, _ fans: Fans, _ gates: Int, _ size: Int,
    _ random: inout RandomStream
  ) -> Tensor {
    let bound = 1 / Double(size).squareRoot()
    let initializer = initializer ?? .uniform(-bound..<bound)
    return .concatenate(
      (0..<gates).map { _ in initializer.tensor(shape, fans: fans, random: &random) })
  }
}

extension Tensor {
  /// This vector with `value` in the block of `size` at `index`.
  fileprivate func with(_ value: Double, at index: Int, of size: Int) -> Tensor {
    .concatenate([
      slice(axis: 0, 0..<(index * size)), Tensor(repeating: value, [size], dtype),
      slice(axis: 0, ((index + 1) * size)..<count),
    ])
  }
}
