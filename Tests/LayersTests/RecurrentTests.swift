import TandemLayers
import TandemTensors
import Testing

/// What recurrent layers promise beyond their formulas.
@Suite struct RecurrentTests {
  static func stack(
    _ cell: RecurrentCell, layers: Int = 2, isBidirectional: Bool = true, _ dtype: DType = .float64
  ) -> RecurrentStack {
    var random = RandomStream(seed: 3, name: "recurrent")
    return RecurrentStack(
      cell, 4, 3, layers: layers, isBidirectional: isBidirectional, random: &random
    ).converted(to: dtype)
  }

  static func sequence(_ steps: Int = 5, _ dtype: DType = .float64) -> Tensor {
    var random = RandomStream(seed: 4, name: "sequence")
    return random.normal([steps, 3, 4], dtype)
  }

  /// Outputs, final states and the gradients of input and parameters, for lengths 3, 5, 0.
  private func everything(_ stack: RecurrentStack, _ x: Tensor) -> [(String, [Double])] {
    let tracked = Tracked(stack)
    let input = x.tracked
    var pass = Pass.training(RandomStream(seed: 1, name: "pass"))
    let (output, state) = tracked.model(
      input, state: nil, lengths: Tensor(indices: [3, 5, 0]), &pass)
    let parts = [output] + state.tensors
    let loss = parts.map { ($0 + 0.3).squared().sum() }.reduce(Tensor(0, x.dtype), +)
    let gradients = loss.gradients(of: [input] + tracked.parameters)
    return zip(["output"] + state.tensors.indices.map { "state \($0)" }, parts).map {
      ($0, $1.values)
    } + zip(["input"] + stack.parameterNames, gradients).map { ($0, $1.values) }
  }

  @Test(arguments: RecurrentCell.allCases, [DType.float64, .float32])
  func paddingHasNoInfluence(_ cell: RecurrentCell, _ dtype: DType) {
    let x = RecurrentTests.sequence(5, dtype)
    let expected = everything(RecurrentTests.stack(cell, dtype), x)
    // Element (step, sequence, feature) is padding where the step is behind 3, 5 or 0.
    let isPadding = (0..<x.count).map { [3, 5, 0][$0 / 4 % 3] <= $0 / 12 }
    for filling in [0, 1e30, .infinity, .nan] {
      let values = zip(x.values, isPadding).map { $1 ? filling : $0 }
      let found = everything(
        RecurrentTests.stack(cell, dtype), Tensor(values, x.shape, dtype))
      for ((name, a), (_, b)) in zip(expected, found) {
        #expect(a == b, "\(name) with padding \(filling)")
      }
    }
    let output = expected[0].1
    #expect(output.indices.allSatisfy { [3, 5, 0][$0 / 6 % 3] > $0 / 18 || output[$0] == 0 })
    let gradient = expected.first { $0.0 == "input" }!.1
    #expect(zip(gradient, isPadding).allSatisfy { !$1 || $0 == 0 })
    #expect(zip(gradient, isPadding).allSatisfy { $1 || $0 != 0 || cell == .relu })
  }

  @Test func gradientsWithLengths() {
    var check = GradientCheck()
    check.elementLimit = 8
    for cell in RecurrentCell.allCases {
      let stack = RecurrentTests.stack(cell)
      let lengths = Tensor(indices: [2, 4, 0])
      let arguments = [RecurrentTests.sequence(4)] + stack.parameters
      func output(_ arguments: [Tensor]) -> Tensor {
        var pass = Pass.inference
        let (output, state) = stack.with(parameters: Array(arguments.dropFirst()))(
          arguments[0], state: nil, lengths: lengths, &pass)
        return .concatenate(([output] + state.tensors).map { $0.reshaped(to: [-1]) })
      }
      for result in check.firstOrder(arguments, output) {
        #expect(result.worstError < 1e-6, "\(cell): \(result)")
      }
    }
  }

  @Test(arguments: RecurrentCell.allCases)
  func carriedStateOverWindowsEqualsOnePass(_ cell: RecurrentCell) {
    let stack = Tracked(RecurrentTests.stack(cell, isBidirectional: false))
    let x = RecurrentTests.sequence(6)
    var pass = Pass.inference
    let whole = stack.model(x, state: nil, lengths: nil, &pass)
    var state: RecurrentState?
    let outputs = (0..<3).map { window in
      let part = stack.model(
        x.slice(axis: 0, (2 * window)..<(2 * window + 2)), state: state, lengths: nil, &pass)
      state = part.state
      return part.output
    }
    let joined = Tensor.concatenate(outputs)
    #expect(joined.values == whole.output.values)
    #expect(state!.tensors.map(\.values) == whole.state.tensors.map(\.values))
    // The state was not detached: the gradients are those of the whole sequence.
    let expected = whole.output.squared().sum().gradients(of: stack.parameters)
    let found = joined.squared().sum().gradients(of: stack.parameters)
    for (a, b) in zip(found, expected) {
      #expect(zip(a.values, b.values).allSatisfy { abs($0 - $1) < 1e-12 })
    }
    #expect(state!.detached.tensors.allSatisfy { !$0.isTracked })
  }

  @Test func fullLengthsAreNoLengths() {
    let stack = RecurrentTests.stack(.lstm)
    let x = RecurrentTests.sequence()
    var pass = Pass.inference
    let full = stack(x, state: nil, lengths: Tensor(indices: [5, 5, 5]), &pass)
    #expect(full.output.values == stack(x).values)
  }

  @Test func statesStandInTheOrderOfLayersAndDirections() {
    let stack = RecurrentTests.stack(.gru)
    var pass = Pass.inference
    let (output, state) = stack(RecurrentTests.sequence(), state: nil, lengths: nil, &pass)
    #expect(state.tensors.count == 4)
    // Of the upper layer: forwards the last step's first half, backwards the first's second.
    #expect(state.tensors[2].values == output.slice(axis: 0, 4..<5).slice(axis: 2, 0..<3).values)
    #expect(state.tensors[3].values == output.slice(axis: 0, 0..<1).slice(axis: 2, 3..<6).values)
    #expect(
      stack.initialState(batch: 3, .float64).tensors.map(\.shape) == state.tensors.map(\.shape))
    let kept = state.masked(by: Tensor([1, 0, 1], [3], .float64))
    #expect(kept.tensors[0].slice(axis: 0, 1..<2).values == [0, 0, 0])
    #expect(
      state.gather(Tensor(indices: [2])).tensors[1].values
        == state.tensors[1].slice(axis: 0, 2..<3).values)
  }

  @Test func operationsOfALongShortTermMemory() {
    var random = RandomStream(seed: 1, name: "init")
    let layer = LSTM(10, 20, layers: 2, random: &random)
    // Of a step: 80 rows of 10 or 20 inputs and 20 outputs, and a sum with the bias.
    #expect(layer.operations(input: [7, 3, 10]) == 21 * 80 * (2 * 30 + 1 + 2 * 40 + 1))
    #expect(layer.description == "LSTM 10→20, 2 layers")
  }
}
