import TandemLayers
import TandemTensors

/// A model of the next token: int32 tokens `[T, B]` to logits `[T, B, vocabulary]`.
///
///     x = inputDropout(embedding[tokens])
///     h = recurrent(x)
///     logits = outputDropout(h) W^T + b
///
/// Parameters: `encoder.weight` `[vocabulary, embedding]`, those of `rnn`, `decoder.weight`
/// `[vocabulary, output]` and `decoder.bias` `[vocabulary]`: PyTorch's names in its word language
/// model. With tied weights the decoder reads the embedding's table, which then is one parameter,
/// with the gradients of both uses added up (Press and Wolf 2017; Inan et al. 2017).
public struct LanguageModel: RecurrentModel {
  public var embedding: Embedding
  /// Between embedding and recurrent layers.
  public var inputDropout: any Layer
  public var recurrent: any SequenceLayer
  /// Between recurrent layers and decoder.
  public var outputDropout: any Layer
  /// `[vocabulary, output]`; absent where the embedding's table is used in its place.
  public var decoderWeight: Tensor?
  /// `[vocabulary]`.
  public var decoderBias: Tensor

  /// A model around recurrent layers.
  ///
  /// - Parameters:
  ///   - vocabulary: The number of tokens.
  ///   - embeddingSize: Numbers per embedded token: the input size of `recurrent`.
  ///   - recurrent: The layers between; the size of its outputs must be `embeddingSize` where
  ///     weights are tied.
  ///   - embeddingDropout: The probability that a token's vector is zero throughout a pass in
  ///     training.
  ///   - embeddings: What the embedding's table starts from: PyTorch's standard normal unless told
  ///     otherwise, far too wide for a table that the decoder reads too.
  ///   - weights: What the decoder's own weights start from.
  ///   - biases: What the decoder's bias starts from.
  public init(
    vocabulary: Int, embeddingSize: Int, recurrent: any SequenceLayer, isTied: Bool = false,
    embeddingDropout: Double = 0, inputDropout: any Layer = Dropout(0),
    outputDropout: any Layer = Dropout(0), embeddings: Initializer = .normal(deviation: 1),
    weights: Initializer = .standard, biases: Initializer = .standard,
    random: inout RandomStream
  ) {
    let outputSize = recurrent(Tensor(zeros: [1, 1, embeddingSize])).shape[2]
    require(
      !isTied || outputSize == embeddingSize,
      """
      language model: weights cannot be tied between embeddings of \(embeddingSize) and outputs \
      of \(outputSize) numbers
      """)
    embedding = Embedding(
      vocabulary, embeddingSize, weights: embeddings, dropout: embeddingDropout, random: &random)
    self.inputDropout = inputDropout
    self.recurrent = recurrent
    self.outputDropout = outputDropout
    decoderWeight = isTied ? nil : weights.tensor([vocabulary, outputSize], random: &random)
    decoderBias = biases.tensor(
      [vocabulary], fans: Fans(of: [vocabulary, outputSize]), random: &random)
  }

  /// The number of tokens.
  public var vocabulary: Int { embedding.weight.shape[0] }
  /// Whether the decoder reads the embedding's table.
  public var isTied: Bool { decoderWeight == nil }
  public var quantity: SequenceMeasures.Quantity { .tokens }

  /// The logits of the tokens that follow each step, and the state after the last.
  ///
  /// - Parameters:
  ///   - tokens: int32 `[T, B]`, each in `0 ..< vocabulary`.
  ///   - state: The state before the first step; zero if absent.
  ///   - lengths: Steps of each sequence, int32 `[B]`; all T if absent.
  ///   - resets: Where sequences begin anew; see `SequenceBatch.resets`.
  /// - Returns: Logits `[T, B, vocabulary]`.
  public func logits(
    _ tokens: Tensor, state: RecurrentState? = nil, lengths: Tensor? = nil,
    resets: Tensor? = nil, _ pass: inout Pass
  ) -> (logits: Tensor, state: RecurrentState) {
    require(tokens.rank == 2, "language model: tokens of shape \(tokens.shape), not [T, B]")
    let x = recurrentInput(tokens, &pass)
    let (output, state) = recurrent(x, state: state, lengths: lengths, resets: resets, &pass)
    return (logits(ofOutput: output, &pass), state)
  }

  private func logits(ofOutput output: Tensor, _ pass: inout Pass) -> Tensor {
    decoder(outputDropout(output, &pass), &pass)
  }

  public func recurrentInput(_ inputs: Tensor, _ pass: inout Pass) -> Tensor {
    inputDropout(embedding(inputs, &pass), &pass)
  }

  public func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    logits(x, &pass).logits
  }

  public func cost(
    ofOutput output: Tensor, _ batch: SequenceBatch, countsHits: Bool, _ pass: inout Pass
  ) -> SequenceCost {
    .crossEntropy(
      logits(ofOutput: output, &pass), batch.targets, weights: batch.targetWeights,
      countsHits: countsHits)
  }

  public func initialState(batch: Int) -> RecurrentState? {
    recurrent.initialState(batch: batch, embedding.weight.dtype)
  }

  public mutating func walk(_ walker: inout ParameterWalker) {
    walker.child("encoder", &embedding)
    walker.child("rnn", &recurrent)
    walker.child("input_dropout", existential: &inputDropout)
    walker.child("output_dropout", existential: &outputDropout)
    walker.parameter("decoder.weight", &decoderWeight)
    walker.parameter("decoder.bias", &decoderBias)
  }

  public var description: String {
    "Language model of \(vocabulary) tokens\(isTied ? ", tied" : "")"
  }

  public func operations(input: Shape) -> Int {
    recurrent.operations(input: Shape(input + [embedding.weight.shape[1]]))
      + decoder.operations(input: Shape(input + [decoder.weight.shape[1]]))
  }

  public func summary(_ x: Tensor) -> LayerSummary {
    let vectors = embedding.summary(x)
    let outputs = recurrent.summary(Tensor(zeros: vectors.output, vectors.outputType))
    let logits = decoder.summary(Tensor(zeros: outputs.output, outputs.outputType))
    return summaryOfWhole(
      x, parts: [("encoder", vectors), ("rnn", outputs), ("decoder", logits)])
  }

  /// The decoder as a layer.
  private var decoder: Linear {
    Linear(weight: decoderWeight ?? embedding.weight, bias: decoderBias)
  }
}
