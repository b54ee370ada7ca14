import TandemRuns

/// The generator's gradient is gone: it loses, and learns nothing from it.
///
///     value = gradient/g, averaged over steps with the half-life
///     holds   when value <= threshold while the average of d/fake <= credit
///     ceases  when value > 10 threshold or the average of d/fake > 2 credit
///
/// With the minimax loss the gradient that reaches the samples is D(G(z)) times that of the
/// non-saturating one, whose norm is about 1 in healthy trainings here (0.1 to 10): below the
/// threshold the generator is told less than a thousandth of what it should be. A small gradient
/// alone is no fault: where D(G(z)) is near 1/2 it says that the game is near its end. Source:
/// Goodfellow et al., Generative adversarial nets, 2014, section 3; Arjovsky and Bottou 2017,
/// theorem 2.4.
public struct GeneratorGradientRule: HealthRule {
  public static let name = "generatorGradient"
  public static let severity = RunEvent.Severity.warning
  public static let advice = """
    Use the non-saturating loss, lower the discriminator's learning rate, or look for dead units \
    in the generator
    """

  let threshold: Double
  let credit: Double
  let halfLife: Int
  public var memory = Memory()

  /// The averages of norm and credit.
  public struct Memory: Codable, Sendable, Equatable {
    var norm = SteppedMean()
    var credit = SteppedMean()
  }

  public static func applies(to subject: HealthSubject) -> Bool { subject.generated != nil }

  public init(_ section: inout ConfigurationReader, _ subject: HealthSubject) {
    threshold = section.number("threshold", default: 1e-3, in: 0...)
    credit = section.number("credit", default: 0.1, in: 0...1)
    halfLife = section.integer("halfLife", default: 50, in: 1...)
  }

  public mutating func beginPatience() { memory.norm.beginSpan() }

  public mutating func judge(_ row: HealthRow) -> HealthVerdict? {
    guard let norm = row.finite("gradient/g"), let belief = row.finite("d/fake") else {
      return nil
    }
    memory.norm.add(norm, at: row.step, halfLife: halfLife)
    memory.credit.add(belief, at: row.step, halfLife: halfLife)
    guard let value = memory.norm.value, let given = memory.credit.value else { return nil }
    if value > 10 * threshold || given > 2 * credit { return .well }
    guard value <= threshold, given <= credit, memory.norm.span >= halfLife else { return nil }
    return .sick(
      HealthFinding(
        value: value, threshold: threshold,
        message: """
          the generator's gradient is gone: its norm is \(shown(value)) (threshold \
          \(shown(threshold))) while D(G(z)) is \(shown(given))
          """))
  }
}
