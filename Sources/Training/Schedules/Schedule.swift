#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A learning rate that depends on the step alone.
///
/// Steps are counted from 0. They are whatever the caller counts: a schedule that is asked once
/// an epoch counts epochs. Values are those of the schedulers of PyTorch named below.
public struct Schedule: Sendable, Hashable {
  /// How the rate changes, as a factor of the base rate unless said otherwise.
  public indirect enum Curve: Sendable, Hashable {
    /// 1.
    case constant
    /// `factor^floor(step / interval)` (`StepLR`).
    case step(interval: Int, factor: Double)
    /// `factor^k` after the first k of the steps in `milestones` (`MultiStepLR`).
    case milestones([Int], factor: Double)
    /// `factor^step` (`ExponentialLR`).
    case exponential(factor: Double)
    /// The rate falls from base to `minimum` (a rate, not a factor) in `steps` steps, on half a
    /// period of a cosine, `minimum + (base - minimum) (1 + cos(pi step / steps)) / 2`, and stays
    /// there (`CosineAnnealingLR`, which would rise again; Loshchilov and Hutter 2017).
    case cosine(steps: Int, minimum: Double = 0)
    /// From 1 to `endFactor` in `steps` steps on a straight line, then constant (`LinearLR`).
    case linear(steps: Int, endFactor: Double = 0)
    /// From `startFactor` to 1 in `steps` steps on a straight line, then as `next`, whose step 0
    /// is the one at which the warm-up reaches 1 (`LinearLR` before another in `SequentialLR`).
    case warmUp(steps: Int, startFactor: Double = 0, then: Curve = .constant)
  }

  /// The base rate.
  public let learningRate: Double
  /// How the rate changes.
  public let curve: Curve

  /// A schedule of a base rate.
  ///
  /// - Throws: `HyperparameterError` for a value outside of its range.
  public init(_ curve: Curve, learningRate: Double) throws(HyperparameterError) {
    try HyperparameterError.checkNotNegative("learningRate", learningRate)
    try curve.validate(learningRate: learningRate)
    self.learningRate = learningRate
    self.curve = curve
  }

  /// The rate that step `step`, counted from 0, is made with.
  public func rate(at step: Int) -> Double { curve.rate(at: max(step, 0), base: learningRate) }
}

extension Schedule.Curve {
  func rate(at step: Int, base: Double) -> Double {
    switch self {
    case .constant: return base
    case .step(let interval, let factor): return base * pow(factor, Double(step / interval))
    case .milestones(let milestones, let factor):
      return base * pow(factor, Double(milestones.count { $0 <= step }))
    case .exponential(let factor): return base * pow(factor, Double(step))
    case .cosine(let steps, let minimum):
      if step >= steps { return minimum }
      return minimum + (base - minimum) * (1 + cos(.pi * Double(step) / Double(steps))) / 2
    case .linear(let steps, let endFactor):
      return base * (1 + (endFactor - 1) * Double(min(step, steps)) / Double(steps))
    case .warmUp(let steps, let startFactor, let next):
      if step >= steps { return next.rate(at: step - steps, base: base) }
      return base * (startFactor + (1 - startFactor) * Double(step) / Double(steps))
    }
  }

  func validate(learningRate: Double) throws(HyperparameterError) {
    switch self {
    case .constant: break
    case .step(let interval, let factor):
      try HyperparameterError.check("interval", interval, atLeast: 1)
      try HyperparameterError.checkPositive("factor", factor)
    case .milestones(let milestones, let factor):
      for (index, milestone) in milestones.enumerated() {
        try HyperparameterError.check(
          "milestones[\(index)]", milestone, atLeast: index > 0 ? milestones[index - 1] + 1 : 1)
      }
      try HyperparameterError.checkPositive("factor", factor)
    case .exponential(let factor): try HyperparameterError.checkPositive("factor", factor)
    case .cosine(let steps, let minimum):
      try HyperparameterError.check("steps", steps, atLeast: 1)
      try HyperparameterError.check("minimum", minimum, in: 0...learningRate)
    case .linear(let steps, let endFactor):
      try HyperparameterError.check("steps", steps, atLeast: 1)
      try HyperparameterError.checkNotNegative("endFactor", endFactor)
    case .warmUp(let steps, let startFactor, let next):
      try HyperparameterError.check("steps", steps, atLeast: 1)
      try HyperparameterError.check("startFactor", startFactor, in: 0...1)
      try next.validate(learningRate: learningRate)
    }
  }
}
