import TandemLayers
import TandemTensors
import TandemTraining

/// A model that reads one sequence of tokens and writes another.
///
/// In training the decoder is given the target's own tokens: `start` and all but the last. Of a
/// batch the inputs are sources int32 `[S, B]` with `lengths`, the targets int32 `[T, B]`, each
/// closed by `end`, with `targetLengths` that count it.
public struct SequenceToSequence: SequenceModel {
  public var network: EncoderDecoder
  /// The token in front of every target.
  public let start: Int
  /// The token behind every target.
  public let end: Int

  /// A model by a network that knows the tokens `start` and `end` among its targets.
  public init(_ network: EncoderDecoder, start: Int, end: Int) {
    let vocabulary = network.targetEmbedding.weight.shape[0]
    require(
      (0..<vocabulary).contains(start) && (0..<vocabulary).contains(end),
      "sequence to sequence: start \(start) and end \(end) of a vocabulary of \(vocabulary)")
    self.network = network
    self.start = start
    self.end = end
  }

  public var quantity: SequenceMeasures.Quantity { .tokens }

  /// The cost of the targets' tokens. A whole sequence is hit if each of its tokens is, and then
  /// `greedy` would write it: with every token right, the decoder reads what it has written.
  public func cost(
    of batch: SequenceBatch, state: RecurrentState?, countsHits: Bool, _ pass: inout Pass
  ) -> SequenceCost {
    let targets = batch.targets
    let memory = network.encode(batch.inputs, lengths: batch.lengths, &pass)
    let starts = Tensor(indices: [Int](repeating: start, count: batch.size), [1, batch.size])
    let given =
      targets.shape[0] > 1
      ? Tensor.concatenate([starts, targets.slice(axis: 0, 0..<(targets.shape[0] - 1))]) : starts
    let logits = network.decode(given, memory, &pass).logits
    let weights = batch.weights ?? batch.targetLengths.map { batch.mask($0) }
    var cost = SequenceCost.crossEntropy(
      logits, targets, weights: weights, countsHits: countsHits)
    if countsHits {
      let isRight = SequenceCost.rightPredictions(logits, targets)
      let counted = weights?.values
      let exact = (0..<batch.size).count { column in
        stride(from: column, to: targets.count, by: batch.size).allSatisfy {
          isRight[$0] || counted?[$0] == 0
        }
      }
      cost.exactSequences = Double(exact)
    }
    return cost
  }

  /// What is most likely at each step, for sources of any lengths.
  ///
  /// - Parameter length: Tokens of the longest target.
  /// - Returns: Targets without `start` and `end`.
  /// - Throws: `SamplingError` for an empty source or a token that the model does not know.
  public func greedy(_ sources: [[Int]], length: Int) throws(SamplingError) -> [[Int]] {
    for source in sources { try check(source) }
    guard let steps = sources.map(\.count).max() else { return [] }
    let padded = (0..<steps).flatMap { step in
      sources.map { step < $0.count ? $0[step] : 0 }
    }
    return network.greedy(
      Tensor(indices: padded, [steps, sources.count]),
      lengths: Tensor(indices: sources.map(\.count)), start: start, end: end, limit: length)
  }

  /// The likeliest targets of a source by beam search, best first.
  ///
  /// - Throws: `SamplingError` for an empty source or a token that the model does not know;
  ///   `HyperparameterError` for settings that `BeamSearch` refuses.
  public func search(
    _ source: [Int], beam: Int, length: Int, lengthExponent: Double = 1
  ) throws -> [BeamSearch.Hypothesis] {
    try check(source)
    let search = try BeamSearch(
      beam: beam, length: length, end: end, lengthExponent: lengthExponent)
    var pass = Pass.inference
    // As many copies of the source as there can be beginnings; where there are fewer, the last
    // copies repeat one, and are not looked at.
    let memory = network.encode(
      Tensor(
        indices: source.flatMap { [Int](repeating: $0, count: beam) }, [source.count, beam]), &pass)
    var step = network.decodeStep(
      Tensor(indices: [Int](repeating: start, count: beam)), memory.state, memory)
    return search.run(first: step.logits.slice(axis: 0, 0..<1)) { tokens, parents in
      let filling = [Int](repeating: 0, count: beam - tokens.count)
      step = network.decodeStep(
        Tensor(indices: tokens + filling), step.state.gather(Tensor(indices: parents + filling)),
        memory)
      return step.logits.slice(axis: 0, 0..<tokens.count)
    }
  }

  private func check(_ source: [Int]) throws(SamplingError) {
    guard !source.isEmpty else { throw .emptySource }
    try SamplingError.check(source, vocabulary: network.sourceEmbedding.weight.shape[0])
  }

  public func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor { network(x, &pass) }

  public func initialState(batch: Int) -> RecurrentState? { nil }

  public mutating func walk(_ walker: inout ParameterWalker) { network.walk(&walker) }

  public var description: String { "Sequence to sequence: \(network)" }

  public func operations(input: Shape) -> Int { network.operations(input: input) }
}
