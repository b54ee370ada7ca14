import TandemTensors

/// What one update of a training step changes.
public enum AdversarialPhase: String, Sendable, CaseIterable {
  /// One update of the discriminator.
  case discriminator
  /// One update of the generator.
  case generator
}

/// Which phases a step consists of: data, so that a step can be read and shown.
public struct AdversarialSchedule: Sendable, Equatable {
  /// Discriminator updates for each generator update.
  public var discriminatorSteps: Int
  /// Steps at the start in which only the discriminator is trained: its loss swings until it has
  /// seen some of both kinds, and a generator that follows it there is led astray.
  public var warmUpSteps: Int

  /// A schedule of `discriminatorSteps` discriminator updates before each generator update.
  public init(discriminatorSteps: Int = 1, warmUpSteps: Int = 0) {
    require(
      discriminatorSteps > 0 && warmUpSteps >= 0,
      "a schedule of \(discriminatorSteps) discriminator steps after \(warmUpSteps) of warm-up")
    self.discriminatorSteps = discriminatorSteps
    self.warmUpSteps = warmUpSteps
  }

  /// The phases of the step with the given number, counted from 0, in order.
  public func phases(at step: Int) -> [AdversarialPhase] {
    let discriminator = [AdversarialPhase](repeating: .discriminator, count: discriminatorSteps)
    return step < warmUpSteps ? discriminator : discriminator + [.generator]
  }
}
