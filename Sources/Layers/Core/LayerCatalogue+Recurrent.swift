import TandemTensors

extension LayerCatalogue {
  /// The cases of recurrent layers, over three steps of a batch of two.
  static func recurrentCases(_ random: inout RandomStream) -> [Case] {
    let sequence = random.normal([3, 2, 4], .float64)
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
    ]
  }
}
