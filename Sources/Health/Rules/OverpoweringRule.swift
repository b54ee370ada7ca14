import TandemRuns

/// The discriminator overpowers the generator: it tells nearly all samples apart, for long, and
/// gives the generator no credit.
///
///     value = min(accuracy/real, accuracy/fake), averaged over steps with the half-life
///     holds   when value >= threshold and the average of d/fake <= credit, from `after` steps on
///     ceases  when value < release or the average of d/fake > 2 credit
///
/// A discriminator with the threshold's accuracy errs on one sample in two hundred; that the mean
/// of D(G(z)) is small says that it is sure of it too. Arjovsky and Bottou (Towards principled
/// methods for training generative adversarial networks, 2017, theorems 2.4 and 2.6) show what
/// follows: the gradient of the minimax loss vanishes with the discriminator's error, and that of
/// the non-saturating one grows noisy instead. Chintala et al. (How to train a GAN?, 2016, point
/// 10) name a discriminator's loss that goes to 0 as the first sign of failure. The first steps are
/// left out: an untrained generator's samples are easy to tell, in healthy trainings too. After
/// them the averages of dcgan-fashion stay below an accuracy of 0.88 and above a belief of 0.12;
/// those of ring-gan with a generator that stands still pass the thresholds within 500 steps.
public struct OverpoweringRule: HealthRule {
  public static let name = "overpowering"
  public static let severity = RunEvent.Severity.warning
  public static let advice = """
    Lower the discriminator's learning rate or its size, smooth the labels of real samples, or add \
    dropout to it
    """

  let threshold: Double
  let release: Double
  let credit: Double
  let halfLife: Int
  let after: Int
  public var memory = Memory()

  /// The averages of accuracy and credit.
  public struct Memory: Codable, Sendable, Equatable {
    var accuracy = SteppedMean()
    var credit = SteppedMean()
  }

  public static func applies(to subject: HealthSubject) -> Bool { subject.generated != nil }

  public init(_ section: inout ConfigurationReader, _ subject: HealthSubject) {
    threshold = section.number("threshold", default: 0.995, in: 0.5...1)
    release = section.number("release", default: 0.98, in: 0...1)
    credit = section.number("credit", default: 0.02, in: 0...1)
    halfLife = section.integer("halfLife", default: 100, in: 1...)
    after = section.integer("after", default: 300, in: 0...)
    if release > threshold {
      section.problem(
        at: "release", "\(shown(release)) is above the threshold \(shown(threshold))",
        comparing: ["threshold"])
    }
  }

  public mutating func beginPatience() { memory.accuracy.beginSpan() }

  public mutating func judge(_ row: HealthRow) -> HealthVerdict? {
    guard let real = row.finite("accuracy/real"), let fake = row.finite("accuracy/fake"),
      let belief = row.finite("d/fake")
    else { return nil }
    memory.accuracy.add(min(real, fake), at: row.step, halfLife: halfLife)
    memory.credit.add(belief, at: row.step, halfLife: halfLife)
    guard let value = memory.accuracy.value, let given = memory.credit.value else { return nil }
    if value < release || given > 2 * credit { return .well }
    guard memory.accuracy.span > after, value >= threshold, given <= credit else { return nil }
    return .sick(
      HealthFinding(
        value: value, threshold: threshold,
        message: """
          the discriminator overpowers the generator: it judges \(shown(100 * value)) % of the \
          samples rightly (threshold \(shown(100 * threshold)) %) and D(G(z)) is \(shown(given))
          """))
  }
}
