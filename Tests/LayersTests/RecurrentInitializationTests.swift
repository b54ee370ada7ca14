import TandemLayers
import TandemTensors
import Testing

/// What recurrent layers start from, and what training drops.
@Suite struct RecurrentInitializationTests {
  private func lstm(_ initialization: RecurrentInitialization) -> RecurrentWeights {
    var random = RandomStream(seed: 5, name: "init")
    return LSTM(9, 16, initialization: initialization, random: &random).stack.weights[0]
  }

  private func bound(_ tensors: Tensor?...) -> Double {
    tensors.flatMap { $0!.values }.reduce(0) { max($0, abs($1)) }
  }

  @Test func standardIsUniformByTheSize() {
    let weights = lstm(.standard)
    for tensor in [weights.input, weights.recurrent, weights.inputBias!, weights.recurrentBias!] {
      #expect(bound(tensor) <= 0.25 && bound(tensor) > 0.22)
    }
  }

  @Test func uniformBound() {
    let weights = lstm(.uniform(0.1))
    for tensor in [weights.input, weights.recurrent, weights.inputBias!, weights.recurrentBias!] {
      #expect(bound(tensor) <= 0.1 && bound(tensor) > 0.08)
    }
    #expect(bound(lstm(.uniform(0.1, biases: .zeros)).inputBias) == 0)
  }

  @Test func eachGatesRecurrentBlockIsOrthogonal() {
    let weights = lstm(.orthogonal(forgetBias: 1))
    for gate in 0..<4 {
      let block = weights.recurrent.slice(axis: 0, (16 * gate)..<(16 * gate + 16))
        .converted(to: .float64)
      let product = block.matmul(block, transposed: false, true).values
      for (index, value) in product.enumerated() {
        #expect(abs(value - (index % 17 == 0 ? 1 : 0)) < 1e-6)
      }
    }
    #expect(weights.inputBias!.values == (0..<64).map { (16..<32).contains($0) ? 1 : 0 })
    #expect(bound(weights.recurrentBias) == 0)
  }

  @Test func forgetBiasLeavesTheOtherGates() {
    let (plain, raised) = (lstm(.standard), lstm(RecurrentInitialization(forgetBias: 2)))
    let (input, recurrent) = (raised.inputBias!.values, raised.recurrentBias!.values)
    #expect(input[16..<32].allSatisfy { $0 == 2 } && recurrent[16..<32].allSatisfy { $0 == 0 })
    for other in [0..<16, 32..<64] {
      #expect(input[other] == plain.inputBias!.values[other])
      #expect(recurrent[other] == plain.recurrentBias!.values[other])
    }
  }

  private func training() -> Pass { .training(RandomStream(seed: 2, name: "dropout")) }

  @Test func lockedDropoutSharesItsMaskOverTime() {
    var pass = training()
    let y = LockedDropout(0.5)(Tensor(ones: [6, 4, 8]), &pass).values
    #expect(Set(y) == [0, 2])
    for step in 1..<6 { #expect(y[(step * 32)..<(step * 32 + 32)] == y[0..<32]) }
    #expect(LockedDropout(0.5)(Tensor(ones: [2, 1, 2])).values == [1, 1, 1, 1])
  }

  @Test func embeddingDropsWholeRowsEverywhere() {
    var random = RandomStream(seed: 5, name: "init")
    let layer = Embedding(40, 3, weights: .ones, dropout: 0.5, random: &random)
    let indices = (0..<80).map { $0 % 40 }
    var pass = training()
    let y = layer(Tensor(indices: indices), &pass).values
    #expect(Set(y) == [0, 2])
    for row in 0..<40 {
      let first = y[3 * row]
      #expect(y[(3 * row)..<(3 * row + 3)].allSatisfy { $0 == first })
      #expect(y[(3 * row + 120)..<(3 * row + 123)].allSatisfy { $0 == first })
    }
    #expect(layer(Tensor(indices: [1])).values == [1, 1, 1])
  }

  /// With weight drop an RNN behaves as one whose recurrent weights are masked and scaled, in all
  /// steps alike.
  @Test func weightDropMasksTheRecurrentWeightsForAllSteps() {
    var random = RandomStream(seed: 5, name: "init")
    let layer = RNN(4, 4, weightDrop: 0.5, random: &random).converted(to: .float64)
    // With inputs zero, only the recurrent weights carry the unit states on.
    let start = Tensor((0..<16).map { $0 % 5 == 0 ? 1e-6 : 0 }, [4, 4], .float64)
    var free = layer
    free.stack.weights[0].inputBias = Tensor(zeros: [4], .float64)
    free.stack.weights[0].recurrentBias = Tensor(zeros: [4], .float64)
    func outputs(_ pass: Pass) -> Tensor {
      var pass = pass
      return free(
        Tensor(zeros: [2, 4, 4], .float64), state: RecurrentState([start]), lengths: nil, &pass
      ).output * 1e6
    }
    let plain = free.stack.weights[0].recurrent.transposed().values
    let used = outputs(training()).slice(axis: 0, 0..<1).values
    let ratios = zip(used, plain).map { ($0 / $1 * 1e6).rounded() / 1e6 }
    #expect(Set(ratios) == [0, 2])
    // The second step is the square of the matrix that the first step used.
    let matrix = Tensor(used, [4, 4], .float64)
    let second = outputs(training()).slice(axis: 0, 1..<2).values
    for (a, b) in zip(second, matrix.matmul(matrix).values) { #expect(abs(a - b) < 1e-9) }
    let inference = outputs(.inference).slice(axis: 0, 0..<1).values
    for (a, b) in zip(inference, plain) { #expect(abs(a - b) < 1e-9) }
  }
}
