import TandemRuns

/// The decisive measure has not got better for long: a notice, nothing is wrong by itself.
///
///     value = validations since the best was beaten by the share `gain`
///     holds   when value >= patience, unless nothing is left to gain
///     ceases  when the best is beaten by `gain`
///
/// Nothing is left to gain from a loss of 1 % of the first validation's, or a share of 0.999. The
/// patience is twice that of PyTorch's `ReduceLROnPlateau`, which acts after ten: the LSTM of the
/// adding problem waits sixteen validations before it begins to learn.
public struct PlateauRule: HealthRule {
  public static let name = "plateau"
  public static let severity = RunEvent.Severity.notice
  public static let advice = """
    Lower the learning rate or follow a schedule, or end the run: the best checkpoint is kept
    """

  let patience: Int
  let gain: Double
  let decisive: HealthSubject.Decisive
  public var memory = Memory()

  /// The best so far and how many validations have not beaten it.
  public struct Memory: Codable, Sendable, Equatable {
    var first: Double?
    var best: Double?
    var looks = Looks()
  }

  public static func applies(to subject: HealthSubject) -> Bool { subject.decisive != nil }

  public init(_ section: inout ConfigurationReader, _ subject: HealthSubject) {
    patience = section.integer("patience", default: 20, in: 1...)
    gain = section.number("gain", default: 1e-3, in: 0...)
    decisive = subject.decisive ?? .init("loss", better: .lower)
  }

  public mutating func beginPatience() { memory.looks.clear() }

  public mutating func judge(_ row: HealthRow) -> HealthVerdict? {
    guard let measure = row[decisive.validation] else { return nil }
    let first = memory.first ?? measure
    memory.first = first
    guard let best = memory.best, decisive.gain(of: measure, over: best) < gain else {
      if measure.isFinite { memory.best = measure }
      memory.looks.clear()
      return .well
    }
    let isDone =
      decisive.better == .higher ? best >= 0.999 : best >= 0 && best <= 0.01 * first
    guard !isDone else {
      memory.looks.clear()
      return .well
    }
    guard memory.looks.isEnough(patience) else { return nil }
    return .sick(
      HealthFinding(
        value: Double(memory.looks.count), threshold: Double(patience),
        message: """
          \(decisive.validation) has got no better than \(shown(best)) for \(memory.looks.count) \
          validations (threshold \(patience))
          """))
  }
}
