import TandemLayers
import TandemTensors
import TandemTraining

extension ClassifierTrainer {
  /// How far a training is, beside its tensors.
  public struct Progress: Sendable, Codable, Hashable {
    public var step: Int
    public var dropout: RandomStream
    /// Steps of the optimizer.
    public var optimizerStep: Int
    /// The state of a learning rate that follows a plateau.
    public var plateau: PlateauSchedule?
    /// What the learning rule goes on from.
    public var rule: RuleProgress
  }

  /// How far the training is, beside its tensors.
  public var progress: Progress {
    Progress(
      step: step, dropout: dropout, optimizerStep: optimizer.step, plateau: rate.state,
      rule: rule.progress)
  }

  /// The tensors that a training goes on from, by part: `model`, `optimizer`, and `rule` where the
  /// rule keeps some.
  public var parts: [String: [(name: String, tensor: Tensor)]] {
    var parts = [
      "model": model.state.map { ($0.name, $0.tensor) }, "optimizer": optimizer.state,
    ]
    let kept = rule.tensors
    if !kept.isEmpty { parts["rule"] = kept }
    return parts
  }

  /// Takes over a stored training: goes on exactly as the one that stored it would have.
  ///
  /// - Parameter tensors: Those of `parts`, by part and name.
  /// - Throws: What does not fit; the trainer is as it was then.
  public mutating func restore(
    _ progress: Progress, _ tensors: [String: [String: Tensor]]
  ) throws {
    var restored = self
    try restored.model.load(tensors["model"] ?? [:])
    try restored.optimizer.load(
      tensors["optimizer"] ?? [:], step: progress.optimizerStep, for: restored.model)
    try restored.rule.load(tensors["rule"] ?? [:], progress.rule)
    restored.rate.state = progress.plateau
    restored.step = progress.step
    restored.dropout = progress.dropout
    self = restored
  }
}
