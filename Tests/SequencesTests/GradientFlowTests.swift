import Foundation
import TandemLayers
import TandemSequences
import TandemTensors
import Testing

@Suite struct GradientFlowTests {
  private let steps = 12
  private let size = 4

  /// A regressor whose decoder passes the outputs on, so that dL/dh of the last step is known.
  private func regressor(_ stack: RecurrentStack, _ random: inout RandomStream) -> SequenceRegressor
  {
    var network = SequenceNetwork(
      features: stack.inputSize, recurrent: stack, outputs: stack.outputSize, random: &random)
    let ones = (0..<stack.outputSize * stack.outputSize).map {
      $0 % (stack.outputSize + 1) == 0 ? 1.0 : 0
    }
    network.decoder.weight = Tensor(ones, [stack.outputSize, stack.outputSize])
    network.decoder.bias = Tensor(zeros: [stack.outputSize])
    return SequenceRegressor(network).converted(to: .float64)
  }

  private func zeros(_ targets: Tensor) -> SequenceBatch {
    SequenceBatch(inputs: Tensor(zeros: [steps, targets.shape[0], 3], .float64), targets: targets)
  }

  /// From the state zero without input a tanh network stays at zero, where it is linear: with
  /// rho times a rotation as its weights, the norm falls by rho with each step back.
  @Test(arguments: [0.5, 0.9, 1.0, 1.1]) func spectralRadius(rho: Double) throws {
    var random = RandomStream(seed: 2, name: "test")
    var stack = RecurrentStack(.tanh, 3, size, bias: false, random: &random)
    stack.weights[0].recurrent = Initializer.orthogonal(gain: rho).tensor(
      [size, size], random: &random)
    let targets = random.normal([2, size], .float64)
    let flow = try #require(GradientFlow(of: regressor(stack, &random), zeros(targets)))
    #expect(flow.layers.count == 1)
    let norms = flow.layers[0].norms
    // The mean of squares of -targets: its gradient is -2 targets / count.
    let last = 2 / 8 * targets.squared().sum().scalar.squareRoot()
    for (step, norm) in norms.enumerated() {
      let expected = last * pow(rho, Double(steps - 1 - step))
      #expect(abs(norm / expected - 1) < 1e-5)
    }
  }

  /// With forget gates at 1 an LSTM's memory carries the gradient back through all steps
  /// undiminished; with forget gates at one half it falls by that.
  @Test(arguments: [(40.0, 1.0), (0.0, 0.5)]) func forgetGate(bias: Double, factor: Double) throws {
    var random = RandomStream(seed: 2, name: "test")
    var stack = RecurrentStack(.lstm, 3, size, random: &random)
    // Only the candidate reads the output before, faintly: all gates stand still.
    var recurrent = [Double](repeating: 0, count: 4 * size * size)
    for index in (2 * size * size)..<(3 * size * size) {
      recurrent[index] = 1e-4 * Double(index % 7)
    }
    stack.weights[0].recurrent = Tensor(recurrent, [4 * size, size])
    stack.weights[0].inputBias = Tensor(
      (0..<4 * size).map { $0 / size == 1 ? bias : 0 }, [4 * size])
    stack.weights[0].recurrentBias = Tensor(zeros: [4 * size])
    let targets = random.normal([2, size], .float64)
    let norms = try #require(GradientFlow(of: regressor(stack, &random), zeros(targets)))
      .layers[0].norms
    // Behind the last step, where the loss reads the output itself, only the memory hands on.
    for step in 0..<(steps - 2) {
      #expect(abs(norms[step] / norms[step + 1] - factor) < 2e-3)
    }
    #expect(norms[0] > 0)
  }

