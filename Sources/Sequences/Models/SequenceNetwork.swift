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
    decoder(dropout(recurrent(recurrentInput(x, &pass), &pass), &pass), &pass)
  }

  /// What the recurrent layers read, `[T, B, features]`.
  func recurrentInput(_ x: Tensor, _ pass: inout Pass) -> Tensor { embedding?(x, &pass) ?? x }

  /// What the decoder makes of each sequence's last of the recurrent layers' outputs
  /// `[T, B, size]`: `[B, outputs]`.
  func last(_ output: Tensor, lengths: Tensor?, _ pass: inout Pass) -> Tensor {
    let (steps, size, width) = (output.shape[0], output.shape[1], output.shape[2])
    let last: Tensor
    if let lengths {
      // A sequence of no steps has the output zero, which every step of it holds.
      let rows = lengths.values.enumerated().map { max(Int($1) - 1, 0) * size + $0 }
      last = output.reshaped(to: [steps * size, width]).gather(Tensor(indices: rows))
    } else {
      last = output.slice(axis: 0, (steps - 1)..<steps).reshaped(to: [size, width])
    }
    return decoder(dropout(last, &pass), &pass)
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

  public func operations(input: Shape) -> Int { operations(input: input, decodesEachStep: true) }

  public func summary(_ x: Tensor) -> LayerSummary {
    summaryOfWhole(x, parts: parts(x, decodesEachStep: true))
  }

  func operations(input: Shape, decodesEachStep: Bool) -> Int {
    let vectors = embedding.map { Shape(input + [$0.weight.shape[1]]) } ?? input
    return recurrent.operations(input: vectors)
      + decoder.operations(
        input: [decodesEachStep ? vectors[0] : 1, vectors[1], decoder.weight.shape[1]])
  }

  /// The summaries of embedding, recurrent layers and decoder.
  func parts(_ x: Tensor, decodesEachStep: Bool) -> [(name: String, summary: LayerSummary)] {
    var parts: [(name: String, summary: LayerSummary)] = []
    var x = x
    if let embedding {
      parts.append(("encoder", embedding.summary(x)))
      x = Tensor(zeros: parts[0].summary.output, parts[0].summary.outputType)
    }
    let outputs = recurrent.summary(x)
    let decoded = decodesEachStep ? outputs.output : Shape(Array(outputs.output.dropFirst()))
    parts.append(("rnn", outputs))
    parts.append(("decoder", decoder.summary(Tensor(zeros: decoded, outputs.outputType))))
    return parts
  }
}
