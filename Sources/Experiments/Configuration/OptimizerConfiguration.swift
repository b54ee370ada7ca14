import TandemRuns
import TandemTraining

/// The `optimizer` section: the rule and how its learning rate changes.
public struct OptimizerConfiguration: Sendable {
  /// The optimizer before its first step.
  public var optimizer: Optimizer
  public var schedule: Schedule

  private enum Kind: String, CaseIterable {
    case sgd, rmsProp, adam, adamW
  }

  private enum CurveKind: String, CaseIterable {
    case constant, step, exponential, cosine, linear
  }

  init(_ section: inout ConfigurationReader) {
    let kind = section.kind(from: Kind.self, default: .adam)
    let rate = section.number("learningRate", default: 2e-4, in: 0...10)
    var momentum = 0.0
    let rule: Optimizer.Rule
    switch kind {
    case .sgd:
      momentum = section.number("momentum", default: 0, in: 0..<1)
      rule = .sgd(momentum: momentum, nesterov: section.flag("nesterov", default: false))
    case .rmsProp:
      rule = .rmsProp(
        smoothing: section.number("smoothing", default: 0.99, in: 0..<1),
        epsilon: section.number("epsilon", default: 1e-8, in: 0...1))
    case .adam, .adamW:
      rule = .adam(
        beta1: section.number("beta1", default: 0.5, in: 0..<1),
        beta2: section.number("beta2", default: 0.999, in: 0..<1),
        epsilon: section.number("epsilon", default: 1e-8, in: 0...1))
    }
    let decay = section.number("weightDecay", default: kind == .adamW ? 0.01 : 0, in: 0...10)
    let byNorm = section.optionalNumber("clipNorm", in: Double.leastNonzeroMagnitude...1e9)
    let byValue = section.optionalNumber("clipValue", in: Double.leastNonzeroMagnitude...1e9)
    if byNorm != nil && byValue != nil {
      section.problem(at: "clipValue", "give clipNorm or clipValue, not both")
    }
    let curve = section.section("schedule") { OptimizerConfiguration.curve(&$0) }
    do {
      optimizer = try Optimizer(
        rule, learningRate: rate, weightDecay: kind == .adamW ? 0 : decay,
        decoupledDecay: kind == .adamW ? decay : 0,
        clipping: byNorm.map { .globalNorm($0) } ?? byValue.map { .value($0) })
      schedule = try Schedule(curve, learningRate: rate)
    } catch {
      // What the ranges above cannot state, such as a minimum above the rate itself.
      section.problem(at: "kind", error.description)
      (optimizer, schedule) = OptimizerConfiguration.standIn
    }
  }

  /// What a section with problems is read as, so that reading can go on.
  private static var standIn: (Optimizer, Schedule) {
    guard let optimizer = try? Optimizer.sgd(learningRate: 0),
      let schedule = try? Schedule(.constant, learningRate: 0)
    else { preconditionFailure("a rate of 0 is always valid") }
    return (optimizer, schedule)
  }

  private static func curve(_ section: inout ConfigurationReader) -> Schedule.Curve {
    let kind = section.kind(from: CurveKind.self, default: .constant)
    let curve: Schedule.Curve
    switch kind {
    case .constant: curve = .constant
    case .step:
      curve = .step(
        interval: section.integer("interval", in: 1...),
        factor: section.number("factor", default: 0.1, in: 1e-9...1))
    case .exponential: curve = .exponential(factor: section.number("factor", in: 1e-9...1))
    case .cosine:
      curve = .cosine(
        steps: section.integer("steps", in: 1...),
        minimum: section.number("minimum", default: 0, in: 0...10))
    case .linear:
      curve = .linear(
        steps: section.integer("steps", in: 1...),
        endFactor: section.number("endFactor", default: 0, in: 0...1))
    }
    let warmUp = section.integer("warmUpSteps", default: 0, in: 0...)
    return warmUp > 0 ? .warmUp(steps: warmUp, then: curve) : curve
  }
}
