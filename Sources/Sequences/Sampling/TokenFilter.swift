import TandemTraining

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How a token is drawn from logits: which tokens can be drawn at all, and how likely each is.
///
/// The probabilities are `softmax(logits / temperature)`. Of them `topK` keeps the k greatest,
/// then `topP` the fewest greatest whose sum is at least the part p of what is left (Holtzman et
/// al. 2020, nucleus sampling); the kept ones are scaled to the sum 1. Of equal logits those with
/// the smaller index come first.
public struct TokenFilter: Sendable, Hashable, Codable {
  /// 1 draws as the model predicts, less prefers likely tokens, 0 always takes the likeliest.
  public let temperature: Double
  /// Tokens kept.
  public let topK: Int?
  /// The part of the probability kept.
  public let topP: Double?

  /// The settings given.
  ///
  /// - Throws: `HyperparameterError` for a negative temperature, `topK` below 1 or `topP` outside
  ///   of `0 ... 1`.
  public init(
    temperature: Double = 1, topK: Int? = nil, topP: Double? = nil
  ) throws(HyperparameterError) {
    try HyperparameterError.checkNotNegative("temperature", temperature)
    if let topK { try HyperparameterError.check("topK", topK, atLeast: 1) }
    if let topP { try HyperparameterError.check("topP", topP, in: 0...1) }
    self.init(checked: temperature, topK, topP)
  }

  private init(checked temperature: Double, _ topK: Int?, _ topP: Double?) {
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
  }

  /// Draws as the model predicts, from all tokens.
  public static let asPredicted = TokenFilter(checked: 1, nil, nil)

  /// The probability of each token, zero of those that cannot be drawn.
  public func probabilities(_ logits: [Float]) -> [Double] {
    var selection = TokenSelection()
    logits.withUnsafeBufferPointer { selection.select(self, $0) }
    var result = [Double](repeating: 0, count: logits.count)
    for (token, weight) in zip(selection.tokens, selection.weights) {
      result[Int(token)] = weight / selection.total
    }
    return result
  }
}

/// The tokens that a filter keeps of a row of logits, with room that is used again for the next.
struct TokenSelection: Sendable {
  /// The tokens kept.
  private(set) var tokens: [Int32] = []
  /// How likely each is, up to a common factor.
  private(set) var weights: [Double] = []
  /// The sum of the weights.
  private(set) var total = 0.0

  /// Selects what `filter` keeps. A logit that is not a number counts as impossible.
  mutating func select(_ filter: TokenFilter, _ logits: UnsafeBufferPointer<Float>) {
    let best = logits.indexOfGreatest
    guard filter.temperature > 0, logits[best].isFinite else {
      (tokens, weights, total) = ([Int32(best)], [1], 1)
      return
    }
    if let k = filter.topK, k < logits.count {
      selectGreatest(k, of: logits)
    } else if tokens.count == logits.count {
      for index in tokens.indices { tokens[index] = Int32(truncatingIfNeeded: index) }
    } else {
      tokens = (0..<logits.count).map { Int32($0) }
    }
    if let p = filter.topP, p < 1 {
      keepNucleus(p, of: logits, best: logits[best], temperature: filter.temperature)
    } else {
      weigh(logits, best: logits[best], temperature: filter.temperature)
    }
  }

  private mutating func weigh(
    _ logits: UnsafeBufferPointer<Float>, best: Float, temperature: Double
  ) {
    if weights.count != tokens.count { weights = [Double](repeating: 0, count: tokens.count) }
    total = 0
    for index in tokens.indices {
      let logit = logits[Int(tokens[index])]
      let weight = logit.isNaN ? 0 : exp((Double(logit) - Double(best)) / temperature)
      weights[index] = weight
      total += weight
    }
  }

  /// Leaves the fewest tokens whose weights are at least the part p of all.
  private mutating func keepNucleus(
    _ p: Double, of logits: UnsafeBufferPointer<Float>, best: Float, temperature: Double
  ) {
    weigh(logits, best: best, temperature: temperature)
    let wanted = p * total
    // A heap gives the greatest first and is not asked for more than are kept.
    var heap = TokenHeap(tokens: tokens) { logits.precedes($0, $1) }
    tokens.removeAll(keepingCapacity: true)
    weights.removeAll(keepingCapacity: true)
    total = 0
    repeat {
      guard let token = heap.pop() else { break }
      let logit = logits[Int(token)]
      let weight = logit.isNaN ? 0 : exp((Double(logit) - Double(best)) / temperature)
      tokens.append(token)
      weights.append(weight)
      total += weight
    } while total < wanted
  }

  /// Leaves the k tokens with the greatest logits, in no order.
  mutating func selectGreatest(_ k: Int, of logits: UnsafeBufferPointer<Float>) {
    let k = min(k, logits.count)
    // The least of those kept is on top, to be replaced by the next that is greater.
    var heap = TokenHeap(tokens: (0..<k).map { Int32($0) }) { logits.precedes($1, $0) }
    for index in k..<logits.count {
      let token = Int32(truncatingIfNeeded: index)
      if logits.precedes(token, heap.tokens[0]) { heap.replaceFirst(by: token) }
    }
    tokens = heap.tokens
  }

  /// The token at a position in `0 ..< 1` of the weights laid side by side.
  func token(at position: Double) -> Int {
    var rest = position * total
    for (token, weight) in zip(tokens, weights) {
      rest -= weight
      if rest < 0 { return Int(token) }
    }
    // Rounding may leave a rest: it belongs to the last that can be drawn.
    return Int(tokens[weights.lastIndex { $0 > 0 } ?? 0])
  }
}

extension UnsafeBufferPointer<Float> {
  /// The first index of the greatest element; 0 where none is a number.
  var indexOfGreatest: Int {
    var best = 0
    for index in indices where self[index] > self[best] || self[best].isNaN {
      if !self[index].isNaN { best = index }
    }
    return best
  }

  /// Whether token a comes before b: it is greater or, of equals, has the smaller index.
  func precedes(_ a: Int32, _ b: Int32) -> Bool {
    let (first, second) = (self[Int(a)], self[Int(b)])
    if first == second { return a < b }
    if first.isNaN || second.isNaN { return first.isNaN == second.isNaN ? a < b : second.isNaN }
    return first > second
  }
}

/// A binary heap of tokens, the one that comes before all others on top.
struct TokenHeap {
  private(set) var tokens: [Int32]
  private let precedes: (Int32, Int32) -> Bool

  init(tokens: [Int32], _ precedes: @escaping (Int32, Int32) -> Bool) {
    self.tokens = tokens
    self.precedes = precedes
    for index in stride(from: tokens.count / 2 - 1, through: 0, by: -1) { sink(index) }
  }

  /// Takes the first token away.
  mutating func pop() -> Int32? {
    guard let first = tokens.first, let last = tokens.popLast() else { return nil }
    if !tokens.isEmpty { replaceFirst(by: last) }
    return first
  }

  /// Puts a token in the place of the first.
  mutating func replaceFirst(by token: Int32) {
    tokens[0] = token
    sink(0)
  }

  private mutating func sink(_ start: Int) {
    var index = start
    while true {
      var first = index
      for child in [2 * index + 1, 2 * index + 2] where child < tokens.count {
        if precedes(tokens[child], tokens[first]) { first = child }
      }
      if first == index { return }
      tokens.swapAt(first, index)
      index = first
    }
  }
}
