import TandemTensors

/// An LSTM with layer normalisation of both products and of the memory on its way out:
///
///     i, f, g, o = LN_i(W_ih x) + LN_h(W_hh h),   c' = sigmoid(f) c + sigmoid(i) tanh(g)
///     h' = sigmoid(o) tanh(LN_c(c'))
///
/// The memory itself is carried on as it is, as Ba et al. define it; PyTorch's sample cell carries
/// the normalised one. The norms' shifts take the part of biases.
///
/// Parameters of each layer and direction: `weight_ih_l0` `[4 H, inputs]`, `weight_hh_l0`
/// `[4 H, H]`, and weight and bias of `layernorm_i_l0` `[4 H]`, `layernorm_h_l0` `[4 H]` and
/// `layernorm_c_l0` `[H]`.
///
/// Source: Ba, Kiros and Hinton, Layer normalization, 2016.
public struct LayerNormLSTM: SequenceLayer {
  /// The norms of one direction of one layer.
  public struct Norms: Sendable {
    /// Of the product with the input, of that with the output before, and of the memory.
    public var input, hidden, memory: LayerNorm
  }

  /// Features of a step of the input.
  public let inputSize: Int
  /// Length of the output of one direction, H.
  public let size: Int
  /// The weights, layer by layer, forward before backward.
  public var weights: [RecurrentWeights]
  /// The norms of each.
  public var norms: [Norms]
  private let arrangement: LayerArrangement

  /// Layers one above the other; see `RecurrentLayer` for what is not named here.
  ///
  /// - Parameters:
  ///   - epsilon: Added to the variances.
  ///   - initialization: What the weights start from; its forget bias is the shift of the input
  ///     norm's forget gate.
  public init(
    _ inputs: Int, _ size: Int, layers: Int = 1, isBidirectional: Bool = false,
    dropout: Double = 0, dropoutIsLocked: Bool = false, epsilon: Double = 1e-5,
    initialization: RecurrentInitialization = .standard, random: inout RandomStream
  ) {
    require(inputs > 0 && size > 0, "LayerNormLSTM: \(inputs) inputs, size \(size)")
    inputSize = inputs
    self.size = size
    let arrangement = LayerArrangement(
      layers, isBidirectional: isBidirectional, dropout: dropout, dropoutIsLocked: dropoutIsLocked)
    self.arrangement = arrangement
    weights = []
    norms = []
    for place in 0..<arrangement.places {
      weights.append(
        initialization.weights(
          arrangement.inputs(place, inputs, outputs: size), size, gates: 4, forgetGate: 1,
          bias: false, random: &random))
      var input = LayerNorm(4 * size, epsilon: epsilon)
      input.bias = .concatenate([
        Tensor(zeros: [size]), Tensor(repeating: initialization.forgetBias ?? 0, [size]),
        Tensor(zeros: [2 * size]),
      ])
      norms.append(
        Norms(
          input: input, hidden: LayerNorm(4 * size, epsilon: epsilon),
          memory: LayerNorm(size, epsilon: epsilon)))
    }
  }

  public func callAsFunction(
    _ x: Tensor, state: RecurrentState?, lengths: Tensor?, _ pass: inout Pass
  ) -> (output: Tensor, state: RecurrentState) {
    return arrangement.run(
      x, through: self, inputSize: inputSize, state: state, lengths: lengths, &pass
    ) { work, _ in
      let (weights, norms) = (weights[work.place], norms[work.place])
      // The shift of the product's norm goes the same way as that of the input's.
      var input = norms.input
      input.bias = input.bias + norms.hidden.bias
      let result = input(work.x.linear(weights.input)).recurrent(
        .lstm, weight: weights.recurrent, hidden: work.state[0], memory: work.state[1],
        lengths: work.lengths, isReversed: work.isReversed,
        norms: RecurrentNorms(
          productScale: norms.hidden.weight, memoryScale: norms.memory.weight,
          memoryShift: norms.memory.bias,
          epsilon: .init(product: norms.hidden.epsilon, memory: norms.memory.epsilon)))
      return (result.output, [result.hidden, result.memory!])
    }
  }

  public func initialState(batch: Int, _ dtype: DType) -> RecurrentState {
    RecurrentState(
      (0..<(2 * arrangement.places)).map { _ in Tensor(zeros: [batch, size], dtype) })
  }

  public mutating func walk(_ walker: inout ParameterWalker) {
    for place in weights.indices {
      let suffix = arrangement.suffix(place)
      weights[place].walk(&walker, suffix: suffix)
      walker.child("layernorm_i\(suffix)", &norms[place].input)
      walker.child("layernorm_h\(suffix)", &norms[place].hidden)
      walker.child("layernorm_c\(suffix)", &norms[place].memory)
    }
  }

  public var description: String {
    (["LayerNormLSTM \(inputSize)→\(arrangement.directions * size)"] + arrangement.remarks)
      .joined(separator: ", ")
  }

  public func operations(input: Shape) -> Int {
    let rows = input.dropLast().reduce(1, *)
    return weights.reduce(0) { sum, weights in
      // Two for each element normalised: 4 H, 4 H and H.
      sum + rows * 2 * (weights.input.count + weights.recurrent.count + 9 * size)
    }
  }
}
