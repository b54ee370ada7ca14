import Foundation
import TandemLayers
import TandemSequences
import TandemTensors
import Testing

@Suite struct TokenSamplerTests {
  private let random = RandomStream(seed: 1, name: "samples")

  /// Frequencies of 20,000 tokens fit the model's probabilities: chi-squared of 3 degrees of
  /// freedom exceeds 16.3 once in a thousand times, and the seed is fixed.
  @Test func frequencies() throws {
    let probabilities = [0.5, 0.25, 0.15, 0.1]
    let model = constantModel(probabilities.map { log($0) })
    var sampler = try TokenSampler(
      model, filter: TokenFilter(), count: 10, prime: [0], random: random)
    var counts = [Double](repeating: 0, count: 4)
    for _ in 0..<2000 {
      for token in sampler.nextTokens() { counts[token] += 1 }
    }
    let chiSquared = zip(counts, probabilities).reduce(0) {
      $0 + ($1.0 - 20_000 * $1.1) * ($1.0 - 20_000 * $1.1) / (20_000 * $1.1)
    }
    #expect(chiSquared < 16.3)
    // Samples side by side are not each other's copies.
    #expect(Set(sampler.generate(20)).count == 10)
  }

  /// Greedy samples are the argmax of a pass over all tokens so far: the state is carried right.
  @Test(arguments: RecurrentCell.allCases) func greedy(_ cell: RecurrentCell) throws {
    let model = smallLanguageModel(vocabulary: 7, size: 8, cell: cell)
    var sampler = try TokenSampler(
      model, filter: TokenFilter(temperature: 0), prime: [3, 1, 4], random: random)
    var tokens = [3, 1, 4]
    for _ in 0..<12 {
      let logits = model(Tensor(indices: tokens, [tokens.count, 1]))
      let expected = Int(logits.argmax().values.last!)
      #expect(sampler.next() == expected)
      tokens.append(expected)
    }
  }

  /// Tokens fed in parts are one prime, and the same seed draws the same.
  @Test func feeding() throws {
    let model = smallLanguageModel(vocabulary: 7, size: 8)
    var whole = try TokenSampler(
      model, filter: TokenFilter(), count: 3, prime: [3, 1, 4, 1], random: random)
    var parts = try TokenSampler(
      model, filter: TokenFilter(), count: 3, prime: [3], random: random)
    try parts.feed([1, 4])
    try parts.feed([1])
    let samples = whole.generate(30)
    #expect(parts.generate(30) == samples)
    #expect(samples.allSatisfy { $0.count == 30 && $0.allSatisfy((0..<7).contains) })
    // Drawn tokens go on to be read: another continuation follows another feed.
    var one = try TokenSampler(
      model, filter: TokenFilter(temperature: 0), prime: [3], random: random)
    _ = one.generate(5)
    try one.feed([2, 2])
    var all = try TokenSampler(
      model, filter: TokenFilter(temperature: 0), prime: [3], random: random)
    let drawn = all.generate(5)[0]
    let logits = model(Tensor(indices: [3] + drawn + [2, 2], [8, 1]))
    #expect(one.next() == Int(logits.argmax().values.last!))
  }

  /// Without a prime the first token is any.
  @Test func withoutPrime() throws {
    let model = constantModel([50, 0, 0])
    var sampler = try TokenSampler(
      model, filter: TokenFilter(), count: 60, prime: [], random: random)
    #expect(Set(sampler.nextTokens()) == [0, 1, 2])
    #expect(Set(sampler.nextTokens()) == [0])
  }

  /// A sample ends before its end token, others go on; the callback can stop them all.
  @Test func ends() throws {
    let model = constantModel([log(0.5), log(0.5)])
    var sampler = try TokenSampler(
      model, filter: TokenFilter(), count: 8, prime: [0], random: random)
    var streamed = [[Int]](repeating: [], count: 8)
    let samples = sampler.generate(50, until: 1) { sample, token in
      streamed[sample].append(token)
      return true
    }
    #expect(samples == streamed)
    #expect(samples.allSatisfy { $0.allSatisfy { $0 == 0 } })
    #expect(Set(samples.map(\.count)).count > 1 && samples.allSatisfy { $0.count < 50 })
    var few = try TokenSampler(model, filter: TokenFilter(), prime: [0], random: random)
    var seen = 0
    let stopped = few.generate(50) { _, _ in
      seen += 1
      return seen < 3
    }
    #expect(stopped[0].count == 3)
  }

  @Test func refusesUnknownTokens() {
    let error = #expect(throws: SamplingError.self) {
      try TokenSampler(
        smallLanguageModel(), filter: TokenFilter(), prime: [2, 5], random: random)
    }
    #expect("\(error!)" == "token 5 is not in the vocabulary of 5 tokens")
    #expect(throws: SamplingError.noSamples(0)) {
      try TokenSampler(
        smallLanguageModel(), filter: TokenFilter(), count: 0, prime: [], random: random)
    }
  }
}
