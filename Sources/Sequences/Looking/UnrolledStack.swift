import TandemLayers
import TandemTensors

/// Recurrent layers run in plain steps, so that the output of each step is a tensor of its own.
struct UnrolledStack {
  /// One direction of one layer.
  struct Place {
    /// The layer, counted from 0.
    let layer: Int
    let isReversed: Bool
    /// What each step reads: the projections `[T, B, gates * H]` of the input.
    let projection: Tensor
    /// The output of each step, `[B, H]`, in the order of time.
    var outputs: [Tensor]
    /// The output before each step, `[B, H]`, in the order of time.
    var before: [Tensor]
  }

  private(set) var places: [Place] = []
  /// The outputs of the last layer, `[T, B, size]`.
  let output: Tensor

  /// Runs `stack` over `x` `[T, B, features]`, with nothing dropped.
  ///
  /// - Parameters:
  ///   - state: The state before the first step; it is tracked, and with it all that follows.
  ///   - batch: Lengths and resets.
  init(_ stack: RecurrentStack, _ x: Tensor, state: RecurrentState?, _ batch: SequenceBatch) {
    let (steps, size) = (x.shape[0], x.shape[1])
    let state = state ?? stack.initialState(batch: size, x.dtype)
    var tensors = state.tensors.map(\.detached.tracked)[...]
    let isPresent = batch.lengths.map { lengths in
      (0..<steps).map { step in
        lengths.converted(to: x.dtype).greater(Tensor(Double(step), x.dtype))
          .reshaped(to: [size, 1])
      }
    }
    let isKept = batch.resets.map { resets in
      let kept = 1 - resets.converted(to: x.dtype)
      return (0..<(kept.rank == 1 ? 1 : steps)).map {
        (kept.rank == 1 ? kept : kept.slice(axis: 0, $0..<($0 + 1))).reshaped(to: [size, 1])
      }
    }
    let directions = stack.isBidirectional ? 2 : 1
    var input = x
    for layer in 0..<stack.layers {
      var outputs: [Tensor] = []
      for direction in 0..<directions {
        let weights = stack.weights[layer * directions + direction]
        let (projection, bias) = stack.projection(input, weights)
        var hidden = tensors.removeFirst()
        var memory = stack.cell.hasMemory ? tensors.removeFirst() : nil
        var place = Place(
          layer: layer, isReversed: direction == 1, projection: projection,
          outputs: [Tensor](repeating: hidden, count: steps),
          before: [Tensor](repeating: hidden, count: steps))
        for step in direction == 1 ? Array((0..<steps).reversed()) : Array(0..<steps) {
          if let isKept, step < isKept.count {
            hidden = hidden * isKept[step]
            memory = memory.map { $0 * isKept[step] }
          }
          place.before[step] = hidden
          var next = stack.cell.step(
            projection.slice(axis: 0, step..<(step + 1))
              .reshaped(to: Array(projection.shape.dropFirst())),
            hidden: hidden, memory: memory, weight: weights.recurrent, bias: bias)
          if let isPresent {
            next.hidden = hidden + isPresent[step] * (next.hidden - hidden)
            next.memory = memory.flatMap { old in
              next.memory.map { old + isPresent[step] * ($0 - old) }
            }
          }
          (hidden, memory) = next
          place.outputs[step] = hidden
        }
        outputs.append(.stack(place.outputs))
        places.append(place)
      }
      input = directions == 1 ? outputs[0] : .concatenate(outputs, axis: 2)
      if let isPresent { input = input * Tensor.stack(isPresent) }
    }
    output = input
  }
}

extension SequenceLayer {
  /// The layer as plain recurrent layers, where it is made of them.
  var recurrentStack: RecurrentStack? {
    self as? RecurrentStack ?? (self as? any RecurrentLayer)?.stack
  }
}
