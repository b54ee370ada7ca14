import TandemRuns

/// Gradients grow on their way back through time.
///
///     value = the greatest reach/l... of the layers, |dL/dh_first| / |dL/dh_last|
///     holds   when value > threshold in `patience` looks in a row, or is not finite
///     ceases  when value <= threshold / 10
///
/// With a factor g for each step back the reach over T steps is g^T: where it is above 1 by orders
/// of magnitude, what a weight is told is what chance made of the earliest steps (Bengio, Simard
/// and Frasconi, Learning long-term dependencies with gradient descent is difficult, 1994; Pascanu
/// et al. 2013, section 2.1). Healthy networks here stay below 3 (copy memory, names). One look may
/// meet a steep wall that the next step leaves, hence the patience.
public struct ExplodingReachRule: HealthRule {
  public static let name = "explodingReach"
  public static let severity = RunEvent.Severity.warning
  public static let advice = """
    Start the recurrent weights smaller or orthogonal, use an LSTM or GRU, shorten the window, or \
    clip the gradient
    """

  let threshold: Double
  let patience: Int
  public var memory = Memory()

  /// The looks that found too much.
  public struct Memory: Codable, Sendable, Equatable {
    var looks = Looks()
  }

  public static func applies(to subject: HealthSubject) -> Bool { subject.goesBackInTime }

  public init(_ section: inout ConfigurationReader, _ subject: HealthSubject) {
    threshold = section.number("threshold", default: 1000, in: .above(1))
    patience = section.integer("patience", default: 2, in: 1...)
  }

  public mutating func beginPatience() { memory.looks.clear() }

  public mutating func judge(_ row: HealthRow) -> HealthVerdict? {
    let reaches = row.values(withPrefix: "reach/").map { $0.isNaN ? .infinity : $0 }
    guard let value = reaches.max() else { return nil }
    guard value > threshold else {
      memory.looks.clear()
      return value <= threshold / 10 ? .well : nil
    }
    guard memory.looks.isEnough(patience) else { return nil }
    return .sick(
      HealthFinding(
        value: value, threshold: threshold,
        message: """
          gradients explode back in time: the first step of a sequence gets \(shown(value)) times \
          the gradient of the last (threshold \(shown(threshold)), \(patience) looks in a row)
          """))
  }
}
