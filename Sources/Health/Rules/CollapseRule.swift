import TandemRuns

/// The generator has collapsed: its samples are far more alike than the data are.
///
///     value = diversity = mean |G(z_i) - G(z_j)| / mean |x_i - x_j|   over pairs i < j
///     holds   when value < threshold in `patience` looks in a row
///     ceases  when value >= 1.2 threshold
///
/// The distances are Euclidean, over the fixed latent vectors of the sample sheets and as many real
/// samples: 1 says that samples differ as much as data do. Metz et al. (Unrolled generative
/// adversarial networks, 2017) measure collapse by the same pairwise distances. The threshold is a
/// quarter: ring-gan has 0.98 at every look, dcgan-fashion 0.67 after 250 steps and 0.84 after 500,
/// and a generator of one mode would have about 0.07 on the ring. One look may be bad luck, hence
/// the patience; a collapse that keeps two far modes is not seen by this ratio, but by `lostModes`
/// where the modes are known.
public struct CollapseRule: HealthRule {
  public static let name = "collapse"
  public static let severity = RunEvent.Severity.warning
  public static let advice = """
    Look at the sample sheets; lower the generator's learning rate, enlarge the batch, or go back \
    to a checkpoint before the diversity fell
    """

  let threshold: Double
  let patience: Int
  public var memory = Memory()

  /// The looks that found too little.
  public struct Memory: Codable, Sendable, Equatable {
    var looks = Looks()
  }

  public static func applies(to subject: HealthSubject) -> Bool { subject.generated != nil }

  public init(_ section: inout ConfigurationReader, _ subject: HealthSubject) {
    threshold = section.number("threshold", default: 0.25, in: 0...1)
    patience = section.integer("patience", default: 3, in: 1...)
  }

  public mutating func beginPatience() { memory.looks.clear() }

  public mutating func judge(_ row: HealthRow) -> HealthVerdict? {
    guard let value = row.finite("diversity") else { return nil }
    return memory.looks.judge(
      value, threshold: threshold, patience: patience,
      message: """
        the generator has collapsed: its samples differ by \(shown(value)) of what the data \
        differ by (threshold \(shown(threshold)), \(patience) looks in a row)
        """)
  }
}
