/// A window of a text: T steps of B streams, time-major.
public struct TokenWindow: Hashable, Sendable {
  /// Where the window stands in the order of the run.
  public let position: TokenStream.Position
  /// T: the number of steps.
  public let steps: Int
  /// B: the number of streams.
  public let batchSize: Int
  /// The tokens read, [T, B]: step t of stream b is at t B + b.
  public let inputs: [Int32]
  /// The tokens to predict, [T, B]: the one after each that is read.
  public let targets: [Int32]
  /// Where a document begins, [T, B]: 1 where the state must be zero before the step is read, else
  /// 0; nil where no boundary was given.
  public let resets: [Float]?
}

/// Window lengths that vary, so that not the same tokens end windows in every epoch: those of
/// AWD-LSTM (Merity, Keskar, Socher: "Regularizing and Optimizing LSTM Language Models", 2018).
public struct WindowVariation: Codable, Hashable, Sendable {
  /// The probability that a length is drawn around the whole of the base; else it is around half.
  public var probability: Double
  /// The standard deviation of the lengths.
  public var deviation: Double
  /// The shortest length.
  public var minimum: Int

  /// The variation of AWD-LSTM unless told otherwise.
  public init(probability: Double = 0.95, deviation: Double = 5, minimum: Int = 5) {
    self.probability = probability
    self.deviation = deviation
    self.minimum = minimum
  }

  func check() throws {
    guard (0...1).contains(probability), deviation >= 0, deviation.isFinite, minimum >= 1 else {
      throw DatasetError.invalid(
        parameter: "window variation",
        reason: "probability \(probability) (0 ... 1), deviation \(deviation) (0 or more) and"
          + " minimum \(minimum) (1 or more) are no distribution of lengths")
    }
    guard deviation <= 0x1p30, minimum <= 1 << 30 else {
      throw DatasetError.invalid(
        parameter: "window variation", reason: "lengths beyond 2^30 steps are out of reach")
    }
  }

  /// max(minimum, ⌊base + deviation · z⌋) of a standard normal z, the base whole or halved.
  func length(around steps: Int, _ draws: consuming PhiloxDraws) -> Int {
    let base = draws.uniform() < probability ? Double(steps) : Double(steps) / 2
    return max(minimum, Int(base + deviation * draws.normal()))
  }
}
