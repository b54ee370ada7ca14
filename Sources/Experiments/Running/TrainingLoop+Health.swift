import TandemHealth
import TandemRuns
import TandemTraining

extension TrainingLoop {
  /// Shows a row to the health rules and tells of each that begins to hold: in the events, in the
  /// log and on the terminal.
  ///
  /// - Returns: The first alert that asks for a checkpoint; nil where none does.
  mutating func watch(
    _ metrics: [String: Double], in run: RunDirectory, _ progress: ProgressLine
  ) throws -> HealthAlert? {
    let alerts = health.observe(HealthRow(step: training.step, metrics: metrics))
    for alert in alerts {
      try run.record(alert.event, step: alert.step)
      try run.log("\(alert)")
      if tellsAlerts { progress.tell("\(alert)", isWarning: alert.severity != .notice) }
    }
    return health.action == .warn ? nil : alerts.first { $0.severity != .notice }
  }
}

/// That a health rule ended a run, whose last step is saved.
struct StoppedByHealth: Error, CustomStringConvertible {
  let alert: HealthAlert

  var description: String {
    "stopped by the health rule \(alert.rule) at step \(alert.step), which is saved: "
      + "\(alert.message). \(alert.advice)"
  }
}

extension HealthAlert {
  /// The alert of a training that ended at a number that is not finite.
  ///
  /// - Parameter lastCheckpoint: The step of the last good checkpoint; nil where there is none.
  init(_ error: NonFiniteError, step: Int, lastCheckpoint: Int?) {
    let saved = lastCheckpoint.map { "step \($0)" } ?? "none"
    self.init(
      rule: "notFinite", severity: .fatal, step: error.step ?? step, value: error.value,
      message: "\(error); the last good checkpoint: \(saved)",
      advice: """
        Go on from that checkpoint with a lower learning rate, or clip the gradient; where the \
        loss itself is not finite, look for extreme values in the data
        """)
  }
}
