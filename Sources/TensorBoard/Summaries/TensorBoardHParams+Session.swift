import Foundation
import TandemRuns

extension TensorBoardHParams {
  /// The keys of a configuration that say what is logged rather than what is trained.
  private static let excluded: Set<String> = [
    "title", "metrics", "samples", "checkpoints", "tensorboard", "health",
  ]

  /// What a run was started with: the values of its configuration, and the group of runs that
  /// differ from it in the seed alone.
  static func start(of run: RunRecord, _ configuration: ConfigurationValue) -> Self {
    var message = Self()
    message.sessionStartInfo.groupName = run.configuration
    message.sessionStartInfo.startTimeSecs = run.created.timeIntervalSince1970
    for (path, value) in configuration.leaves {
      let key = String(path.prefix { $0 != "." })
      guard !excluded.contains(key), let value = Value(value) else { continue }
      message.sessionStartInfo.hparams[path] = value
    }
    return message
  }

  /// How a run has ended; one that is still running is said to run.
  static func end(of run: RunRecord) -> Self {
    var message = Self()
    message.sessionEndInfo.status =
      switch run.observedStatus {
      case .done: .success
      case .failed, .stopped, .lost: .failure
      case .running: .running
      case .interrupted, .damaged: .unknown
      }
    message.sessionEndInfo.endTimeSecs = (run.ended ?? run.updated).timeIntervalSince1970
    return message
  }
}

extension TensorBoardHParams.Value {
  /// A value as the plugin shows it, lists as text; nil for null.
  fileprivate init?(_ value: ConfigurationValue) {
    self.init()
    switch value {
    case .null: return nil
    case .flag(let flag): boolValue = flag
    case .integer(let number): numberValue = Double(number)
    case .number(let number): numberValue = number
    case .text, .list, .section: stringValue = value.inline
    }
  }
}
