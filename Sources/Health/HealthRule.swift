import TandemRuns

/// A rule over rows of metrics: a value that follows from them, held against a threshold.
///
/// A rule is a plain value. Its settings come from the configuration; its memory is all that it
/// keeps of the rows so far, and goes into every checkpoint, so that a resumed run raises the same
/// alerts at the same steps.
public protocol HealthRule: Sendable {
  /// What the rule keeps of the rows so far.
  associatedtype Memory: Codable & Sendable & Equatable

  /// The rule's name in events, and its section below `health` in the configuration.
  static var name: String { get }
  /// How much an alert of the rule weighs.
  static var severity: RunEvent.Severity { get }
  /// What to do about it, in a sentence.
  static var advice: String { get }

  /// Whether the rule has a say in the training of a subject.
  static func applies(to subject: HealthSubject) -> Bool

  /// Reads the rule's thresholds from its section; each has a default.
  init(_ section: inout ConfigurationReader, _ subject: HealthSubject)

  /// What the rule keeps of the rows so far.
  var memory: Memory { get set }

  /// Begins the rule's patience anew: until it says again that it holds, it must hold as long as it
  /// had to at first. What it has learned of the training, such as the best value, stays.
  mutating func beginPatience()

  /// Takes note of a row and judges it.
  ///
  /// - Returns: Nil where the row says nothing to the rule, or nothing that would change its mind:
  ///   what held goes on holding.
  mutating func judge(_ row: HealthRow) -> HealthVerdict?
}

/// What a rule says of a row.
public enum HealthVerdict: Sendable, Equatable {
  /// The rule does not hold, or does no more.
  case well
  /// The rule holds.
  case sick(HealthFinding)
}

/// Why a rule holds.
public struct HealthFinding: Sendable, Equatable {
  /// What was found.
  public let value: Double
  /// What it was held against.
  public let threshold: Double
  /// What is wrong, in a sentence with both numbers in it.
  public let message: String

  /// A finding of the given values.
  public init(value: Double, threshold: Double, message: String) {
    self.value = value
    self.threshold = threshold
    self.message = message
  }
}

/// That a rule begins to hold.
public struct HealthAlert: Sendable, Equatable, CustomStringConvertible {
  /// The rule's name.
  public let rule: String
  /// How much it weighs.
  public let severity: RunEvent.Severity
  /// How many steps had been taken.
  public let step: Int
  /// What was found; nil where no number says it.
  public let value: Double?
  /// What it was held against.
  public let threshold: Double?
  /// What is wrong.
  public let message: String
  /// What to do about it.
  public let advice: String

  /// An alert of the given values.
  public init(
    rule: String, severity: RunEvent.Severity, step: Int, value: Double? = nil,
    threshold: Double? = nil, message: String, advice: String
  ) {
    self.rule = rule
    self.severity = severity
    self.step = step
    self.value = value
    self.threshold = threshold
    self.message = message
    self.advice = advice
  }

  /// The alert as an event of its run.
  public var event: RunEvent.Kind {
    .health(
      rule: rule, severity: severity, message: message, value: value, threshold: threshold,
      advice: advice)
  }

  public var description: String { "health, step \(step): \(rule): \(message). \(advice)" }
}
