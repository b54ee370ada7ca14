import ReferenceCases
import TandemLayers
import TandemTensors
import Testing

extension ReferenceTests {
  /// The cells with their PyTorch names.
  static let recurrent: [String: Operation] = [
    "tanh": { (run(.tanh, $0, $1), [:]) },
    "relu": { (run(.relu, $0, $1), [:]) },
    "gru": { (run(.gru, $0, $1), [:]) },
    "lstm": { (run(.lstm, $0, $1), [:]) },
    "projected": { reference, arguments in
      var random = RandomStream(seed: 0, name: "none")
      let layer = ProjectedLSTM(
        reference.int("inputs"), reference.int("size"), projection: reference.int("projection"),
        layers: reference.int("layers"), isBidirectional: reference.bool("bidirectional"),
        random: &random)
      return (flatResult(of: filled(layer, arguments), arguments), [:])
    },
    "layerNorm": { reference, arguments in
      var random = RandomStream(seed: 0, name: "none")
      let layer = LayerNormLSTM(
        reference.int("inputs"), reference.int("size"), random: &random)
      return (flatResult(of: filled(layer, arguments), arguments), [:])
    },
    "additiveAttention": { reference, arguments in
      var random = RandomStream(seed: 0, name: "none")
      return (found(AdditiveAttention(2, keys: 4, size: 3, random: &random), arguments), [:])
    },
    "dotAttention": { reference, arguments in
      var layer = DotAttention(isScaled: reference.bool("scaled"))
      layer.weight = arguments.optional("weight")
      return (found(layer, arguments), [:])
    },
  ]

  /// The contexts and weights that the case's queries find, flat and one after the other.
  private static func found(_ layer: some Attention, _ arguments: ReferenceCase.Arguments)
    -> Tensor
  {
    let layer = filled(layer, arguments)
    let (context, weights) = layer(
      arguments["queries"],
      in: layer.memory(arguments["memory"], lengths: arguments["lengths"]))
    return .concatenate([context, weights].map { $0.reshaped(to: [-1]) })
  }

  /// The outputs and the final states, flat and one after the other, from the case's weights.
  private static func run(
    _ cell: RecurrentCell, _ reference: ReferenceCase,
    _ arguments: ReferenceCase.Arguments
  ) -> Tensor {
    var random = RandomStream(seed: 0, name: "none")
    let stack = RecurrentStack(
      cell, reference.int("inputs"), reference.int("size"), layers: reference.int("layers"),
      isBidirectional: reference.bool("bidirectional"), bias: reference.bool("bias"),
      random: &random)
    return flatResult(of: filled(stack, arguments), arguments)
  }

  /// What a layer with or without memory makes of the case's input, lengths and first states.
  static func flatResult(of layer: some SequenceLayer, _ arguments: ReferenceCase.Arguments)
    -> Tensor
  {
    let names = ["h0", "c0"].filter { arguments.optional($0) != nil }
    let rows = arguments["h0"].shape[0]
    func row(_ x: Tensor, _ index: Int) -> Tensor {
      x.slice(axis: 0, index..<(index + 1)).reshaped(to: Array(x.shape.dropFirst()))
    }
    var pass = Pass.inference
    let (output, state) = layer(
      arguments["x"],
      state: RecurrentState(
        (0..<rows).flatMap { index in names.map { row(arguments[$0], index) } }),
      lengths: arguments.optional("lengths"), &pass)
    let final = names.indices.flatMap { kind in
      (0..<rows).map { state.tensors[$0 * names.count + kind] }
    }
    return .concatenate(([output] + final).map { $0.reshaped(to: [-1]) })
  }
}

/// A test of the tests: a formula that gradient checks accept and PyTorch's numbers do not.
@Suite struct WrongCellTests {
  /// An LSTM over the case's steps, whose memory is made by `memory(f, c, i, g)`.
  private func output(
    _ arguments: ReferenceCase.Arguments,
    memory: (Tensor, Tensor, Tensor, Tensor) -> Tensor
  ) -> Tensor {
    let x = arguments["x"]
    var hidden = arguments["h0"].reshaped(to: Array(arguments["h0"].shape.dropFirst()))
    var c = arguments["c0"].reshaped(to: hidden.shape)
    let size = hidden.shape[1]
    var outputs: [Tensor] = []
    for step in 0..<x.shape[0] {
      let input = x.slice(axis: 0, step..<(step + 1)).reshaped(to: [x.shape[1], x.shape[2]])
      let gates =
        input.linear(arguments["weight_ih_l0"], bias: arguments["bias_ih_l0"])
        + hidden.linear(arguments["weight_hh_l0"], bias: arguments["bias_hh_l0"])
      let parts = (0..<4).map { gates.slice(axis: 1, ($0 * size)..<(($0 + 1) * size)) }
      c = memory(parts[1].sigmoid(), c, parts[0].sigmoid(), parts[2].tanh())
      hidden = parts[3].sigmoid() * c.tanh()
      outputs.append(hidden)
    }
    return .concatenate((outputs + [hidden, c]).map { $0.reshaped(to: [-1]) })
  }

  @Test func aWrongMemoryDiffersFromPyTorch() throws {
    let all = try ReferenceGroup.recurrent.cases()
    let reference = try #require(all.first { $0.description == "lstm/one-layer" })
    let right = reference.differences { arguments in
      output(arguments) { f, c, i, g in f * c + i * g }
    }
    #expect(right.isEmpty)
    let wrong = reference.differences { arguments in
      output(arguments) { f, c, i, g in (f * c + i) * g }
    }
    // The output and all seven gradients, in both element types.
    #expect(wrong.count == 16)
  }
}
