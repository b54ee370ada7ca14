import Foundation
import TandemLayers
import TandemSequences
import TandemTensors
import Testing

@Suite struct LanguageModelTests {
  /// k windows with the state carried are one long pass.
  @Test(arguments: RecurrentCell.allCases) func carriedState(_ cell: RecurrentCell) {
    let model = smallLanguageModel(cell: cell).converted(to: .float64)
    let tokens = someTokens(12, 3)
    var pass = Pass.inference
    let whole = model.logits(tokens, &pass)
    var state: RecurrentState?
    var parts: [Tensor] = []
    for start in stride(from: 0, to: 12, by: 4) {
      let window = tokens.slice(axis: 0, start..<(start + 4))
      let result = model.logits(window, state: state, &pass)
      parts.append(result.logits)
      state = result.state.detached
    }
    #expect(whole.logits.shape == [12, 3, 5])
    #expect(difference(.concatenate(parts), whole.logits) < 1e-14)
    for (a, b) in zip(state!.tensors, whole.state.tensors) { #expect(difference(a, b) < 1e-14) }
  }

  /// The tied table's gradient is that of both its uses together.
  @Test func tiedWeights() {
    var tied = smallLanguageModel(isTied: true).converted(to: .float64)
    var untied = smallLanguageModel().converted(to: .float64)
    untied.embedding = tied.embedding
    untied.recurrent = tied.recurrent
    untied.decoderWeight = tied.embedding.weight
    untied.decoderBias = tied.decoderBias
    #expect(tied.isTied && !untied.isTied)
    #expect(
      tied.parameterNames
        == ["encoder.weight", "rnn.weight_ih_l0", "rnn.weight_hh_l0", "decoder.bias"])
    #expect(untied.parameterCount - tied.parameterCount == 5 * 4)
    let batch = SequenceBatch(inputs: someTokens(6, 2), targets: someTokens(6, 2, seed: 2))
    func gradients(_ model: LanguageModel) -> [String: Tensor] {
      let (value, gradients) = valueAndGradients(of: model) { model in
        var pass = Pass.inference
        return model.cost(of: batch, state: nil, countsHits: false, &pass).total
      }
      #expect(value.scalar > 0)
      return Dictionary(uniqueKeysWithValues: zip(model.parameterNames, gradients))
    }
    let (one, two) = (gradients(tied), gradients(untied))
    #expect(
      difference(one["encoder.weight"]!, two["encoder.weight"]! + two["decoder.weight"]!) < 1e-13)
    #expect(difference(one["encoder.weight"]!, two["encoder.weight"]!) > 1e-3)
    for name in ["rnn.weight_ih_l0", "rnn.weight_hh_l0", "decoder.bias"] {
      #expect(difference(one[name]!, two[name]!) < 1e-13)
    }
    // A change of the one table changes both uses.
    tied.embedding.weight = tied.embedding.weight * 0
    #expect(
      difference(tied(batch.inputs), Tensor(zeros: [6, 2, 5], .float64) + tied.decoderBias) == 0)
  }

  /// The cost of padded sequences is that of each alone, whatever stands in the padding.
  @Test func lengths() {
    let model = smallLanguageModel().converted(to: .float64)
    let lengths = [4, 0, 2]
    let (inputs, targets) = (someTokens(4, 3), someTokens(4, 3, seed: 2))
    func cost(_ batch: SequenceBatch) -> SequenceCost {
      var pass = Pass.inference
      return model.cost(of: batch, state: nil, countsHits: true, &pass)
    }
    let padded = cost(
      SequenceBatch(inputs: inputs, targets: targets, lengths: Tensor(indices: lengths)))
    var (total, hits) = (0.0, 0.0)
    for (column, length) in lengths.enumerated() where length > 0 {
      func cut(_ x: Tensor) -> Tensor {
        x.slice(axis: 0, 0..<length).slice(axis: 1, column..<(column + 1))
      }
      let alone = cost(SequenceBatch(inputs: cut(inputs), targets: cut(targets)))
      total += alone.total.scalar
      hits += alone.hits!
    }
    #expect(abs(padded.total.scalar - total) < 1e-13)
    #expect(padded.count == 6 && padded.hits == hits)
    let batch = SequenceBatch(inputs: inputs, targets: targets, lengths: Tensor(indices: lengths))
    #expect(batch.tokenCount == 6)
  }

  /// A sequence that begins anew at a step goes on as from its beginning.
  @Test func resets() {
    let model = smallLanguageModel().converted(to: .float64)
    let tokens = someTokens(6, 2)
    var pass = Pass.inference
    let state = model.logits(someTokens(3, 2, seed: 5), &pass).state
    // The first column begins anew at step 2, the second at steps 0 and 4.
    var flags = [Double](repeating: 0, count: 12)
    flags[2 * 2] = 1
    flags[1] = 1
    flags[4 * 2 + 1] = 1
    let found = model.logits(tokens, state: state, resets: Tensor(flags, [6, 2]), &pass)
    func part(_ column: Int, _ steps: Range<Int>, _ state: RecurrentState?) -> Tensor {
      let window = tokens.slice(axis: 0, steps).slice(axis: 1, column..<(column + 1))
      return model.logits(window, state: state?.gather(Tensor(indices: [column])), &pass).logits
    }
    let first = Tensor.concatenate([part(0, 0..<2, state), part(0, 2..<6, nil)])
    let second = Tensor.concatenate([part(1, 0..<4, nil), part(1, 4..<6, nil)])
    #expect(difference(found.logits, .concatenate([first, second], axis: 1)) < 1e-14)
    // For the first step alone the batch's column is enough.
    let reset = model.logits(tokens, state: state, resets: Tensor([1, 1], [2]), &pass)
    #expect(difference(reset.logits, model.logits(tokens, &pass).logits) == 0)
  }

  /// Nats per token, bits and perplexity of a model that predicts the same at every step.
  @Test func measures() {
    let model = constantModel([log(0.5), log(0.25), log(0.125), log(0.125)])
    let batch = SequenceBatch(
      inputs: Tensor(zeros: [2, 2], .int32), targets: Tensor(indices: [0, 1, 2, 0], [2, 2]))
    var pass = Pass.inference
    let cost = model.cost(of: batch, state: nil, countsHits: true, &pass)
    var measures = SequenceMeasures(.tokens)
    measures.add(cost, sequences: 2)
    // 1 + 2 + 3 + 1 bits.
    #expect(abs(measures.bits - 7.0 / 4) < 1e-6)
    #expect(abs(measures.loss - 7.0 / 4 * log(2)) < 1e-6)
    #expect(abs(measures.perplexity - pow(2, 7.0 / 4)) < 1e-5)
    #expect(measures.accuracy == 0.5)
    #expect(
      measures.metrics("valid").map(\.name)
        == ["loss/valid", "perplexity/valid", "bits/valid", "accuracy/valid"])
  }

  /// A dropped token is zero at each of its places, and the others are scaled.
  @Test func embeddingDropout() {
    let model = smallLanguageModel(vocabulary: 40, embeddingDropout: 0.5)
    let plain = smallLanguageModel(vocabulary: 40)
    let tokens = Tensor(indices: (0..<40).flatMap { [$0, $0] }, [40, 2])
    var dropped = 0
    for seed in 0..<20 {
      var pass = Pass.training(RandomStream(seed: UInt64(seed), name: "dropout"))
      // Both columns read the same tokens, so equal masks give equal logits.
      let logits = model.logits(tokens, &pass).logits.values
      for step in 0..<40 {
        let row = logits[(step * 80)..<(step * 80 + 80)]
        #expect(row.prefix(40).elementsEqual(row.suffix(40)))
      }
      let single = model.logits(Tensor(indices: [7], [1, 1]), &pass).logits
      if difference(single, constantLogits(plain)) < 1e-6 { dropped += 1 }
    }
    #expect((4...16).contains(dropped))
    #expect(difference(model(tokens), plain(tokens)) == 0)
  }

  /// What an LSTM without biases makes of the vector zero: the decoder's bias.
  private func constantLogits(_ model: LanguageModel) -> Tensor {
    model.decoderBias.reshaped(to: [1, 1, model.vocabulary])
  }
}
