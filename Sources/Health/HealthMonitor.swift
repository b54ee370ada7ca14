import TandemRuns

/// Watches over a training: takes the rows of its metrics and says which rules begin to hold.
///
/// A rule that holds is said once, and again only after it has ceased to hold.
public struct HealthMonitor: Sendable {
  /// What follows an alert.
  public enum Action: String, CaseIterable, Sendable {
    /// The event alone.
    case warn
    /// The event and a checkpoint of the moment.
    case checkpoint
    /// The event, a checkpoint, and the end of the run with the exit code 3.
    case stop
  }

  /// What follows an alert; a notice never has more than its event.
  public let action: Action
  private var rules: [any HealthRule]
  /// The names of the rules that hold.
  public private(set) var holding: Set<String> = []

  /// Every rule there is; a new one takes a line here.
  static let catalogue: [any HealthRule.Type] = [
    OverpoweringRule.self, GeneratorGradientRule.self, CollapseRule.self, LostModesRule.self,
    ExplodingGradientRule.self, ExplodingReachRule.self, VanishingReachRule.self,
    OverfittingRule.self, PlateauRule.self,
  ]

  /// A monitor of the given rules.
  public init(rules: [any HealthRule] = [], action: Action = .warn) {
    self.rules = rules
    self.action = action
  }

  /// Reads the keys of the `health` section: `onAlert`, and a section for each rule that applies
  /// to the subject, in which `enabled: false` switches it off.
  public init(_ section: inout ConfigurationReader, for subject: HealthSubject) {
    action = section.choice("onAlert", from: Action.self, default: .warn)
    rules = []
    for type in Self.catalogue where type.applies(to: subject) {
      let rule: (any HealthRule)? = section.section(type.name) { section in
        let isEnabled = section.flag("enabled", default: true)
        let rule = type.init(&section, subject)
        return isEnabled ? rule : nil
      }
      if let rule { rules.append(rule) }
    }
  }

  /// The names of the rules, in the order in which they judge.
  package var ruleNames: [String] { rules.map { type(of: $0).name } }

  /// Takes note of a row and returns an alert for each rule that begins to hold.
  public mutating func observe(_ row: HealthRow) -> [HealthAlert] {
    var alerts: [HealthAlert] = []
    for index in rules.indices {
      let kind = type(of: rules[index])
      switch rules[index].judge(row) {
      case nil: break
      case .well: holding.remove(kind.name)
      case .sick(let finding):
        guard holding.insert(kind.name).inserted else { break }
        alerts.append(
          HealthAlert(
            rule: kind.name, severity: kind.severity, step: row.step, value: finding.value,
            threshold: finding.threshold, message: finding.message, advice: kind.advice))
      }
    }
    return alerts
  }

  /// Lets the rules speak again that hold, but for those that give notices: each when it has held
  /// for its patience once more.
  ///
  /// A run that an alert has ended and that goes on all the same would otherwise never hear of the
  /// rule again, as long as it holds.
  public mutating func rearm() {
    for index in rules.indices {
      let kind = type(of: rules[index])
      guard kind.severity != .notice, holding.remove(kind.name) != nil else { continue }
      rules[index].beginPatience()
    }
  }

  /// What the rules keep of the rows so far, for a checkpoint.
  ///
  /// Set, it is taken over by the rules of the same names; rules that it does not hold start anew.
  public var state: State {
    get {
      State(
        holding: holding.sorted(),
        memories: Dictionary(
          uniqueKeysWithValues: rules.map { (type(of: $0).name, $0.anyMemory) }))
    }
    set {
      for index in rules.indices {
        guard let memory = newValue.memories[type(of: rules[index]).name] else { continue }
        rules[index].remember(memory)
      }
      holding = Set(newValue.holding).intersection(ruleNames)
    }
  }
}
