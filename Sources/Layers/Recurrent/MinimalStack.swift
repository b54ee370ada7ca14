import TandemTensors

/// Minimal gated networks, one above the other: their gates do not look at the output before, so
/// that all steps are one linear recurrence, `Tensor.linearScan`:
///
///     h' = (1 - z) h + z v,      v = W_h x + b_h
///     gru     z = sigmoid(W_z x + b_z)
///     lstm    z = i / (f + i),   f = sigmoid(W_f x + b_f),   i = sigmoid(W_i x + b_i)
///
/// This is the paper's form without its logarithms. Those serve a scan by sums of logarithms,
/// which needs every v positive; a scan by the recurrence itself has coefficients between 0 and 1,
/// cannot overflow, and leaves v free.
///
/// Parameters: `weight_ih_l0` `[gates * H, inputs]` and `bias_ih_l0` `[gates * H]`, the parts in
/// the order z, v or f, i, v; then `_l0_reverse`, `_l1` and so on.
///
/// Source: Feng et al., Were RNNs all we needed?, 2024.
public struct MinimalStack: SequenceLayer {
  /// Which gates there are.
  public enum Kind: String, Sendable, Hashable, CaseIterable, Codable {
    case gru, lstm

    /// Parts of the projection.
    var gateCount: Int { self == .gru ? 2 : 3 }
  }

  public let kind: Kind
  /// Features of a step of the input.
  public let inputSize: Int
  /// Length of the output of one direction, H.
  public let size: Int
  /// Weight and bias of each layer and direction, forward before backward.
  public var projections: [Linear]
  private let arrangement: LayerArrangement

  /// Layers one above the other; see `RecurrentLayer` for what is not named here.
  ///
  /// - Parameter initialization: What the parameters start from; a forget bias is for `lstm`.
  public init(
    _ kind: Kind, _ inputs: Int, _ size: Int, layers: Int = 1, isBidirectional: Bool = false,
    bias: Bool = true, dropout: Double = 0, dropoutIsLocked: Bool = false,
    initialization: RecurrentInitialization = .standard, random: inout RandomStream
  ) {
    require(inputs > 0 && size > 0, "minimal \(kind): \(inputs) inputs, size \(size)")
    require(
      initialization.forgetBias == nil || (kind == .lstm && bias),
      "minimal \(kind): a forget bias is for LSTMs with biases")
    self.kind = kind
    inputSize = inputs
    self.size = size
    let arrangement = LayerArrangement(
      layers, isBidirectional: isBidirectional, dropout: dropout, dropoutIsLocked: dropoutIsLocked)
    self.arrangement = arrangement
    projections = []
    for place in 0..<arrangement.places {
      projections.append(
        initialization.projection(
          arrangement.inputs(place, inputs, outputs: size), size, gates: kind.gateCount,
          forgetGate: 0, bias: bias, random: &random))
    }
  }

  public func callAsFunction(
    _ x: Tensor, state: RecurrentState?, lengths: Tensor?, _ pass: inout Pass
  ) -> (output: Tensor, state: RecurrentState) {
    return arrangement.run(
      x, through: self, inputSize: inputSize, state: state, lengths: lengths, &pass
    ) { work, pass in
      let parts = projections[work.place](work.x, &pass)
      var update = update(parts)
      // Without a step nothing is taken in, and the state stays.
      if let isPresent = work.isPresent { update = update * isPresent }
      let output = (1 - update).linearScan(
        update * part(parts, kind.gateCount - 1), initial: work.state[0],
        isReversed: work.isReversed)
      let last = work.isReversed ? 0 : x.shape[0] - 1
      let state = output.slice(axis: 0, last..<(last + 1)).reshaped(to: work.state[0].shape)
      return (output, [state])
    }
  }

  /// How much of the new value each step takes, z.
  private func update(_ parts: Tensor) -> Tensor {
    switch kind {
    case .gru: return part(parts, 0).sigmoid()
    case .lstm:
      // i / (f + i) = sigmoid(log i - log f), where log sigmoid(x) = -softplus(-x).
      return ((-part(parts, 0)).softplus() - (-part(parts, 1)).softplus()).sigmoid()
    }
  }

  private func part(_ x: Tensor, _ index: Int) -> Tensor {
    x.slice(axis: 2, (index * size)..<((index + 1) * size))
  }

  public func initialState(batch: Int, _ dtype: DType) -> RecurrentState {
    RecurrentState((0..<arrangement.places).map { _ in Tensor(zeros: [batch, size], dtype) })
  }

  public mutating func walk(_ walker: inout ParameterWalker) {
    for place in projections.indices {
      walker.parameter("weight_ih\(arrangement.suffix(place))", &projections[place].weight)
      walker.parameter("bias_ih\(arrangement.suffix(place))", &projections[place].bias)
    }
  }

  public var description: String {
    let noBias = projections[0].bias == nil ? ["no bias"] : []
    let title = kind == .gru ? "MinGRU" : "MinLSTM"
    return
      (["\(title) \(inputSize)→\(arrangement.directions * size)"] + arrangement.remarks
      + noBias).joined(separator: ", ")
  }

  public func operations(input: Shape) -> Int {
    let rows = input.dropLast().reduce(1, *)
    return projections.reduce(0) { $0 + $1.operations(input: [rows, $1.weight.shape[1]]) }
  }
}
