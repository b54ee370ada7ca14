import TandemRuns

/// The generator makes points of few of the modes that the data have.
///
///     value = modes/covered / modes
///     holds   when value < threshold in `patience` looks in a row
///     ceases  when value >= 1.2 threshold
///
/// `modes/covered` is the count of Lin et al. (PacGAN, 2018, section 4.1). A plain GAN covers 17.3
/// of the grid's 25 modes in their table 1, and 12 to 17 here: some modes missing is how such a
/// game goes. The threshold of a third is half of that.
public struct LostModesRule: HealthRule {
  public static let name = "lostModes"
  public static let severity = RunEvent.Severity.warning
  public static let advice = """
    Lower both learning rates, enlarge the batch, or widen the discriminator, so that it notices \
    which modes are missing
    """

  let threshold: Double
  let patience: Int
  let modes: Int
  public var memory = Memory()

  /// The looks that found too few.
  public struct Memory: Codable, Sendable, Equatable {
    var looks = Looks()
  }

  public static func applies(to subject: HealthSubject) -> Bool {
    if case .points = subject.generated { true } else { false }
  }

  public init(_ section: inout ConfigurationReader, _ subject: HealthSubject) {
    threshold = section.number("threshold", default: 0.33, in: 0...1)
    patience = section.integer("patience", default: 3, in: 1...)
    if case .points(let modes) = subject.generated { self.modes = modes } else { modes = 1 }
  }

  public mutating func beginPatience() { memory.looks.clear() }

  public mutating func judge(_ row: HealthRow) -> HealthVerdict? {
    guard let covered = row.finite("modes/covered") else { return nil }
    let value = covered / Double(modes)
    return memory.looks.judge(
      value, threshold: threshold, patience: patience,
      message: """
        the generator covers \(shown(covered)) of \(modes) modes, a share of \(shown(value)) \
        (threshold \(shown(threshold)), \(patience) looks in a row)
        """)
  }
}
