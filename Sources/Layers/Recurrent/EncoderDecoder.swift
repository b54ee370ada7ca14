import TandemTensors

/// A recurrent encoder that reads a sequence of tokens and a recurrent decoder that writes another,
/// attending to the encoder's outputs.
///
///     memory = encoder(embed(source)),     state of the decoder = bridge(last state of the encoder)
///     h_t = decoder(embed(token_(t-1))),   context_t = attention(h_t, memory)
///     a_t = tanh(W_c [context_t, h_t]),    logits_t = W_o a_t + b_o
///
/// The decoder's recurrence does not look at the contexts, so that in training, where the target is
/// known, all its steps and all its queries are computed at once. `encode` and `decodeStep` are the
/// same network one token at a time.
///
/// As a `Layer` it is an autoencoder: tokens `[T, B]` to the logits of reproducing them, with
/// token 0 in front of the decoder's input.
///
/// Sources: Sutskever, Vinyals and Le 2014; Luong, Pham and Manning 2015.
public struct EncoderDecoder: Layer {
  /// How the decoder looks at the encoder's outputs.
  public enum AttentionKind: String, Sendable, Hashable, CaseIterable, Codable {
    case additive, dot, scaledDot
  }

  /// What a source was read into.
  public struct Memory: Sendable {
    /// The encoder's outputs.
    public let attended: AttentionMemory
    /// The state in which the decoder begins.
    public let state: RecurrentState
  }

  public var sourceEmbedding: Embedding
  public var targetEmbedding: Embedding
  public var encoder: RecurrentStack
  /// From the last states of both directions to the decoder's first, for each of its tensors;
  /// empty where the encoder reads forwards alone and its state is taken as it is.
  public var bridge: [Linear]
  public var decoder: RecurrentStack
  public var attention: any Attention
  /// `W_c`.
  public var combination: Linear
  /// `W_o` and `b_o`.
  public var output: Linear
  /// Probability of dropping an element of the embeddings, between layers and of `a_t`.
  public let dropout: Double

  /// A network of random weights.
  ///
  /// - Parameters:
  ///   - source: Tokens of the source's vocabulary.
  ///   - target: Tokens of the target's vocabulary.
  ///   - embedding: Length of both embeddings.
  ///   - size: Length of the outputs of encoder (one direction) and decoder.
  ///   - isBidirectional: Whether the encoder reads backwards too.
  public init(
    source: Int, target: Int, embedding: Int, size: Int, cell: RecurrentCell = .lstm,
    layers: Int = 1, isBidirectional: Bool = false, attention: AttentionKind = .dot,
    dropout: Double = 0, initialization: RecurrentInitialization = .standard,
    random: inout RandomStream
  ) {
    sourceEmbedding = Embedding(source, embedding, random: &random)
    targetEmbedding = Embedding(target, embedding, random: &random)
    encoder = RecurrentStack(
      cell, embedding, size, layers: layers, isBidirectional: isBidirectional, dropout: dropout,
      initialization: initialization, random: &random)
    decoder = RecurrentStack(
      cell, embedding, size, layers: layers, dropout: dropout, initialization: initialization,
      random: &random)
    bridge = []
    if isBidirectional {
      for _ in 0..<(layers * cell.stateCount) {
        bridge.append(Linear(2 * size, size, random: &random))
      }
    }
    let width = encoder.outputSize
    switch attention {
    case .additive:
      self.attention = AdditiveAttention(size, keys: width, size: size, random: &random)
    case .dot, .scaledDot:
      let isScaled = attention == .scaledDot
      self.attention =
        width == size
        ? DotAttention(isScaled: isScaled)
        : DotAttention(size, keys: width, isScaled: isScaled, random: &random)
    }
    combination = Linear(width + size, size, bias: false, random: &random)
    output = Linear(size, target, random: &random)
    self.dropout = dropout
  }

  /// Reads sources.
  ///
  /// - Parameters:
  ///   - tokens: int32 `[S, B]`; in the padding any token of the vocabulary.
  ///   - lengths: Tokens of each source, int32 `[B]`; all S if absent.
  public func encode(_ tokens: Tensor, lengths: Tensor? = nil, _ pass: inout Pass) -> Memory {
    require(tokens.rank == 2, "encode: tokens of shape \(tokens.shape)")
    let x = pass.dropped(sourceEmbedding(tokens, &pass), dropout)
    let (outputs, last) = encoder(x, state: nil, lengths: lengths, &pass)
    var state = last
    if !bridge.isEmpty {
      let each = encoder.cell.stateCount
      state = RecurrentState(
        bridge.indices.map { index in
          // Of layer and kind: the tensor of the forward and of the backward direction.
          let first = index / each * 2 * each + index % each
          let both = [last.tensors[first], last.tensors[first + each]]
          return bridge[index](Tensor.concatenate(both, axis: 1), &pass)
        })
    }
    return Memory(attended: attention.memory(outputs, lengths: lengths), state: state)
  }

