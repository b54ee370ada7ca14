import TandemLayers
import TandemTensors
import Testing

/// What every layer over sequences promises, whatever its cell.
@Suite struct SequenceLayerTests {
  private static func layers(isBidirectional: Bool) -> [any SequenceLayer] {
    var random = RandomStream(seed: 3, name: "sequence layers")
    let layers: [any SequenceLayer] = [
      LSTM(4, 3, layers: 2, isBidirectional: isBidirectional, random: &random),
      ProjectedLSTM(
        4, 3, projection: 2, layers: 2, isBidirectional: isBidirectional, random: &random),
      LayerNormLSTM(4, 3, layers: 2, isBidirectional: isBidirectional, random: &random),
      MinGRU(4, 3, layers: 2, isBidirectional: isBidirectional, random: &random),
      MinLSTM(4, 3, layers: 2, isBidirectional: isBidirectional, random: &random),
    ]
    return layers.map { $0.converted(to: .float64) }
  }

  private func everything<Model: SequenceLayer>(_ layer: Model, _ x: Tensor) -> [[Double]] {
    let tracked = Tracked(layer)
    let input = x.tracked
    var pass = Pass.inference
    let (output, state) = tracked.model(
      input, state: nil, lengths: Tensor(indices: [3, 5, 0]), &pass)
    let parts = [output] + state.tensors
    let loss = parts.map { ($0 + 0.3).squared().sum() }.reduce(Tensor(0, .float64), +)
    return (parts + loss.gradients(of: [input] + tracked.parameters)).map(\.values)
  }

  @Test func paddingHasNoInfluence() {
    let x = RecurrentTests.sequence()
    let isPadding = (0..<x.count).map { [3, 5, 0][$0 / 4 % 3] <= $0 / 12 }
    for layer in SequenceLayerTests.layers(isBidirectional: true) {
      let expected = everything(layer, x)
      for filling in [1e30, .nan] {
        let values = zip(x.values, isPadding).map { $1 ? filling : $0 }
        let found = everything(layer, Tensor(values, x.shape, .float64))
        #expect(found == expected, "\(layer.description) with padding \(filling)")
      }
    }
  }

  /// A sequence alone, without padding, comes out as it does in a padded batch.
  @Test func aPaddedSequenceIsTheSequenceAlone() {
    let x = RecurrentTests.sequence()
    for layer in SequenceLayerTests.layers(isBidirectional: true) {
      var pass = Pass.inference
      let padded = layer(x, state: nil, lengths: Tensor(indices: [3, 5, 1]), &pass)
      let alone = layer(
        x.slice(axis: 0, 0..<3).slice(axis: 1, 0..<1), state: nil, lengths: nil, &pass)
      let part = padded.output.slice(axis: 0, 0..<3).slice(axis: 1, 0..<1)
      func isClose(_ a: Tensor, _ b: Tensor) -> Bool {
        zip(a.values, b.values).allSatisfy { abs($0 - $1) < 1e-12 }
      }
      #expect(isClose(part, alone.output), "\(layer.description)")
      for (a, b) in zip(padded.state.tensors, alone.state.tensors) {
        #expect(isClose(a.slice(axis: 0, 0..<1), b), "\(layer.description)")
      }
    }
  }

  @Test func carriedStateOverWindowsEqualsOnePass() {
    let x = RecurrentTests.sequence(6)
    for layer in SequenceLayerTests.layers(isBidirectional: false) {
      var pass = Pass.inference
      let whole = layer(x, state: nil, lengths: nil, &pass)
      var state = layer.initialState(batch: 3, .float64)
      let outputs = (0..<3).map { window in
        let range = (2 * window)..<(2 * window + 2)
        let part = layer(x.slice(axis: 0, range), state: state, lengths: nil, &pass)
        state = part.state.detached
        return part.output
      }
      #expect(Tensor.concatenate(outputs).values == whole.output.values, "\(layer.description)")
      #expect(state.tensors.map(\.values) == whole.state.tensors.map(\.values))
    }
  }

  /// The update written as i / (f + i), step by step.
  @Test func minimalLongShortTermMemoryByItsFormula() {
    var random = RandomStream(seed: 3, name: "minimal")
    let layer = MinLSTM(4, 3, random: &random).converted(to: .float64)
    let x = RecurrentTests.sequence()
    let projection = layer.stack.projections[0]
    var h = Tensor(zeros: [3, 3], .float64)
    for step in 0..<5 {
      let parts = projection(x.slice(axis: 0, step..<(step + 1)).reshaped(to: [3, 4]))
      let (f, i, v) = (
        parts.slice(axis: 1, 0..<3).sigmoid(), parts.slice(axis: 1, 3..<6).sigmoid(),
        parts.slice(axis: 1, 6..<9)
      )
      h = f / (f + i) * h + i / (f + i) * v
    }
    var pass = Pass.inference
    let found = layer(x, state: nil, lengths: nil, &pass).state.tensors[0]
    for (a, b) in zip(found.values, h.values) { #expect(abs(a - b) < 1e-14) }
  }

  @Test func operationsCountTheProducts() {
    var random = RandomStream(seed: 3, name: "operations")
    let projected = ProjectedLSTM(10, 20, projection: 5, random: &random)
    #expect(projected.operations(input: [7, 3, 10]) == 21 * (80 * (2 * 15 + 1) + 2 * 100))
    let minimal = MinGRU(10, 20, random: &random)
    #expect(minimal.operations(input: [7, 3, 10]) == 21 * 40 * 21)
  }
}