  /// The plain steps are the fused sequence: stacked, both ways, with lengths and a state.
  @Test(arguments: RecurrentCell.allCases, [false, true])
  func plainSteps(cell: RecurrentCell, isBidirectional: Bool) throws {
    var random = RandomStream(seed: 2, name: "test")
    let stack = RecurrentStack(
      cell, 3, size, layers: 2, isBidirectional: isBidirectional, random: &random)
    let model = regressor(stack, &random)
    let batch = SequenceBatch(
      inputs: random.normal([5, 3, 3], .float64),
      targets: random.normal([3, stack.outputSize], .float64),
      lengths: Tensor(indices: [5, 2, 0]))
    let state = RecurrentState(
      model.recurrent.initialState(batch: 3, .float64).tensors.map {
        random.normal($0.shape, .float64)
      })
    let flow = try #require(GradientFlow(of: model, batch, state: state, from: .allSteps))
    #expect(flow.layers.map(\.layer) == (isBidirectional ? [0, 0, 1, 1] : [0, 1]))
    #expect(
      flow.layers.map(\.isReversed)
        == (isBidirectional ? [false, true, false, true] : [false, false]))
    var pass = Pass.inference
    let cost = model.cost(of: batch, state: state, countsHits: false, &pass)
    let mean = cost.total.scalar / cost.count
    #expect(abs(flow.cost - mean) < 1e-12 * mean)
    #expect(flow.layers.allSatisfy { $0.norms.count == 5 && $0.norms.allSatisfy(\.isFinite) })
  }

  /// The last target alone reaches less than all of them.
  @Test func sources() throws {
    var random = RandomStream(seed: 2, name: "test")
    let model = LanguageModel(
      vocabulary: 5, embeddingSize: 3, recurrent: GRU(3, size, random: &random), random: &random)
    let batch = SequenceBatch(inputs: someTokens(6, 2), targets: someTokens(6, 2, seed: 2))
    let last = try #require(GradientFlow(of: model, batch)).layers[0].norms
    let all = try #require(GradientFlow(of: model, batch, from: .allSteps)).layers[0].norms
    #expect(last[0] < last[5] && last[0] > 0)
    // The mean over 12 targets in place of 2.
    #expect(abs(all[5] * 6 - last[5]) < 1e-6)
    #expect(all[0] > last[0])
    #expect(GradientFlow(of: smallLanguageModel(), batch) == nil)
  }

  /// Gates of known activation: shut input, open forget, output gates that are neither.
  @Test func saturation() throws {
    var random = RandomStream(seed: 2, name: "test")
    var stack = RecurrentStack(.lstm, 3, size, random: &random)
    stack.weights[0].recurrent = Tensor(zeros: [4 * size, size])
    // sigmoid(-3) = 0.047, sigmoid(-2.9) = 0.052; one of four output gates is open.
    let biases: [Double] = [-3, -3, -2.9, -3, 3, 3, 3, 3, 0, 0, 0, 0, 0, 3, 2.9, -2]
    stack.weights[0].inputBias = Tensor(biases, [4 * size])
    stack.weights[0].recurrentBias = Tensor(zeros: [4 * size])
    var batch = zeros(Tensor(zeros: [2, size], .float64))
    for lengths in [nil, Tensor(indices: [12, 3])] {
      batch.lengths = lengths
      let saturation = try #require(GateSaturation(of: regressor(stack, &random), batch))
      let expected: KeyValuePairs = [
        "shut/l0-input": 0.75, "open/l0-input": 0, "shut/l0-forget": 0, "open/l0-forget": 1,
        "shut/l0-output": 0, "open/l0-output": 0.25,
      ]
      #expect(saturation.values.map(\.name) == expected.map(\.key))
      #expect(saturation.values.map(\.value) == expected.map(\.value))
    }
    var plain = SequenceBatch(
      inputs: Tensor(zeros: [2, 1, 3], .float64), targets: Tensor(zeros: [1, size], .float64))
    plain.resets = Tensor([1], [1])
    let rnn = RecurrentStack(.relu, 3, size, random: &random)
    #expect(try #require(GateSaturation(of: regressor(rnn, &random), plain)).gates.isEmpty)
  }
}