  /// The logits of the tokens that follow those given, with teacher forcing.
  ///
  /// - Parameters:
  ///   - tokens: What the decoder is given, int32 `[T, B]`: a start token and the target but for
  ///     its last token.
  ///   - state: The decoder's state before them; the memory's if absent.
  /// - Returns: Logits `[T, B, target vocabulary]`, the decoder's last state and the attention
  ///   weights `[T, B, S]`.
  public func decode(
    _ tokens: Tensor, state: RecurrentState? = nil, _ memory: Memory, _ pass: inout Pass
  ) -> (logits: Tensor, state: RecurrentState, attentionWeights: Tensor) {
    require(tokens.rank == 2, "decode: tokens of shape \(tokens.shape)")
    let x = pass.dropped(targetEmbedding(tokens, &pass), dropout)
    let (hidden, last) = decoder(x, state: state ?? memory.state, lengths: nil, &pass)
    let (context, weights) = attention(hidden, in: memory.attended)
    let both = Tensor.concatenate([context, hidden], axis: 2)
    let attended = pass.dropped(combination(both, &pass, then: .tanh), dropout)
    return (output(attended, &pass), last, weights)
  }

  /// One step of the decoder.
  ///
  /// - Parameters:
  ///   - token: The token before, int32 `[B]`.
  ///   - state: The decoder's state; the memory's at the first step.
  /// - Returns: Logits `[B, target vocabulary]`, the state, and attention weights `[B, S]`.
  public func decodeStep(_ token: Tensor, _ state: RecurrentState, _ memory: Memory)
    -> (logits: Tensor, state: RecurrentState, attentionWeights: Tensor)
  {
    var pass = Pass.inference
    let result = decode(token.reshaped(to: [1, token.count]), state: state, memory, &pass)
    return (
      result.logits.reshaped(to: [token.count, -1]), result.state,
      result.attentionWeights.reshaped(to: [token.count, -1])
    )
  }

  /// The most likely token at each step.
  ///
  /// - Parameters:
  ///   - start: The token in front of every target.
  ///   - end: The token behind it.
  ///   - limit: Most tokens of a target.
  /// - Returns: The target of each source, without `start` and `end`.
  public func greedy(
    _ tokens: Tensor, lengths: Tensor? = nil, start: Int, end: Int, limit: Int
  ) -> [[Int]] {
    var pass = Pass.inference
    let memory = encode(tokens, lengths: lengths, &pass)
    let batch = tokens.shape[1]
    var (token, state) = ([Int](repeating: start, count: batch), memory.state)
    var targets = [[Int]](repeating: [], count: batch)
    var isOpen = [Bool](repeating: true, count: batch)
    for _ in 0..<limit where isOpen.contains(true) {
      let step = decodeStep(Tensor(indices: token), state, memory)
      state = step.state
      token = step.logits.argmax(1).values.map { Int($0) }
      for index in 0..<batch where isOpen[index] {
        if token[index] == end {
          isOpen[index] = false
        } else {
          targets[index].append(token[index])
        }
      }
    }
    return targets
  }

  /// The logits of a target as long as the source, of which the decoder is shown the first token
  /// of the vocabulary at every step: what a summary needs, when there is no target.
  public func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    decode(Tensor(zeros: x.shape, .int32), encode(x, &pass), &pass).logits
  }

  public mutating func walk(_ walker: inout ParameterWalker) {
    walker.child("source_embedding", &sourceEmbedding)
    walker.child("target_embedding", &targetEmbedding)
    walker.child("encoder", &encoder)
    for index in bridge.indices { walker.child("bridge.\(index)", &bridge[index]) }
    walker.child("decoder", &decoder)
    walker.child("attention", &attention)
    walker.child("combination", &combination)
    walker.child("output", &output)
  }

  public var description: String {
    let (source, target) = (sourceEmbedding.weight.shape[0], targetEmbedding.weight.shape[0])
    return "EncoderDecoder \(source)→\(target), \(encoder.description), \(attention.description)"
  }

  /// For an autoencoder of tokens `[T, B]`.
  public func operations(input: Shape) -> Int {
    let (steps, batch) = (input[0], input[1])
    let embedded: Shape = [steps, batch, encoder.inputSize]
    let width = encoder.outputSize
    return encoder.operations(input: embedded) + decoder.operations(input: embedded)
      + bridge.reduce(0) { $0 + $1.operations(input: [batch, 2 * encoder.size]) }
      + attention.operations(input: [steps, batch, width])
      + combination.operations(input: [steps, batch, width + decoder.size])
      + output.operations(input: [steps, batch, decoder.size])
  }
}
