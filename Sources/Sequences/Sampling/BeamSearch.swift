import TandemLayers
import TandemTensors
import TandemTraining

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A search for likely sequences: at each step the `beam` likeliest beginnings are gone on with.
///
/// Sequences are ranked by `log p(tokens) / length^exponent`: without it the shortest would always
/// win, since every token makes a sequence less likely.
///
/// Sources: Sutskever, Vinyals and Le 2014; the exponent is that of Wu et al. 2016.
public struct BeamSearch: Sendable, Hashable {
  /// Beginnings gone on with, and the greatest number of results.
  public let beam: Int
  /// Tokens of the longest result.
  public let length: Int
  /// The token that ends a sequence, if there is one.
  public let end: Int?
  /// 0 ranks by probability alone, 1 by the mean logarithm of a token's probability.
  public let lengthExponent: Double

  /// A sequence that was found.
  public struct Hypothesis: Sendable, Hashable {
    /// The tokens behind the prime, without the end token.
    public let tokens: [Int]
    /// The natural logarithm of the probability of the tokens, and of the end where it was reached.
    public let logProbability: Double
    /// What it is ranked by.
    public let score: Double
    /// Whether the end token was reached.
    public let isComplete: Bool
  }

  /// The settings given.
  ///
  /// - Throws: `HyperparameterError` for a beam or a length below 1 or a negative exponent.
  public init(
    beam: Int, length: Int, end: Int? = nil, lengthExponent: Double = 1
  ) throws(HyperparameterError) {
    try HyperparameterError.check("beam", beam, atLeast: 1)
    try HyperparameterError.check("length", length, atLeast: 1)
    try HyperparameterError.checkNotNegative("lengthExponent", lengthExponent)
    self.beam = beam
    self.length = length
    self.end = end
    self.lengthExponent = lengthExponent
  }

  /// A beginning that is gone on with.
  private struct Beginning {
    var tokens: [Int]
    var logProbability: Double
  }

  /// A beginning with one more token.
  private struct Candidate {
    let parent: Int
    let token: Int
    let logProbability: Double
  }

  /// The likeliest sequences, best first.
  ///
  /// - Parameters:
  ///   - first: The logits of the first token, `[1, vocabulary]`.
  ///   - advance: Given the last token of each beginning and the number of the beginning before
  ///     that it goes on from, the logits of the next, `[beginnings, vocabulary]`.
  func run(
    first: Tensor, _ advance: (_ tokens: [Int], _ parents: [Int]) -> Tensor
  ) -> [Hypothesis] {
    var live = [Beginning(tokens: [], logProbability: 0)]
    var found: [Hypothesis] = []
    var logits = first
    for step in 1...length {
      var next: [Candidate] = []
      for candidate in candidates(live, logits) {
        if next.count == beam { break }
        if candidate.token == end {
          found.append(
            hypothesis(
              live[candidate.parent].tokens, candidate.logProbability, count: step,
              isComplete: true))
        } else {
          next.append(candidate)
        }
      }
      live = next.map {
        Beginning(
          tokens: live[$0.parent].tokens + [$0.token], logProbability: $0.logProbability)
      }
      if live.isEmpty || step == length || isSettled(live, found) { break }
      logits = advance(next.map(\.token), next.map(\.parent))
    }
    if !isSettled(live, found) {
      found += live.map {
        hypothesis($0.tokens, $0.logProbability, count: $0.tokens.count, isComplete: false)
      }
    }
    return Array(
      found.enumerated().sorted { a, b in
        a.element.score == b.element.score
          ? a.offset < b.offset : a.element.score > b.element.score
      }.map(\.element).prefix(beam))
  }

  /// The ways to go on, likeliest first; enough of them for `beam` that do not end.
  private func candidates(_ live: [Beginning], _ logits: Tensor) -> [Candidate] {
    let vocabulary = logits.shape[1]
    let wanted = end == nil ? beam : beam + 1
    var selection = TokenSelection()
    var result: [Candidate] = []
    logits.converted(to: .float32).withUnsafeBytes { bytes in
      let all = bytes.bindMemory(to: Float.self)
      for (parent, beginning) in live.enumerated() {
        let row = UnsafeBufferPointer(
          rebasing: all[(parent * vocabulary)..<((parent + 1) * vocabulary)])
        let greatest = Double(row[row.indexOfGreatest])
        let normalizer =
          greatest + log(row.reduce(0.0) { $0 + exp(Double($1) - greatest) })
        selection.selectGreatest(wanted, of: row)
        for token in selection.tokens {
          result.append(
            Candidate(
              parent: parent, token: Int(token),
              logProbability: beginning.logProbability + Double(row[Int(token)]) - normalizer))
        }
      }
    }
    return result.sorted {
      $0.logProbability == $1.logProbability
        ? ($0.parent, $0.token) < ($1.parent, $1.token) : $0.logProbability > $1.logProbability
    }
  }

  /// Whether no beginning can become one of the best results any more: it only gets less likely,
  /// and its score is at best what it would be at the greatest length.
  private func isSettled(_ live: [Beginning], _ found: [Hypothesis]) -> Bool {
    guard found.count >= beam, let best = live.map(\.logProbability).max() else { return false }
    let bound = best / pow(Double(length), lengthExponent)
    return found.map(\.score).sorted(by: >)[beam - 1] >= bound
  }

  private func hypothesis(
    _ tokens: [Int], _ logProbability: Double, count: Int, isComplete: Bool
  ) -> Hypothesis {
    Hypothesis(
      tokens: tokens, logProbability: logProbability,
      score: logProbability / pow(Double(count), lengthExponent), isComplete: isComplete)
  }
}

extension LanguageModel {
  /// The likeliest sequences behind `prime`, best first.
  ///
  /// - Throws: `SamplingError` for an empty prime or a token that the model does not know.
  public func search(
    _ search: BeamSearch, prime: [Int]
  ) throws(SamplingError) -> [BeamSearch.Hypothesis] {
    guard !prime.isEmpty else { throw .noPrime }
    try SamplingError.check(prime + (search.end.map { [$0] } ?? []), vocabulary: vocabulary)
    var (logits, state) = nextLogits(Tensor(indices: prime, [prime.count, 1]), state: nil)
    return search.run(first: logits) { tokens, parents in
      (logits, state) = nextLogits(
        Tensor(indices: tokens, [1, tokens.count]),
        state: state.gather(Tensor(indices: parents)))
      return logits
    }
  }
}
