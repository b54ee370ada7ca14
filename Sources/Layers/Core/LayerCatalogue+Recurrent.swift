import TandemTensors

extension LayerCatalogue {
  /// The cases of recurrent layers, over three steps of a batch of two.
  static func recurrentCases(_ random: inout RandomStream) -> [Case] {
    let sequence = random.normal([3, 2, 4], .float64)
    func varied<L: Layer>(_ layer: L) -> L {
      var copy = layer
      copy.walk { _, tensor, _ in
        tensor = tensor + random.uniform(tensor.shape, in: -0.3..<0.3)
      }
      return copy
    }
    return [
      Case("RNN", RNN(4, 3, random: &random), sequence),
      Case(
        "RNN with a ReLU, two layers",
        RNN(RecurrentStack(.relu, 4, 3, layers: 2, random: &random)), sequence),
      Case("GRU", GRU(4, 3, random: &random), sequence),
      Case("GRU without bias", GRU(4, 3, bias: false, random: &random), sequence),
      Case(
        "GRU, bidirectional", GRU(4, 2, layers: 2, isBidirectional: true, random: &random),
        sequence),
      Case("LSTM", LSTM(4, 3, random: &random), sequence),
      Case("LSTM without bias", LSTM(4, 2, bias: false, random: &random), sequence),
      Case(
        "LSTM, bidirectional",
        LSTM(
          4, 2, layers: 2, isBidirectional: true,
          initialization: .orthogonal(forgetBias: 1), random: &random), sequence),
      Case(
        "LSTM, two layers with dropout and weight drop",
        LSTM(4, 3, layers: 2, dropout: 0.3, weightDrop: 0.4, random: &random), sequence),
      Case(
        "RecurrentStack with locked dropout",
        RecurrentStack(
          .tanh, 4, 3, layers: 2, isBidirectional: true, dropout: 0.3, dropoutIsLocked: true,
          random: &random), sequence),
      Case("ProjectedLSTM", ProjectedLSTM(4, 3, projection: 2, random: &random), sequence),
      Case(
        "ProjectedLSTM, bidirectional",
        ProjectedLSTM(
          4, 2, projection: 1, layers: 2, isBidirectional: true, bias: false, random: &random),
        sequence),
      Case("LayerNormLSTM", varied(LayerNormLSTM(4, 3, random: &random)), sequence),
      Case(
        "LayerNormLSTM, bidirectional",
        varied(LayerNormLSTM(4, 3, layers: 2, isBidirectional: true, random: &random)), sequence),
      Case("MinGRU", MinGRU(4, 3, random: &random), sequence),
      Case("MinLSTM", MinLSTM(4, 3, random: &random), sequence),
      Case(
        "MinLSTM without bias, dropout",
        MinLSTM(4, 3, layers: 2, bias: false, dropout: 0.3, random: &random), sequence),
      Case(
        "MinimalStack, bidirectional",
        MinimalStack(.gru, 4, 2, layers: 2, isBidirectional: true, random: &random), sequence),
    ]
  }

  /// The cases of attention and of networks that attend.
  static func attentionCases(_ random: inout RandomStream) -> [Case] {
    let sequence = random.normal([3, 2, 4], .float64)
    let tokens = Tensor(indices: [0, 3, 3, 1, 4, 2], [3, 2])
    return [
      Case("AdditiveAttention", AdditiveAttention(4, keys: 4, size: 3, random: &random), sequence),
      Case("DotAttention", DotAttention(isScaled: true), sequence),
      Case("DotAttention, general", DotAttention(4, keys: 4, random: &random), sequence),
      Case(
        "EncoderDecoder",
        EncoderDecoder(
          source: 5, target: 5, embedding: 3, size: 2, isBidirectional: true,
          attention: .additive, random: &random), tokens),
      Case(
        "EncoderDecoder of GRUs",
        EncoderDecoder(
          source: 5, target: 5, embedding: 2, size: 2, cell: .gru, layers: 2, attention: .dot,
          dropout: 0.3, random: &random), tokens),
    ]
  }
}
