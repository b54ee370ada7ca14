import TandemHealth
import TandemRuns
import TandemTraining

extension TrainingLoop {
  /// Shows a row to the health rules and tells of each that begins to hold: in the events, in the
  /// log and on the terminal.
  ///
  /// - Returns: The first alert that asks for a checkpoint; nil where none does.
  mutating func watch(
    _ row: [String: Float], in run: RunDirectory, _ progress: ProgressLine
  ) throws -> HealthAlert? {
    let row = HealthRow(step: training.step, metrics: row.mapValues { Double($0) })
    let alerts = health.observe(row)
    for alert in alerts {
      try run.record(alert.event, step: alert.step)
      try run.log("\(alert)")
      progress.tell("\(alert)", isWarning: alert.severity != .notice)
    }
    return health.action == .warn ? nil : alerts.first { $0.severity != .notice }
  }

  /// Takes over what the rules knew when a checkpoint was written, so that they say at the same
  /// steps what they would have said without the interruption.
  mutating func restoreHealth(from checkpoint: Checkpoint) throws {
    if let state = try checkpoint.state(WatchedState.Health.self).health { health.state = state }
  }
}

/// The state of a training with that of its health rules, under the key `health` beside its own.
struct WatchedState: Encodable {
  let state: any Encodable & Sendable
  let health: HealthMonitor.State

  /// The part that `TrainingLoop.restoreHealth` reads; checkpoints older than the rules have none.
  struct Health: Decodable {
    let health: HealthMonitor.State?
  }

  private enum CodingKeys: String, CodingKey {
    case health
  }

  func encode(to encoder: any Encoder) throws {
    try state.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(health, forKey: .health)
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
