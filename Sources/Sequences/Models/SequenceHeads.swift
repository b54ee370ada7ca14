import TandemLayers
import TandemTensors

/// Recurrent layers with a linear map behind them: what classifier, regressor and tagger share.
///
/// Inputs are numbers `[T, B, features]`, or tokens `[T, B]` where there is an embedding.
/// Parameters: `encoder.weight` where there is an embedding, those of `rnn`, and `decoder.weight`
/// and `decoder.bias`.
public struct SequenceNetwork: Layer {
  public var embedding: Embedding?
  public var recurrent: any SequenceLayer
  /// Between recurrent layers and decoder.
  public var dropout: any Layer
  public var decoder: Linear

  /// Recurrent layers for inputs of `features` numbers or, with an embedding, for its vectors.
  public init(
    features: Int? = nil, embedding: Embedding? = nil, recurrent: any SequenceLayer,
    dropout: any Layer = Dropout(0), outputs: Int, weights: Initializer = .standard,
    biases: Initializer = .standard, random: inout RandomStream
  ) {
    require(
      (features == nil) != (embedding == nil),
      "sequence network: either a number of features or an embedding")
    let inputSize = features ?? embedding!.weight.shape[1]
    self.embedding = embedding
    self.recurrent = recurrent
    self.dropout = dropout
    decoder = Linear(
      recurrent(Tensor(zeros: [1, 1, inputSize])).shape[2], outputs, weights: weights,
      biases: biases, random: &random)
  }

  /// The outputs of all steps `[T, B, outputs]`.
  public func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    steps(x, &pass).output
  }

  /// The outputs of all steps `[T, B, outputs]`, and the state after the last.
  public func steps(
    _ x: Tensor, state: RecurrentState? = nil, lengths: Tensor? = nil, resets: Tensor? = nil,
    _ pass: inout Pass
  ) -> (output: Tensor, state: RecurrentState) {
    let (output, state) = recurrent(
      embedded(x, &pass), state: state, lengths: lengths, resets: resets, &pass)
    return (decoder(dropout(output, &pass), &pass), state)
  }

  /// The outputs at the last step of each sequence, `[B, outputs]`, and the state after it.
  public func last(
    _ x: Tensor, state: RecurrentState? = nil, lengths: Tensor? = nil, resets: Tensor? = nil,
    _ pass: inout Pass
  ) -> (output: Tensor, state: RecurrentState) {
    let (output, state) = recurrent(
      embedded(x, &pass), state: state, lengths: lengths, resets: resets, &pass)
    let (steps, size, width) = (output.shape[0], output.shape[1], output.shape[2])
    let last: Tensor
    if let lengths {
      // A sequence of no steps has the output zero, which every step of it holds.
      let rows = lengths.values.enumerated().map { max(Int($1) - 1, 0) * size + $0 }
      last = output.reshaped(to: [steps * size, width]).gather(Tensor(indices: rows))
    } else {
      last = output.slice(axis: 0, (steps - 1)..<steps).reshaped(to: [size, width])
    }
    return (decoder(dropout(last, &pass), &pass), state)
  }

  private func embedded(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    embedding?(x, &pass) ?? x
  }

  /// The state before the first step of a batch: zero.
  public func initialState(batch: Int) -> RecurrentState {
    recurrent.initialState(batch: batch, decoder.weight.dtype)
  }

  public mutating func walk(_ walker: inout ParameterWalker) {
    if embedding != nil { walker.child("encoder", &embedding!) }
    walker.child("rnn", &recurrent)
    walker.child("dropout", existential: &dropout)
    walker.child("decoder", &decoder)
  }

  public var description: String { "Sequence network with \(decoder.weight.shape[0]) outputs" }

  public func operations(input: Shape) -> Int {
    let vectors = embedding.map { Shape(input + [$0.weight.shape[1]]) } ?? input
    return recurrent.operations(input: vectors)
      + decoder.operations(input: [vectors[0], vectors[1], decoder.weight.shape[1]])
  }
}

/// One class for each sequence, read from the output at its last step: logits `[B, classes]`.
///
/// Targets are int32 `[B]`.
public struct SequenceClassifier: SequenceModel {
  public var network: SequenceNetwork

  /// A classifier by a network with one output for each class.
  public init(_ network: SequenceNetwork) { self.network = network }

  public var quantity: SequenceMeasures.Quantity { .classes }

  public func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    network.last(x, &pass).output
  }

  public func cost(
    of batch: SequenceBatch, state: RecurrentState?, countsHits: Bool, _ pass: inout Pass
  ) -> SequenceCost {
    let (logits, state) = network.last(
      batch.inputs, state: state, lengths: batch.lengths, resets: batch.resets, &pass)
    return .crossEntropy(
      logits, batch.targets, weights: batch.weights, countsHits: countsHits, state: state)
  }

  public func initialState(batch: Int) -> RecurrentState? { network.initialState(batch: batch) }
  public mutating func walk(_ walker: inout ParameterWalker) { network.walk(&walker) }
  public var description: String { "Sequence classifier: \(network)" }
}

/// Values for each sequence, read from the output at its last step: `[B, values]`.
///
/// Targets are `[B, values]`; the cost is the squared error, summed over all values.
public struct SequenceRegressor: SequenceModel {
  public var network: SequenceNetwork

  /// A regressor by a network with one output for each value.
  public init(_ network: SequenceNetwork) { self.network = network }

  public var quantity: SequenceMeasures.Quantity { .values }

  public func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    network.last(x, &pass).output
  }

  public func cost(
    of batch: SequenceBatch, state: RecurrentState?, countsHits: Bool, _ pass: inout Pass
  ) -> SequenceCost {
    let (values, state) = network.last(
      batch.inputs, state: state, lengths: batch.lengths, resets: batch.resets, &pass)
    require(
      batch.targets.shape == values.shape,
      "targets \(batch.targets.shape) for predictions \(values.shape)")
    let errors = (values - batch.targets.converted(to: values.dtype)).squared()
    return SequenceCost(total: errors.sum(), count: Double(errors.count), state: state)
  }

  public func initialState(batch: Int) -> RecurrentState? { network.initialState(batch: batch) }
  public mutating func walk(_ walker: inout ParameterWalker) { network.walk(&walker) }
  public var description: String { "Sequence regressor: \(network)" }
}

/// A class at each step: logits `[T, B, classes]`.
///
/// Targets are int32 `[T, B]`; `SequenceBatch.weights` tells which of them count.
public struct SequenceTagger: SequenceModel {
  public var network: SequenceNetwork

  /// A tagger by a network with one output for each class.
  public init(_ network: SequenceNetwork) { self.network = network }

  public var quantity: SequenceMeasures.Quantity { .classes }

  public func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor { network(x, &pass) }

  public func cost(
    of batch: SequenceBatch, state: RecurrentState?, countsHits: Bool, _ pass: inout Pass
  ) -> SequenceCost {
    let (logits, state) = network.steps(
      batch.inputs, state: state, lengths: batch.lengths, resets: batch.resets, &pass)
    return .crossEntropy(
      logits, batch.targets, weights: batch.targetWeights, countsHits: countsHits, state: state)
  }

  public func initialState(batch: Int) -> RecurrentState? { network.initialState(batch: batch) }
  public mutating func walk(_ walker: inout ParameterWalker) { network.walk(&walker) }
  public var description: String { "Sequence tagger: \(network)" }
}
