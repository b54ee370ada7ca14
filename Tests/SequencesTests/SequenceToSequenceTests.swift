import TandemLayers
import TandemSequences
import TandemTensors
import TandemTraining
import Testing

@Suite struct SequenceToSequenceTests {
  private func model(
    size: Int = 8, attention: EncoderDecoder.AttentionKind = .dot, isBidirectional: Bool = false,
    letters: Int = 4
  ) -> SequenceToSequence {
    var random = RandomStream(seed: 1, name: "test")
    return SequenceToSequence(
      EncoderDecoder(
        source: letters + 2, target: letters + 2, embedding: size, size: size, cell: .gru,
        isBidirectional: isBidirectional, attention: attention, random: &random),
      start: 0, end: 1)
  }

  /// Sources with their reversals, padded; letters are tokens from 2 on.
  private func reversals(_ strings: [[Int]]) -> SequenceBatch {
    func padded(_ strings: [[Int]]) -> (Tensor, Tensor) {
      let steps = strings.map(\.count).max()!
      return (
        Tensor(
          indices: (0..<steps).flatMap { step in
            strings.map { step < $0.count ? $0[step] : 0 }
          }, [steps, strings.count]), Tensor(indices: strings.map(\.count))
      )
    }
    let (inputs, lengths) = padded(strings)
    let (targets, targetLengths) = padded(strings.map { $0.reversed() + [1] })
    return SequenceBatch(
      inputs: inputs, targets: targets, lengths: lengths, targetLengths: targetLengths)
  }

  private func strings(_ count: Int, _ random: inout RandomStream) -> [[Int]] {
    (0..<count).map { _ in
      (0..<(1 + random.integer(below: 4))).map { _ in 2 + random.integer(below: 4) }
    }
  }

  /// Strings are reversed after 500 steps; what greedy decoding and a beam write then
  /// is what the measures told.
  @Test func learnsReversal() throws {
    var trainer = SequenceTrainer(
      model: model(size: 24), optimizer: try .adam(learningRate: 0.01, clipping: .globalNorm(1)),
      rate: .steps(try Schedule(.constant, learningRate: 0.01)),
      settings: SequenceTrainerSettings(carriesState: false, watch: .exactMatch), seed: 1)
    var random = RandomStream(seed: 2, name: "strings")
    for _ in 0..<500 {
      _ = try trainer.takeStep(reversals(strings(32, &random)))
    }
    let held = strings(60, &random)
    var left = [reversals(Array(held[..<30])), reversals(Array(held[30...]))]
    let measures = trainer.evaluate { left.popLast() }
    let exact = try #require(measures.exactMatch)
    #expect(exact > 0.9)
    #expect(try #require(measures.accuracy) >= exact)
    let written = try trainer.sampler.greedy(held, length: 8)
    let right = zip(held, written).count { $0.reversed() == $1 }
    #expect(Double(right) / 60 == exact)
    let found = try trainer.sampler.search([2, 3, 4], beam: 4, length: 8)
    #expect(found.count == 4 && found[0].tokens == [4, 3, 2] && found[0].isComplete)
    #expect(measures.metrics("valid").map(\.name).last == "exact/valid")
  }

  /// The cost of padded pairs is that of each alone, whatever stands in the padding.
  @Test(arguments: EncoderDecoder.AttentionKind.allCases, [false, true])
  func padding(attention: EncoderDecoder.AttentionKind, isBidirectional: Bool) {
    let model = model(attention: attention, isBidirectional: isBidirectional)
      .converted(to: .float64)
    let all = [[2, 3, 4, 5], [5], [3, 3]]
    var pass = Pass.inference
    let batch = reversals(all)
    let together = model.cost(of: batch, state: nil, countsHits: true, &pass)
    let alone = all.map {
      model.cost(of: reversals([$0]), state: nil, countsHits: true, &pass)
    }
    #expect(abs(together.total.scalar - alone.reduce(0) { $0 + $1.total.scalar }) < 1e-12)
    #expect(together.count == 4 + 1 + 2 + 3)
    #expect(together.hits == alone.reduce(0) { $0 + $1.hits! })
    #expect(together.exactSequences == alone.reduce(0) { $0 + $1.exactSequences! })
    var other = batch
    other.inputs = Tensor(
      indices: zip(batch.inputs.values, 0...).map { value, index in
        // The padding of the second and third source.
        [4, 7, 8, 10, 11].contains(index) ? 2 : Int(value)
      }, batch.inputs.shape)
    let changed = model.cost(of: other, state: nil, countsHits: true, &pass)
    #expect(changed.total.scalar == together.total.scalar)
  }

  /// A beam's probabilities are those of the cost: log p of its best is minus the cost of it.
  @Test func beamProbabilities() throws {
    let model = model(attention: .additive)
    let found = try model.search([3, 2, 5], beam: 5, length: 4)
    #expect(found.count == 5)
    for hypothesis in found where hypothesis.isComplete {
      var pass = Pass.inference
      let tokens = hypothesis.tokens + [1]
      let cost = model.cost(
        of: SequenceBatch(
          inputs: Tensor(indices: [3, 2, 5], [3, 1]),
          targets: Tensor(indices: tokens, [tokens.count, 1])),
        state: nil, countsHits: false, &pass)
      #expect(abs(cost.total.scalar + hypothesis.logProbability) < 1e-5)
    }
    let one = try model.search([3, 2, 5], beam: 1, length: 4)
    #expect(try model.greedy([[3, 2, 5]], length: 4) == [one[0].tokens])
  }

  @Test func refusesSources() {
    #expect(throws: SamplingError.emptySource) { try model().greedy([[2], []], length: 3) }
    #expect(throws: SamplingError.unknownToken(6, vocabulary: 6)) {
      try model().search([2, 6], beam: 2, length: 3)
    }
  }
}
