import TandemLayers
import TandemSequences
import TandemTensors

/// One recurrent layer, its parameters in the order of their use.
struct TestRecurrent: SequenceLayer {
  let cell: RecurrentCell
  var input: Tensor
  var recurrent: Tensor
  var bias: Tensor?

  init(_ cell: RecurrentCell, _ inputs: Int, _ size: Int, random: inout RandomStream) {
    self.cell = cell
    let rows = cell.gateCount * size
    input = random.uniform([rows, inputs], in: -0.5..<0.5)
    recurrent = random.uniform([rows, size], in: -0.5..<0.5)
    bias = cell.hasRecurrentBias ? random.uniform([rows], in: -0.5..<0.5) : nil
  }

  func callAsFunction(
    _ x: Tensor, state: RecurrentState?, lengths: Tensor?, _ pass: inout Pass
  ) -> (output: Tensor, state: RecurrentState) {
    let state = state ?? initialState(batch: x.shape[1], x.dtype)
    let result = x.linear(input).recurrent(
      cell, weight: recurrent, bias: bias, hidden: state.tensors[0],
      memory: cell.hasMemory ? state.tensors[1] : nil, lengths: lengths)
    return (result.output, RecurrentState([result.hidden, result.memory].compactMap { $0 }))
  }

  func initialState(batch: Int, _ dtype: DType) -> RecurrentState {
    RecurrentState(
      (0..<(cell.hasMemory ? 2 : 1)).map { _ in Tensor(zeros: [batch, recurrent.shape[1]], dtype) })
  }

  mutating func walk(_ walker: inout ParameterWalker) {
    walker.parameter("weight_ih_l0", &input)
    walker.parameter("weight_hh_l0", &recurrent)
    walker.parameter("bias_hh_l0", &bias)
  }
}

/// A language model of few numbers.
func smallLanguageModel(
  vocabulary: Int = 5, size: Int = 4, cell: RecurrentCell = .lstm, isTied: Bool = false,
  embeddingDropout: Double = 0, outputDropout: Double = 0, seed: UInt64 = 1
) -> LanguageModel {
  var random = RandomStream(seed: seed, name: "test")
  return LanguageModel(
    vocabulary: vocabulary, embeddingSize: size,
    recurrent: TestRecurrent(cell, size, size, random: &random), isTied: isTied,
    embeddingDropout: embeddingDropout, outputDropout: Dropout(outputDropout),
    embeddings: .uniform(-0.7..<0.7), weights: .uniform(-0.7..<0.7), biases: .uniform(-0.3..<0.3),
    random: &random)
}

/// A model that predicts the same logits whatever it reads: those of its bias.
func constantModel(_ logits: [Double]) -> LanguageModel {
  var model = smallLanguageModel(vocabulary: logits.count)
  model.decoderWeight = Tensor(zeros: model.decoderWeight!.shape)
  model.decoderBias = Tensor(logits, [logits.count])
  return model
}

/// Tokens `[steps, batch]`, any below `vocabulary`.
func someTokens(_ steps: Int, _ batch: Int, vocabulary: Int = 5, seed: UInt64 = 1) -> Tensor {
  var random = RandomStream(seed: seed, name: "tokens")
  return Tensor(
    indices: (0..<(steps * batch)).map { _ in random.integer(below: vocabulary) }, [steps, batch])
}

/// The greatest difference between two tensors' elements.
func difference(_ a: Tensor, _ b: Tensor) -> Double {
  a.shape == b.shape
    ? zip(a.values, b.values).reduce(0) { max($0, abs($1.0 - $1.1)) } : .infinity
}

extension Layer {
  /// The values of all tensors, for comparison to the bit.
  var bits: [[UInt64]] { state.map { $0.tensor.values.map(\.bitPattern) } }
}

extension RecurrentState {
  var bits: [[UInt64]] { tensors.map { $0.values.map(\.bitPattern) } }
}
