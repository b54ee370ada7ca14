import TandemLayers
import TandemSequences
import TandemTensors
import TandemTraining

/// The trainings of recurrent networks that are measured: Benchmarks/pytorch/sequences.py has the
/// same.
enum SequenceBenchmark: String, CaseIterable, Benchmark {
  case charlm2x128 = "charlm-2x128"
  case charlm2x512 = "charlm-2x512"
  case wordlm2x200 = "wordlm-2x200"
  case wordlm2x650 = "wordlm-2x650"
  case rnn = "rnn-128"
  case gru = "gru-128"
  case lstm = "lstm-128"

  var name: String { rawValue }
  var warmUpSteps: Int { 4 }

  func training() throws -> () throws -> Void {
    switch self {
    case .charlm2x128:
      try languageModel(vocabulary: 65, embedding: 128, size: 128, batch: 50, steps: 50)
    case .charlm2x512:
      try languageModel(vocabulary: 65, embedding: 128, size: 512, batch: 64, steps: 128)
    case .wordlm2x200:
      try languageModel(vocabulary: 10_000, embedding: 200, size: 200, batch: 20, steps: 20)
    case .wordlm2x650:
      try languageModel(vocabulary: 10_000, embedding: 650, size: 650, batch: 20, steps: 35)
    case .rnn: try classifier(.tanh)
    case .gru: try classifier(.gru)
    case .lstm: try classifier(.lstm)
    }
  }

  /// Two layers of LSTM between an embedding and a linear output; the state is carried.
  private func languageModel(
    vocabulary: Int, embedding: Int, size: Int, batch: Int, steps: Int
  ) throws -> () throws -> Void {
    var random = RandomStream(seed: 1, name: "init")
    let model = LanguageModel(
      vocabulary: vocabulary, embeddingSize: embedding,
      recurrent: LSTM(embedding, size, layers: 2, random: &random), random: &random)
    return try training(model, carriesState: true) {
      func tokens() -> Tensor {
        Tensor(
          indices: random.uniform([steps * batch]).floats.map { Int($0 * Float(vocabulary)) },
          [steps, batch])
      }
      return SequenceBatch(inputs: tokens(), targets: tokens())
    }
  }

  /// A layer of 128 over 200 steps of 64 features, whose last output tells one of ten classes.
  private func classifier(_ cell: RecurrentCell) throws -> () throws -> Void {
    var random = RandomStream(seed: 1, name: "init")
    let model = SequenceClassifier(
      SequenceNetwork(
        features: 64, recurrent: RecurrentStack(cell, 64, 128, random: &random), outputs: 10,
        random: &random))
    return try training(model, carriesState: false) {
      SequenceBatch(
        inputs: random.normal([200, 64, 64]),
        targets: Tensor(indices: random.uniform([64]).floats.map { Int($0 * 10) }))
    }
  }

  /// Steps with Adam and clipping by the global norm over a ring of batches drawn beforehand.
  private func training<Model: SequenceModel>(
    _ model: Model, carriesState: Bool, _ batch: () -> SequenceBatch
  ) throws -> () throws -> Void {
    let rate = 1e-3
    var trainer = SequenceTrainer(
      model: model, optimizer: try .adam(learningRate: rate, clipping: .globalNorm(5)),
      rate: .steps(try Schedule(.constant, learningRate: rate)),
      settings: .init(carriesState: carriesState), seed: 1)
    let batches = (0..<8).map { _ in batch() }
    return { _ = try trainer.takeStep(batches[trainer.step % batches.count]) }
  }
}
