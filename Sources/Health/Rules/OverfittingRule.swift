import TandemRuns

/// The model learns its examples by heart: validation gets worse while training gets better.
///
///     value = by which share the measure of a validation is worse than the best
///     holds   when value > threshold in `patience` validations since the best, at each of which
///             the training's measure was better than at the best
///     ceases  at a new best
///
/// The measure is the decisive one of a sequence task, and the loss of a classifier. The training's
/// is the mean over the rows since the validation before. What stops early commonly waits for some
/// validations without a gain (Prechelt, Early stopping - but when?, 1998, criterion UP with strips;
/// Goodfellow, Bengio and Courville, Deep learning, 2016, section 7.8); the threshold, 1 % for
/// sequences and 5 % for classifiers, keeps out the noise of the validations. A model whose
/// validation stays level is not meant.
public struct OverfittingRule: HealthRule {
  public static let name = "overfitting"
  public static let severity = RunEvent.Severity.warning
  public static let advice = """
    Use the best checkpoint (--best), stop earlier, raise dropout or weight decay, or take a \
    smaller network
    """

  let threshold: Double
  let patience: Int
  let measure: HealthSubject.Decisive
  public var memory = Memory()

  /// The best validation, with the training beside it, and what came since.
  public struct Memory: Codable, Sendable, Equatable {
    var best: Double?
    var trainingAtBest: Double?
    var looks = Looks()
    /// Of the training's measure since the last validation.
    var sum = 0.0
    var rows = 0
  }

  public static func applies(to subject: HealthSubject) -> Bool {
    subject.overfitting != nil
  }

  public init(_ section: inout ConfigurationReader, _ subject: HealthSubject) {
    let usual = subject.overfitting ?? .init(.init("loss", better: .lower), noise: 0.01)
    threshold = section.number("threshold", default: usual.noise, in: 0...)
    patience = section.integer("patience", default: 3, in: 1...)
    measure = usual.measure
  }

  public mutating func beginPatience() { memory.looks.clear() }

  public mutating func judge(_ row: HealthRow) -> HealthVerdict? {
    if let training = row.finite(measure.training) {
      memory.sum += training
      memory.rows += 1
    }
    guard let found = row.finite(measure.validation) else { return nil }
    let training = memory.rows > 0 ? memory.sum / Double(memory.rows) : nil
    (memory.sum, memory.rows) = (0, 0)
    guard let best = memory.best, measure.gain(of: found, over: best) <= 0 else {
      memory.best = found
      memory.trainingAtBest = training
      memory.looks.clear()
      return .well
    }
    let value = -measure.gain(of: found, over: best)
    guard let training, let atBest = memory.trainingAtBest, value > threshold,
      measure.gain(of: training, over: atBest) > 0
    else { return nil }
    guard memory.looks.isEnough(patience) else { return nil }
    return .sick(
      HealthFinding(
        value: value, threshold: threshold,
        message: """
          the model over-fits: \(measure.validation) is \(shown(found)), \
          \(shown(100 * value)) % worse than the best of \(shown(best)) (threshold \
          \(shown(100 * threshold)) %, \(memory.looks.count) validations), while \
          \(measure.training) went from \(shown(atBest)) to \(shown(training))
          """))
  }
}
