/// The adding problem: to sum the two marked numbers of a long sequence (Hochreiter & Schmidhuber,
/// "Long Short-Term Memory", 1997, in the form of Le, Jaitly and Hinton, 2015).
///
/// Endless: a batch is a pure function of (seed, part, step, size). A network that learns nothing
/// predicts 1, the mean sum, with a mean squared error of 1/6, the variance of the sum of two
/// uniform numbers.
public struct AddingProblem: Sendable {
  /// The mean squared error of the best constant, 1.
  public static let baseline: Double = 1.0 / 6

  /// Sequences with the sums to predict at their ends, time-major.
  public struct Batch: Hashable, Sendable {
    /// T: the number of steps.
    public let steps: Int
    /// B: the number of sequences.
    public let batchSize: Int
    /// A number of [0, 1) and its marker, 0 or 1, in every step, [T, B, 2]: those of step t of
    /// sequence b are at 2 (t B + b).
    public let inputs: [Float]
    /// The sum of the two numbers whose marker is 1, [B].
    public let targets: [Float]
  }

  /// T: the number of steps; one marker lies in the first T / 2, the other in the rest.
  public let steps: Int
  /// The seed of all examples.
  public let seed: UInt64

  private let random: Philox

  /// The problem over `steps` steps.
  ///
  /// - Throws: `DatasetError.invalid` for fewer than 2 steps.
  public init(steps: Int, seed: UInt64) throws {
    guard (2...1 << 24).contains(steps) else {
      throw DatasetError.invalid(parameter: "steps", reason: "\(steps) is not in 2 ... 2^24")
    }
    self.steps = steps
    self.seed = seed
    random = Philox(seed: seed)
  }

  /// The `size` sequences of a step, counted from 0.
  ///
  /// - Throws: `DatasetError.invalid` for a size or step out of range.
  public func batch(_ part: TaskPart = .train, step: Int, size: Int) throws -> Batch {
    let indices = try exampleIndices(step: step, size: size)
    var inputs = [Float](repeating: 0, count: 2 * steps * size)
    var targets: [Float] = []
    for (place, index) in indices.enumerated() {
      var draws = PhiloxDraws(random, part.stream, index)
      let marked = [draws.below(steps / 2), steps / 2 + draws.below(steps - steps / 2)]
      for step in 0..<steps {
        // 24 bits are exact as a Float, and below 1.
        inputs[2 * (step * size + place)] = Float(draws.bits() >> 40) * 0x1p-24
      }
      for step in marked { inputs[2 * (step * size + place) + 1] = 1 }
      targets.append(marked.reduce(0) { $0 + inputs[2 * ($1 * size + place)] })
    }
    return Batch(steps: steps, batchSize: size, inputs: inputs, targets: targets)
  }
}
