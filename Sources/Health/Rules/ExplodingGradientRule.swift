import Foundation
import TandemRuns

/// The gradient is far larger than it was, and the loss does not profit from it.
///
///     baseline = exp of the mean of log gradient, over steps with the half-life
///     value = gradient / baseline
///     setback = loss/train - its mean before
///     holds   when value > threshold, and the setback is above both `rise` times that mean and
///             `undone` times what has been learnt: the first row's loss less that mean; or when
///             the loss is not finite
///     ceases  when value < threshold / 10
///
/// `gradient` is the norm before clipping, so that clipping hides nothing. The baseline's geometric
/// mean is little moved by single spikes. Norms that grow are not a fault by themselves: when the
/// LSTM of the adding problem begins to learn, they grow fifty-fold within fifty rows while the
/// loss falls. Nor is a jump of both from next to nothing: once all is learnt, a batch with one
/// wrong answer has hundreds of times the usual gradient, and undoes nothing. Pascanu, Mikolov and Bengio (On the difficulty of training recurrent neural
/// networks, 2013, sections 2.1 and 3.2) call it an explosion where the norm jumps by orders of
/// magnitude, and find usual limits for clipping at half to ten times the average norm; the
/// threshold is ten times their upper one.
public struct ExplodingGradientRule: HealthRule {
  public static let name = "explodingGradient"
  public static let severity = RunEvent.Severity.warning
  public static let advice = """
    Clip the gradient (optimizer.clipNorm), lower the learning rate, or warm it up over the first \
    steps
    """

  let threshold: Double
  let rise: Double
  let undone: Double
  let halfLife: Int
  let after: Int
  public var memory = Memory()

  /// The means before the next row.
  public struct Memory: Codable, Sendable, Equatable {
    var logNorm = SteppedMean()
    var loss = SteppedMean()
    /// The loss of the first row; nil in older states.
    var firstLoss: Double?
  }

  public static func applies(to subject: HealthSubject) -> Bool { subject.measuresGradient }

  public init(_ section: inout ConfigurationReader, _ subject: HealthSubject) {
    threshold = section.number("threshold", default: 100, in: .above(1))
    rise = section.number("rise", default: 0.1, in: 0...)
    undone = section.number("undone", default: 0.01, in: 0...)
    halfLife = section.integer("halfLife", default: 100, in: 1...)
    after = section.integer("after", default: 20, in: 1...)
  }

  public mutating func beginPatience() { memory.logNorm.beginSpan() }

  public mutating func judge(_ row: HealthRow) -> HealthVerdict? {
    guard let norm = row["gradient"], let loss = row["loss/train"] else { return nil }
    let before = memory
    if norm.isFinite, norm > 0 { memory.logNorm.add(log(norm), at: row.step, halfLife: halfLife) }
    if loss.isFinite {
      memory.loss.add(loss, at: row.step, halfLife: halfLife)
      memory.firstLoss = before.firstLoss ?? loss
    }
    guard let baseline = before.logNorm.value.map({ exp($0) }), let usual = before.loss.value,
      before.logNorm.span >= after
    else { return nil }
    let value = norm.isNaN ? .infinity : norm / baseline
    if value < threshold / 10 { return .well }
    let learnt = (before.firstLoss ?? usual) - usual
    let bearable = max(rise * abs(usual), undone * learnt)
    guard value > threshold, !(loss - usual <= bearable) else { return nil }
    return .sick(
      HealthFinding(
        value: value, threshold: threshold,
        message: """
          the gradient explodes: its norm of \(shown(norm)) is \(shown(value)) times the usual \
          \(shown(baseline)) (threshold \(shown(threshold))), and the loss rises from \
          \(shown(usual)) to \(shown(loss))
          """))
  }
}
