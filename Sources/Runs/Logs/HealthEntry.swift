/// A health event as reports show it.
package struct HealthEntry: Encodable, Equatable, Sendable {
  /// Steps taken by then.
  package let step: Int
  package let rule: String
  package let severity: RunEvent.Severity
  package let message: String
  package let value: Double?
  package let threshold: Double?
  package let advice: String?

  /// The health events of a run.
  ///
  /// What a session found behind the checkpoint that the next one went on from is left out: that
  /// one went there again, and found it again.
  package static func entries(of events: [RunEvent]) -> [HealthEntry] {
    var entries: [HealthEntry] = []
    for event in events {
      switch event.kind {
      case .resume: entries.removeAll { $0.step > event.step }
      case .health(let rule, let severity, let message, let value, let threshold, let advice):
        entries.append(
          HealthEntry(
            step: event.step, rule: rule, severity: severity, message: message, value: value,
            threshold: threshold, advice: advice))
      case .start, .checkpoint, .sample, .end: break
      }
    }
    return entries
  }

  /// The event in a line.
  package var text: String {
    "step \(step), \(severity.rawValue): \(rule): \(message)" + (advice.map { ". \($0)" } ?? "")
  }
}
