import TandemLayers
import TandemSequences
import TandemTensors

/// Drawing characters one by one from a model of two layers of 128 as `charlm-2x128` trains it: a
/// step is a token.
enum SamplingBenchmark: String, CaseIterable, Benchmark {
  case sampling

  var name: String { rawValue }
  var warmUpSteps: Int { 2000 }
  var stepUnit: String? { "tokens" }

  func training() throws -> () throws -> Void {
    var random = RandomStream(seed: 1, name: "init")
    let model = LanguageModel(
      vocabulary: 65, embeddingSize: 128,
      recurrent: LSTM(128, 128, layers: 2, random: &random), random: &random)
    var sampler = try TokenSampler(
      model, filter: try TokenFilter(), prime: [0], random: RandomStream(seed: 1, name: "samples"))
    return { _ = sampler.next() }
  }
}
