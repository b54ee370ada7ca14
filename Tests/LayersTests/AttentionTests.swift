import TandemLayers
import TandemTensors
import Testing

@Suite struct AttentionTests {
  private func normal(_ shape: Shape, _ name: String) -> Tensor {
    var random = RandomStream(seed: 8, name: name)
    return random.normal(shape, .float64)
  }

  private var layers: [any Attention] {
    var random = RandomStream(seed: 8, name: "attention")
    return [
      AdditiveAttention(3, keys: 4, size: 5, random: &random).converted(to: .float64),
      DotAttention(3, keys: 4, random: &random).converted(to: .float64),
    ]
  }

  @Test func aQueryFindsItsKey() {
    // The keys are the axes; a query far out on one of them is answered with its value.
    let memory = Tensor([1, 0, 0, 0, 1, 0, 0, 0, 1], [3, 1, 3], .float64)
    let layer = DotAttention()
    let (context, weights) = layer(
      Tensor([0, 100, 0], [1, 1, 3], .float64), in: layer.memory(memory))
    #expect(context.values.map { ($0 * 1e9).rounded() / 1e9 } == [0, 1, 0])
    #expect(weights.values.map { ($0 * 1e9).rounded() / 1e9 } == [0, 1, 0])
  }

  @Test func paddingHasNoWeightAndNoInfluence() {
    let (queries, memory) = (normal([2, 3, 3], "queries"), normal([5, 3, 4], "memory"))
    let lengths = [3, 5, 0]
    let filled = memory.values.enumerated().map { place, value in
      place / 12 < lengths[place / 4 % 3] ? value : .nan
    }
    for layer in layers {
      func found(_ memory: Tensor) -> [[Double]] {
        let (x, q) = (memory.tracked, queries.tracked)
        let (context, weights) = layer(
          q, in: layer.memory(x, lengths: Tensor(indices: lengths)))
        let gradients = (context + 0.2).squared().sum().gradients(of: [x, q])
        return ([context, weights] + gradients).map(\.values)
      }
      let expected = found(memory)
      #expect(found(Tensor(filled, memory.shape, .float64)) == expected)
      for (place, weight) in expected[1].enumerated() {
        let (sequence, step) = (place / 5 % 3, place % 5)
        #expect((weight == 0) == (step >= lengths[sequence]))
      }
      let sums = Tensor(expected[1], [2, 3, 5], .float64).sum(2).values
      for (place, sum) in sums.enumerated() {
        #expect(abs(sum - (place % 3 == 2 ? 0 : 1)) < 1e-12)
      }
    }
  }
}

@Suite struct EncoderDecoderTests {
  static let variants: [(RecurrentCell, Int, Bool, EncoderDecoder.AttentionKind)] = [
    (.lstm, 1, true, .additive), (.gru, 2, false, .dot), (.lstm, 2, true, .scaledDot),
  ]

  private func model(
    _ variant: (
      cell: RecurrentCell, layers: Int, isBidirectional: Bool, EncoderDecoder.AttentionKind
    )
  ) -> EncoderDecoder {
    var random = RandomStream(seed: 9, name: "encoder-decoder")
    return EncoderDecoder(
      source: 6, target: 7, embedding: 3, size: 2, cell: variant.cell, layers: variant.layers,
      isBidirectional: variant.isBidirectional, attention: variant.3, random: &random
    ).converted(to: .float64)
  }

  private let source = Tensor(indices: [1, 5, 2, 4, 3, 3, 0, 2], [4, 2])
  private let target = Tensor(indices: [0, 0, 4, 6, 2, 1], [3, 2])
  private let lengths = Tensor(indices: [4, 2])

  /// One token at a time as all at once.
  @Test(arguments: variants)
  func stepsEqualTeacherForcing(
    _ variant: (RecurrentCell, Int, Bool, EncoderDecoder.AttentionKind)
  ) {
    let model = model(variant)
    var pass = Pass.inference
    let memory = model.encode(source, lengths: lengths, &pass)
    let all = model.decode(target, memory, &pass)
    var state = memory.state
    for step in 0..<3 {
      let token = target.slice(axis: 0, step..<(step + 1)).reshaped(to: [2])
      let found = model.decodeStep(token, state, memory)
      state = found.state
      let logits = all.logits.slice(axis: 0, step..<(step + 1)).values
      let weights = all.attentionWeights.slice(axis: 0, step..<(step + 1)).values
      #expect(zip(found.logits.values, logits).allSatisfy { abs($0 - $1) < 1e-12 })
      #expect(zip(found.attentionWeights.values, weights).allSatisfy { abs($0 - $1) < 1e-12 })
    }
    for (a, b) in zip(state.tensors, all.state.tensors) {
      #expect(zip(a.values, b.values).allSatisfy { abs($0 - $1) < 1e-12 })
    }
  }

  @Test(arguments: variants)
  func paddingOfTheSourceHasNoInfluence(
    _ variant: (RecurrentCell, Int, Bool, EncoderDecoder.AttentionKind)
  ) {
    let model = model(variant)
    func logits(_ source: Tensor) -> [Double] {
      var pass = Pass.inference
      return model.decode(target, model.encode(source, lengths: lengths, &pass), &pass).logits
        .values
    }
    #expect(
      logits(source) == logits(Tensor(indices: [1, 5, 2, 4, 3, 0, 0, 5], [4, 2])))
    #expect(
      logits(source) != logits(Tensor(indices: [1, 5, 2, 3, 3, 3, 0, 2], [4, 2])))
  }

  @Test(arguments: variants)
  func gradientsWithLengths(_ variant: (RecurrentCell, Int, Bool, EncoderDecoder.AttentionKind)) {
    let model = model(variant)
    var check = GradientCheck()
    check.elementLimit = 6
    let results = check.firstOrder(model.parameters, names: model.parameterNames) { parameters in
      var pass = Pass.inference
      let copy = model.with(parameters: parameters)
      return copy.decode(target, copy.encode(source, lengths: lengths, &pass), &pass).logits
    }
    #expect(results.count == model.parameters.count)
    for result in results { #expect(result.worstError < 1e-6, "\(result)") }
    // Nothing that is stored goes unused.
    #expect(results.allSatisfy { abs($0.backpropagated) > 0 || $0.worstError == 0 })
  }

  @Test func greedyTakesTheLikeliestUntilTheEnd() {
    let model = model((.gru, 1, false, .dot))
    var pass = Pass.inference
    let memory = model.encode(source, &pass)
    var (token, state, expected) = ([0, 0], memory.state, [[Int]](repeating: [], count: 2))
    for _ in 0..<6 {
      let step = model.decodeStep(Tensor(indices: token), state, memory)
      state = step.state
      token = step.logits.argmax(1).values.map { Int($0) }
      for index in 0..<2 { expected[index].append(token[index]) }
    }
    #expect(model.greedy(source, start: 0, end: -1, limit: 6) == expected)
    // With a token of the first one's as the end, each stops in front of it.
    let end = expected[0][2]
    let cut = expected.map { Array($0.prefix { $0 != end }) }
    #expect(model.greedy(source, start: 0, end: end, limit: 6) == cut)
  }
}
