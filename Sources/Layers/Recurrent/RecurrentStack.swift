import TandemTensors

/// Layers of a recurrent cell, one above the other, each read in one direction or in both.
///
/// `RNN`, `GRU` and `LSTM` are this with their own cell; it serves where the cell is chosen at run
/// time. Parameters have PyTorch's names, meaning and gate order: `weight_ih_l0`
/// `[gates * H, inputs]`, `weight_hh_l0` `[gates * H, H]`, `bias_ih_l0` and `bias_hh_l0`
/// `[gates * H]`, then `_l0_reverse` of the other direction, then those of layer 1, and so on.
///
/// The projection of all steps is one matrix product, the steps are one `Tensor.recurrent`. The
/// outputs of both directions stand side by side, forward first, `[T, B, 2 H]`.
///
/// Dropout falls on the outputs of every layer but the last: on each element alone, or by one
/// mask for all steps where it is locked (Gal and Ghahramani 2016). Weight drop sets elements of
/// the recurrent weights to zero for the whole of a training pass (Merity, Keskar and Socher
/// 2017). Both scale what they keep by `1 / (1 - rate)`.
public struct RecurrentStack: SequenceLayer {
  public let cell: RecurrentCell
  /// Features of a step of the input.
  public let inputSize: Int
  /// Length of the output of one direction, H.
  public let size: Int
  /// Probability that an element of the recurrent weights is dropped.
  public let weightDrop: Double
  /// The parameters, layer by layer, forward before backward.
  public var weights: [RecurrentWeights]
  private let arrangement: LayerArrangement

  /// `layers` layers of `cell` over steps of `inputs` features, with outputs of `size`.
  public init(
    _ cell: RecurrentCell, _ inputs: Int, _ size: Int, layers: Int = 1,
    isBidirectional: Bool = false, bias: Bool = true, dropout: Double = 0,
    dropoutIsLocked: Bool = false, weightDrop: Double = 0,
    initialization: RecurrentInitialization = .standard, random: inout RandomStream
  ) {
    require(inputs > 0 && size > 0, "\(cell): \(inputs) inputs, size \(size)")
    require(
      (0..<1).contains(weightDrop), "\(cell): a weight drop of \(weightDrop) is not in 0 ..< 1")
    require(
      initialization.forgetBias == nil || (cell == .lstm && bias),
      "\(cell): a forget bias is for LSTMs with biases")
    require(
      !(initialization.hasSingleBias && cell.hasRecurrentBias),
      "\(cell): both biases are needed, one of them stands behind a gate")
    let arrangement = LayerArrangement(
      layers, isBidirectional: isBidirectional, dropout: dropout, dropoutIsLocked: dropoutIsLocked)
    self.cell = cell
    self.arrangement = arrangement
    inputSize = inputs
    self.size = size
    self.weightDrop = weightDrop
    weights = []
    for place in 0..<arrangement.places {
      weights.append(
        initialization.weights(
          arrangement.inputs(place, inputs, outputs: size), size, gates: cell.gateCount,
          forgetGate: 1, bias: bias, random: &random))
    }
  }

  /// The number of layers.
  public var layers: Int { arrangement.layers }

  /// Whether each layer is read backwards too.
  public var isBidirectional: Bool { arrangement.isBidirectional }

  /// Features of a step of the output.
  public var outputSize: Int { arrangement.directions * size }

  public func callAsFunction(
    _ x: Tensor, state: RecurrentState?, lengths: Tensor?, _ pass: inout Pass
  ) -> (output: Tensor, state: RecurrentState) {
    return arrangement.run(
      x, through: self, inputSize: inputSize, state: state, lengths: lengths, &pass
    ) { work, pass in
      let weights = weights[work.place]
      let (projection, bias) = projection(work.x, weights)
      let result = projection.recurrent(
        cell, weight: pass.dropped(weights.recurrent, weightDrop), bias: bias,
        hidden: work.state[0], memory: cell.hasMemory ? work.state[1] : nil,
        lengths: work.lengths, isReversed: work.isReversed)
      return (result.output, [result.hidden, result.memory].compactMap { $0 })
    }
  }

  /// The products of all steps with the input weights, and the bias that the steps still need.
  package func projection(_ x: Tensor, _ weights: RecurrentWeights) -> (Tensor, bias: Tensor?) {
    if cell.hasRecurrentBias {
      return (
        x.linear(weights.input, bias: weights.inputBias),
        weights.recurrentBias ?? Tensor(zeros: [weights.input.shape[0]], x.dtype)
      )
    }
    return (x.linear(weights.input, bias: weights.summedBias), nil)
  }

  public func initialState(batch: Int, _ dtype: DType) -> RecurrentState {
    RecurrentState(
      (0..<(weights.count * cell.stateCount)).map { _ in Tensor(zeros: [batch, size], dtype) })
  }

  public mutating func walk(_ walker: inout ParameterWalker) {
    for place in weights.indices {
      weights[place].walk(&walker, suffix: arrangement.suffix(place))
    }
  }

  public var description: String {
    let start = ["\(cell.title) \(inputSize)→\(outputSize)"]
    let noBias = weights[0].inputBias == nil ? ["no bias"] : []
    let drop = weightDrop > 0 ? ["weight drop \(weightDrop)"] : []
    return (start + arrangement.remarks + noBias + drop).joined(separator: ", ")
  }

  public func operations(input: Shape) -> Int {
    let rows = input.dropLast().reduce(1, *)
    return weights.reduce(0) { sum, weights in
      let biases = weights.inputBias == nil ? 0 : cell.hasRecurrentBias ? 2 : 1
      return sum
        + rows
        * (2 * weights.input.count + 2 * weights.recurrent.count + biases * weights.input.shape[0])
    }
  }
}

extension RecurrentCell {
  /// Tensors that are carried from step to step.
  var stateCount: Int { hasMemory ? 2 : 1 }

  /// The cell's name in a table.
  var title: String {
    switch self {
    case .tanh: "RNN"
    case .relu: "RNN (ReLU)"
    case .gru: "GRU"
    case .lstm: "LSTM"
    }
  }
}
