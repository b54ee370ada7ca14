import TandemLayers
import TandemTensors

/// How many of a model's gates stand nearly shut or nearly open, where hardly any gradient passes.
public struct GateSaturation: Sendable {
  /// One gate of one direction of one layer.
  public struct Gate: Sendable, Hashable {
    /// Counted from 0.
    public let layer: Int
    public let isReversed: Bool
    /// `input`, `forget` and `output` of an LSTM, `reset` and `update` of a GRU.
    public let name: String
    /// The share of activations below 0.05.
    public let shut: Double
    /// The share of activations above 0.95.
    public let open: Double
  }

  /// The gates in their order; none of a plain network.
  public let gates: [Gate]

  /// Looks at the gates of all steps of a batch, with nothing dropped; nil where the model's
  /// layers are not of a `RecurrentStack`.
  ///
  /// Steps beyond a sequence's length do not count.
  public init?<Model: RecurrentModel>(
    of model: Model, _ batch: SequenceBatch, state: RecurrentState? = nil
  ) {
    guard let stack = model.recurrent.recurrentStack else { return nil }
    var pass = Pass.inference
    let x = model.recurrentInput(batch.inputs, &pass).detached
    let unrolled = UnrolledStack(stack, x, state: state, batch)
    let lengths = batch.lengths?.values.map { Int($0) }
    var gates: [Gate] = []
    for (weights, place) in zip(stack.weights, unrolled.places) {
      let before = Tensor.stack(place.before.map(\.detached))
      let sums =
        place.projection
        + before.linear(
          weights.recurrent, bias: stack.cell.hasRecurrentBias ? weights.recurrentBias : nil)
      for (part, name) in stack.cell.gates {
        let range = (part * stack.size)..<((part + 1) * stack.size)
        let values = sums.slice(axis: 2, range).sigmoid().values
        var (shut, open, count) = (0, 0, 0)
        for (row, start) in stride(from: 0, to: values.count, by: stack.size).enumerated() {
          if let lengths, row / batch.size >= lengths[row % batch.size] { continue }
          for value in values[start..<(start + stack.size)] {
            if value < 0.05 { shut += 1 }
            if value > 0.95 { open += 1 }
          }
          count += stack.size
        }
        gates.append(
          Gate(
            layer: place.layer, isReversed: place.isReversed, name: name,
            shut: Double(shut) / Double(max(count, 1)),
            open: Double(open) / Double(max(count, 1))))
      }
    }
    self.gates = gates
  }

  /// The shares by name: `shut/l0-forget`, `open/l0-forget`, …; of the direction backwards
  /// `l0-reverse-forget`.
  public var values: [(name: String, value: Double)] {
    gates.flatMap { gate in
      let name = "l\(gate.layer)\(gate.isReversed ? "-reverse" : "")-\(gate.name)"
      return [("shut/\(name)", gate.shut), ("open/\(name)", gate.open)]
    }
  }
}

extension RecurrentCell {
  /// The parts of a step that are gates, with their names.
  fileprivate var gates: [(part: Int, name: String)] {
    switch self {
    case .tanh, .relu: []
    case .gru: [(0, "reset"), (1, "update")]
    case .lstm: [(0, "input"), (1, "forget"), (3, "output")]
    }
  }
}
