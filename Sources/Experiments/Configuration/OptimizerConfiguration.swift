import TandemRuns
import TandemTraining

/// The `optimizer` section: the rule and how its learning rate changes.
public struct OptimizerConfiguration: Sendable {
  /// The optimizer before its first step.
  public var optimizer: Optimizer
  /// How its learning rate changes.
  public var schedule: RateSchedule

  private enum Kind: String, CaseIterable {
    case sgd, rmsProp, adam, adamW
  }

  private enum ScheduleKind: String, CaseIterable {
    case constant, step, exponential, cosine, linear, epochDecay, plateau
  }

  /// What is decided between steps: by their number, by the epoch, or by how a metric goes.
  private enum Plan {
    case curve(Schedule.Curve)
    case epochs(Schedule.Curve)
    case plateau(PlateauSchedule.Settings)
  }

  /// Reads the section.
  ///
  /// - Parameters:
  ///   - learningRate: The kind's usual one, where none is given.
  ///   - beta1: Adam's usual one, where none is given.
  ///   - validation: Which values of the metric that decides a validation are better; nil for a
  ///     kind without validation, whose rates cannot follow one.
  ///   - hasEpochs: Whether rates can follow the passes over the data.
  package init(
    _ section: inout ConfigurationReader, learningRate: Double, beta1: Double,
    validation: MetricDirection?, hasEpochs: Bool = false
  ) {
    let kind = section.kind(from: Kind.self, default: .adam)
    let rate = section.number("learningRate", default: learningRate, in: 0...10)
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
        beta1: section.number("beta1", default: beta1, in: 0..<1),
        beta2: section.number("beta2", default: 0.999, in: 0..<1),
        epsilon: section.number("epsilon", default: 1e-8, in: 0...1))
    }
    let decay = section.number("weightDecay", default: kind == .adamW ? 0.01 : 0, in: 0...10)
    let byNorm = section.optionalNumber("clipNorm", in: Double.leastNonzeroMagnitude...1e9)
    let byValue = section.optionalNumber("clipValue", in: Double.leastNonzeroMagnitude...1e9)
    if byNorm != nil && byValue != nil {
      section.problem(at: "clipValue", "give clipNorm or clipValue, not both")
    }
    let plan = section.section("schedule") {
      OptimizerConfiguration.plan(&$0, validation, hasEpochs: hasEpochs)
    }
    do {
      optimizer = try Optimizer(
        rule, learningRate: rate, weightDecay: kind == .adamW ? 0 : decay,
        decoupledDecay: kind == .adamW ? decay : 0,
        clipping: byNorm.map { .globalNorm($0) } ?? byValue.map { .value($0) })
      schedule =
        switch plan {
        case .curve(let curve): .steps(try Schedule(curve, learningRate: rate))
        case .epochs(let curve): .epochs(try Schedule(curve, learningRate: rate))
        case .plateau(let settings):
          .plateau(try PlateauSchedule(settings, learningRate: rate))
        }
    } catch {
      // What the ranges above cannot state, such as a minimum above the rate itself.
      section.problem(at: "kind", error.description)
      (optimizer, schedule) = OptimizerConfiguration.standIn
    }
  }

  /// What a section with problems is read as, so that reading can go on.
  private static var standIn: (Optimizer, RateSchedule) {
    guard let optimizer = try? Optimizer.sgd(learningRate: 0),
      let schedule = try? Schedule(.constant, learningRate: 0)
    else { preconditionFailure("a rate of 0 is always valid") }
    return (optimizer, .steps(schedule))
  }

  private static func plan(
    _ section: inout ConfigurationReader, _ validation: MetricDirection?, hasEpochs: Bool
  ) -> Plan {
    let kind = section.kind(from: ScheduleKind.self, default: .constant)
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
    case .epochDecay:
      if !hasEpochs {
        section.problem(at: "kind", "epochDecay follows passes over the data, which have no end")
      }
      return .epochs(
        .decay(
          afterEpoch: section.integer("after", in: 1...1_000_000),
          factor: section.number("factor", default: 0.5, in: 1e-9...1)))
    case .plateau: return .plateau(plateau(&section, validation))
    }
    let warmUp = section.integer("warmUpSteps", default: 0, in: 0...)
    return .curve(warmUp > 0 ? .warmUp(steps: warmUp, then: curve) : curve)
  }

  private static func plateau(
    _ section: inout ConfigurationReader, _ validation: MetricDirection?
  ) -> PlateauSchedule.Settings {
    if validation == nil {
      section.problem(
        at: "kind",
        "plateau follows how a validation goes, which experiments of this kind do not have")
    }
    return PlateauSchedule.Settings(
      mode: validation == .higher ? .maximum : .minimum,
      factor: section.number("factor", default: 0.1, in: 0..<1),
      patience: section.integer("patience", default: 10, in: 0...),
      threshold: .relative(section.number("threshold", default: 1e-4, in: 0..<1)),
      cooldown: section.integer("cooldown", default: 0, in: 0...),
      minimum: section.number("minimum", default: 0, in: 0...10))
  }
}
