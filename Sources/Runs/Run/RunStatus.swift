/// How a run stands.
public enum RunStatus: String, Codable, CaseIterable, Sendable {
  case running, done, failed
  /// Ended by a health rule.
  case stopped
  /// Ended by a signal, after a checkpoint.
  case interrupted
  /// Said by readers of a running run whose process is gone; never written as a run's own status.
  case lost
  /// Said by readers of a run directory that cannot be read; never written.
  case damaged

  /// The status as a reader sees it: of a running run whose process is gone, lost.
  func observed(process: ProcessIdentity?) -> RunStatus {
    guard self == .running, let process else { return self }
    return process.isGone ? .lost : .running
  }
}
