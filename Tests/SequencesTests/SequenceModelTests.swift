import TandemLayers
import TandemSequences
import TandemTensors
import Testing

@Suite struct SequenceModelTests {
  private func network(features: Int = 3, outputs: Int = 2) -> SequenceNetwork {
    var random = RandomStream(seed: 3, name: "test")
    return SequenceNetwork(
      features: features, recurrent: TestRecurrent(.gru, features, 4, random: &random),
      outputs: outputs, random: &random
    ).converted(to: .float64)
  }

  private func numbers(_ shape: Shape, seed: UInt64 = 1) -> Tensor {
    var random = RandomStream(seed: seed, name: "numbers")
    return random.normal(shape, .float64)
  }

  /// The classifier reads the output at each sequence's own last step.
  @Test func lastStep() {
    let classifier = SequenceClassifier(network())
    let x = numbers([5, 3, 3])
    let lengths = [5, 1, 3]
    let batch = SequenceBatch(
      inputs: x, targets: Tensor(indices: [0, 1, 1]), lengths: Tensor(indices: lengths))
    var pass = Pass.inference
    let cost = classifier.cost(of: batch, state: nil, countsHits: true, &pass)
    var total = 0.0
    var hits = 0.0
    for (column, length) in lengths.enumerated() {
      let alone = x.slice(axis: 0, 0..<length).slice(axis: 1, column..<(column + 1))
      let logits = classifier(alone)
      #expect(logits.shape == [1, 2])
      let label = column == 0 ? 0 : 1
      total += logits.crossEntropy(labels: Tensor(indices: [label])).scalar
      hits += logits.values[label] >= logits.values[1 - label] ? 1 : 0
    }
    #expect(abs(cost.total.scalar - total) < 1e-13)
    #expect(cost.count == 3 && cost.hits == hits)
  }

  /// The regressor's cost is the sum of squared errors over all values.
  @Test func squaredErrors() {
    let regressor = SequenceRegressor(network())
    let (x, targets) = (numbers([4, 3, 3]), numbers([3, 2], seed: 2))
    var pass = Pass.inference
    let cost = regressor.cost(
      of: SequenceBatch(inputs: x, targets: targets), state: nil, countsHits: true, &pass)
    let errors = zip(regressor(x).values, targets.values).map { ($0 - $1) * ($0 - $1) }
    #expect(abs(cost.total.scalar - errors.reduce(0, +)) < 1e-13)
    #expect(cost.count == 6)
    var measures = SequenceMeasures(.values)
    measures.add(cost, sequences: 3)
    #expect(
      abs(measures.rootMeanSquaredError - (errors.reduce(0, +) / 6).squareRoot()) < 1e-13)
    #expect(measures.accuracy == nil)
  }

  /// The tagger's cost counts the targets that its weights name.
  @Test func weightedTags() {
    let tagger = SequenceTagger(network())
    let x = numbers([3, 2, 3])
    let targets = Tensor(indices: [0, 1, 1, 1, 0, 0], [3, 2])
    let weights = Tensor([0, 1, 0, 0, 1, 1], [3, 2])
    var pass = Pass.inference
    let cost = tagger.cost(
      of: SequenceBatch(inputs: x, targets: targets, weights: weights), state: nil,
      countsHits: true, &pass)
    let rows = tagger(x).reshaped(to: [6, 2])
    let nats = rows.softmaxCrossEntropy(labels: targets.reshaped(to: [6])).values
    #expect(abs(cost.total.scalar - (nats[1] + nats[4] + nats[5])) < 1e-13)
    #expect(cost.count == 3)
    // A right prediction costs less than one bit of two classes.
    #expect(cost.hits == Double([1, 4, 5].count { nats[$0] < 0.6931 }))
  }

  /// Tokens are read through an embedding, a part of the network like every other.
  @Test func embeddedTokens() {
    var random = RandomStream(seed: 3, name: "test")
    let network = SequenceNetwork(
      embedding: Embedding(6, 3, random: &random),
      recurrent: TestRecurrent(.tanh, 3, 4, random: &random), outputs: 2, random: &random)
    #expect(
      SequenceTagger(network).parameterNames == [
        "encoder.weight", "rnn.weight_ih_l0", "rnn.weight_hh_l0", "decoder.weight", "decoder.bias",
      ])
    #expect(SequenceTagger(network)(someTokens(4, 2)).shape == [4, 2, 2])
    #expect(SequenceClassifier(network)(someTokens(4, 2)).shape == [2, 2])
  }

  /// The operations of the parts are those of the whole; of tied weights there is one tensor.
  @Test func summaries() {
    var random = RandomStream(seed: 3, name: "test")
    let stack = RecurrentStack(.lstm, 3, 4, random: &random)
    let network = SequenceNetwork(
      features: 3, recurrent: stack, outputs: 2, random: &random)
    let rows: Shape = [5, 2, 3]
    let recurrent = stack.operations(input: rows)
    for (model, steps): (any SequenceHead, Int) in [
      (SequenceTagger(network), 5), (SequenceClassifier(network), 1),
      (SequenceRegressor(network), 1),
    ] {
      let summary = model.summary(input: rows)
      #expect(summary.parts.map(\.name) == ["rnn", "decoder"])
      #expect(summary.operations == recurrent + steps * 2 * 2 * (2 * 4 + 1))
      #expect(summary.operations == model.operations(input: rows))
      #expect(summary.output == model(Tensor(zeros: rows)).shape)
      #expect(summary.parameterCount == model.parameterCount)
    }
    let model = LanguageModel(
      vocabulary: 7, embeddingSize: 4, recurrent: LSTM(4, 4, random: &random), isTied: true,
      random: &random)
    let summary = model.summary(Tensor(zeros: [5, 2], .int32))
    #expect(summary.parts.map(\.name) == ["encoder", "rnn", "decoder"])
    #expect(summary.operations == model.operations(input: [5, 2]))
    #expect(summary.parameterCount == 7 * 4 + 2 * 16 * 4 + 2 * 16 + 7)
    #expect(summary.output == [5, 2, 7])
  }
}
