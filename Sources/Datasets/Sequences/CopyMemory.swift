import Foundation

/// Copy memory: to repeat ten symbols after a long delay (Hochreiter & Schmidhuber, 1997, as in
/// Arjovsky, Shah, Bengio: "Unitary Evolution Recurrent Neural Networks", 2016).
///
/// Read are 10 symbols of 8, `delay` − 1 blanks, the marker, and 10 blanks; predicted are
/// `delay` + 10 blanks, then the 10 symbols. Endless: a batch is a pure function of (seed, part,
/// step, size).
public struct CopyMemory: Sendable {
  /// The number of symbols to repeat.
  public static let length = 10
  /// The number of different symbols, the tokens 0 ..< 8.
  public static let symbols = 8
  /// The token that stands where nothing is said.
  public static let blank: Int32 = 8
  /// The token that asks for the symbols.
  public static let marker: Int32 = 9
  /// The number of different tokens.
  public static let tokenCount = 10

  /// Token sequences with a token to predict in every step, time-major.
  public struct Batch: Hashable, Sendable {
    /// T: the number of steps.
    public let steps: Int
    /// B: the number of sequences.
    public let batchSize: Int
    /// The tokens read, [T, B]: step t of sequence b is at t B + b.
    public let inputs: [Int32]
    /// The tokens to predict, [T, B].
    public let targets: [Int32]
  }

  /// The steps between the last symbol and the marker, the marker counted.
  public let delay: Int
  /// The seed of all examples.
  public let seed: UInt64

  private let random: Philox

  /// The problem with `delay` steps of waiting.
  ///
  /// - Throws: `DatasetError.invalid` for a delay below 1.
  public init(delay: Int, seed: UInt64) throws {
    guard (1...1 << 24).contains(delay) else {
      throw DatasetError.invalid(parameter: "delay", reason: "\(delay) is not in 1 ... 2^24")
    }
    self.delay = delay
    self.seed = seed
    random = Philox(seed: seed)
  }

  /// T: `delay` + 20.
  public var steps: Int { delay + 2 * Self.length }
  /// The first step in which a symbol is to be predicted: `delay` + 10.
  public var recallStart: Int { delay + Self.length }
  /// The mean cross-entropy, in nats, of what remembers nothing: 10 ln 8 / (delay + 20).
  public var baseline: Double {
    Double(Self.length) * log(Double(Self.symbols)) / Double(steps)
  }

  /// The `size` sequences of a step, counted from 0.
  ///
  /// - Throws: `DatasetError.invalid` for a size or step out of range.
  public func batch(_ part: TaskPart = .train, step: Int, size: Int) throws -> Batch {
    let indices = try exampleIndices(step: step, size: size)
    var inputs = [Int32](repeating: Self.blank, count: steps * size)
    var targets = inputs
    for (place, index) in indices.enumerated() {
      var draws = PhiloxDraws(random, part.stream, index)
      for step in 0..<Self.length {
        let symbol = Int32(draws.below(Self.symbols))
        inputs[step * size + place] = symbol
        targets[(recallStart + step) * size + place] = symbol
      }
      inputs[(recallStart - 1) * size + place] = Self.marker
    }
    return Batch(steps: steps, batchSize: size, inputs: inputs, targets: targets)
  }
}
