import Foundation
import TandemLayers
import TandemSequences
import TandemTensors
import Testing

@Suite struct BeamSearchTests {
  private let prime = [2, 0]

  /// The logarithm of the probability that `tokens` follow the prime.
  private func logProbability(_ tokens: [Int], _ model: LanguageModel) -> Double {
    let all = prime + tokens
    let logits = model(Tensor(indices: Array(all.dropLast()), [all.count - 1, 1]))
      .logSoftmax().values
    return tokens.enumerated().reduce(0) { sum, next in
      sum + logits[(prime.count - 1 + next.offset) * model.vocabulary + next.element]
    }
  }

  private func strings(_ length: Int, vocabulary: Int) -> [[Int]] {
    (0..<length).reduce([[]]) { strings, _ in
      strings.flatMap { string in (0..<vocabulary).map { string + [$0] } }
    }
  }

  /// A beam as wide as there are strings finds the likeliest of all, with their probabilities.
  @Test func exhaustive() throws {
    let model = smallLanguageModel(vocabulary: 3)
    let found = try model.search(BeamSearch(beam: 27, length: 3), prime: prime)
    let expected = strings(3, vocabulary: 3).map { ($0, logProbability($0, model)) }
      .sorted { $0.1 > $1.1 }
    #expect(found.map(\.tokens) == expected.map(\.0))
    for (hypothesis, string) in zip(found, expected) {
      #expect(abs(hypothesis.logProbability - string.1) < 1e-5)
      #expect(abs(hypothesis.score - string.1 / 3) < 1e-5)
      #expect(!hypothesis.isComplete)
    }
    // All strings of a length together are certain.
    #expect(abs(found.reduce(0) { $0 + exp($1.logProbability) } - 1) < 1e-5)
  }

  /// With an end token every string that ends, or is cut at the length, takes part; by rank of
  /// their mean.
  @Test(arguments: [0.0, 0.6, 1.0]) func exhaustiveWithEnd(exponent: Double) throws {
    let model = smallLanguageModel(vocabulary: 3, seed: 4)
    let found = try model.search(
      BeamSearch(beam: 30, length: 3, end: 1, lengthExponent: exponent), prime: prime)
    var expected: [(tokens: [Int], score: Double)] = []
    for length in 1...3 {
      for string in strings(length, vocabulary: 3) {
        let ends = string.last == 1
        if string.dropLast().contains(1) || (!ends && length < 3) { continue }
        let score = logProbability(string, model) / pow(Double(length), exponent)
        expected.append((ends ? Array(string.dropLast()) : string, score))
      }
    }
    expected.sort { $0.score > $1.score }
    #expect(found.count == expected.count)
    for (hypothesis, string) in zip(found, expected) {
      #expect(abs(hypothesis.score - string.score) < 1e-5)
      #expect(hypothesis.tokens == string.tokens)
    }
  }

  /// A beam of one is the greedy choice at each step.
  @Test func beamOfOne() throws {
    let model = smallLanguageModel(vocabulary: 7, size: 8)
    let found = try model.search(BeamSearch(beam: 1, length: 10), prime: prime)
    var sampler = try TokenSampler(
      model, filter: TokenFilter(temperature: 0), prime: prime,
      random: RandomStream(seed: 1, name: "greedy"))
    #expect(found.count == 1)
    #expect(found[0].tokens == sampler.generate(10)[0])
    #expect(abs(found[0].logProbability - logProbability(found[0].tokens, model)) < 1e-4)
  }

  /// A wider beam's best is no less likely than a narrower one's, here at least.
  @Test func widerIsBetter() throws {
    let model = smallLanguageModel(vocabulary: 7, size: 8, seed: 3)
    let scores = try [1, 4, 49].map {
      try model.search(BeamSearch(beam: $0, length: 5), prime: prime)[0].score
    }
    #expect(scores[0] <= scores[1] + 1e-6 && scores[1] <= scores[2] + 1e-6)
  }

  @Test func refusesEmptyPrime() {
    #expect(throws: SamplingError.noPrime) {
      try smallLanguageModel().search(BeamSearch(beam: 2, length: 3), prime: [])
    }
    #expect(throws: SamplingError.unknownToken(9, vocabulary: 5)) {
      try smallLanguageModel().search(BeamSearch(beam: 2, length: 3, end: 9), prime: [0])
    }
  }
}
