import TandemTensors

/// An LSTM whose output is projected to fewer features before it is fed back:
/// `c' = f c + i g`, `h' = W_hr (o tanh(c'))`.
///
/// Parameters by PyTorch's names (`proj_size`), for each layer and direction: `weight_ih_l0`
/// `[4 H, inputs]`, `weight_hh_l0` `[4 H, P]`, `bias_ih_l0` and `bias_hh_l0` `[4 H]`,
/// `weight_hr_l0` `[P, H]`. The state of each is the output `[B, P]` and the memory `[B, H]`.
///
/// Source: Sak, Senior and Beaufays, Long short-term memory based recurrent neural network
/// architectures for large vocabulary speech recognition, 2014.
public struct ProjectedLSTM: SequenceLayer {
  /// Features of a step of the input.
  public let inputSize: Int
  /// Length of the memory, H.
  public let size: Int
  /// Length of the output of one direction, P.
  public let projection: Int
  /// The parameters but for the projections, layer by layer, forward before backward.
  public var weights: [RecurrentWeights]
  /// `weight_hr` of each.
  public var projections: [Tensor]
  private let arrangement: LayerArrangement

  /// Layers one above the other; see `RecurrentLayer` for what is not named here.
  ///
  /// - Parameter projection: Length of the output, P.
  public init(
    _ inputs: Int, _ size: Int, projection: Int, layers: Int = 1, isBidirectional: Bool = false,
    bias: Bool = true, dropout: Double = 0, dropoutIsLocked: Bool = false,
    initialization: RecurrentInitialization = .standard, random: inout RandomStream
  ) {
    require(
      inputs > 0 && size > 0 && projection > 0,
      "ProjectedLSTM: \(inputs) inputs, size \(size), projection \(projection)")
    inputSize = inputs
    self.size = size
    self.projection = projection
    let arrangement = LayerArrangement(
      layers, isBidirectional: isBidirectional, dropout: dropout, dropoutIsLocked: dropoutIsLocked)
    self.arrangement = arrangement
    let bound = 1 / Double(size).squareRoot()
    weights = []
    projections = []
    for place in 0..<arrangement.places {
      weights.append(
        initialization.weights(
          arrangement.inputs(place, inputs, outputs: projection), size, gates: 4, forgetGate: 1,
          bias: bias, outputs: projection, random: &random))
      projections.append(
        (initialization.inputWeights ?? .uniform(-bound..<bound)).tensor(
          [projection, size], random: &random))
    }
  }

  public func callAsFunction(
    _ x: Tensor, state: RecurrentState?, lengths: Tensor?, _ pass: inout Pass
  ) -> (output: Tensor, state: RecurrentState) {
    return arrangement.run(
      x, through: self, inputSize: inputSize, state: state, lengths: lengths, &pass
    ) { work, _ in
      let weights = weights[work.place]
      let result = work.x.linear(weights.input, bias: weights.summedBias).recurrent(
        .lstm, weight: weights.recurrent, hidden: work.state[0], memory: work.state[1],
        lengths: work.lengths, isReversed: work.isReversed,
        outputWeight: projections[work.place])
      return (result.output, [result.hidden, result.memory!])
    }
  }

  public func initialState(batch: Int, _ dtype: DType) -> RecurrentState {
    RecurrentState(
      (0..<arrangement.places).flatMap { _ in
        [Tensor(zeros: [batch, projection], dtype), Tensor(zeros: [batch, size], dtype)]
      })
  }

  public mutating func walk(_ walker: inout ParameterWalker) {
    for place in weights.indices {
      weights[place].walk(&walker, suffix: arrangement.suffix(place))
      walker.parameter("weight_hr\(arrangement.suffix(place))", &projections[place])
    }
  }

  public var description: String {
    let noBias = weights[0].inputBias == nil ? ["no bias"] : []
    return
      (["LSTM \(inputSize)→\(size)→\(arrangement.directions * projection)"]
      + arrangement.remarks + noBias).joined(separator: ", ")
  }

  public func operations(input: Shape) -> Int {
    let rows = input.dropLast().reduce(1, *)
    return weights.indices.reduce(0) { sum, place in
      let it = weights[place]
      let products = it.input.count + it.recurrent.count + projections[place].count
      return sum + rows * (2 * products + (it.inputBias?.count ?? 0))
    }
  }
}
