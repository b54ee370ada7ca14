import TandemRuns

/// Gradients are gone before they reach the first step, for long, and the model gets no better.
///
///     value = the greatest reach/l... of the layers, |dL/dh_first| / |dL/dh_last|
///     holds   when value < threshold in `patience` looks in a row, in which the decisive measure
///             of the validations has not got better by the share `gain`
///     ceases  when value >= 10 threshold, or the measure gets better by it
///
/// Below a millionth, what the first steps tell a weight is lost in the rounding of float32 (2^-23
/// is 1.2e-7) beside what the last ones tell it (Bengio, Simard and Frasconi 1994; Hochreiter and
/// Schmidhuber, Long short-term memory, 1997, section 3). That alone is no fault: a language model
/// learns what it can from the near past, hence the second condition. And it may pass: on the
/// adding problem over 100 steps the LSTM's gradient does not reach the first step at the first
/// sixteen looks, 3,200 steps, before it is found; hence the patience of twenty.
public struct VanishingReachRule: HealthRule {
  public static let name = "vanishingReach"
  public static let severity = RunEvent.Severity.warning
  public static let advice = """
    Use an LSTM or GRU, its forget bias near the logarithm of the sequence's length, start the \
    recurrent weights orthogonal, or shorten the sequences
    """

  let threshold: Double
  let patience: Int
  let gain: Double
  let decisive: HealthSubject.Decisive?
  public var memory = Memory()

  /// The looks that found too little, and the measure to beat.
  public struct Memory: Codable, Sendable, Equatable {
    var looks = Looks()
    var best: Double?
  }

  public static func applies(to subject: HealthSubject) -> Bool { subject.goesBackInTime }

  public init(_ section: inout ConfigurationReader, _ subject: HealthSubject) {
    threshold = section.number("threshold", default: 1e-6, in: 0...)
    patience = section.integer("patience", default: 20, in: 1...)
    gain = section.number("gain", default: 0.02, in: 0...)
    decisive = subject.decisive
  }

  public mutating func beginPatience() { memory.looks.clear() }

  public mutating func judge(_ row: HealthRow) -> HealthVerdict? {
    var gotBetter = false
    if let decisive, let measure = row.finite(decisive.validation) {
      gotBetter = memory.best.map { decisive.gain(of: measure, over: $0) >= gain } ?? true
      if gotBetter {
        memory.best = measure
        memory.looks.clear()
      }
    }
    guard let value = row.values(withPrefix: "reach/").filter({ !$0.isNaN }).max() else {
      return gotBetter ? .well : nil
    }
    guard value < threshold else {
      memory.looks.clear()
      return value >= 10 * threshold || gotBetter ? .well : nil
    }
    if gotBetter { return .well }
    guard memory.looks.isEnough(patience) else { return nil }
    return .sick(
      HealthFinding(
        value: value, threshold: threshold,
        message: """
          gradients vanish back in time: the first step of a sequence gets \(shown(value)) of the \
          gradient of the last (threshold \(shown(threshold)), \(memory.looks.count) looks in a \
          row), and the model gets no better
          """))
  }
}
