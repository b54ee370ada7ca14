import TandemLayers
import TandemTensors
import TandemTraining

extension SequenceTrainer {
  /// How far a training is, beside its tensors.
  public struct Progress: Sendable, Codable, Hashable {
    public var step: Int
    public var epoch: Int
    public var dropout: RandomStream
    /// Steps of the optimizer.
    public var optimizerStep: Int
    /// The state of a learning rate that follows a plateau.
    public var plateau: PlateauSchedule?
    public var averaging: NonMonotonicTrigger?
    /// Models in the average, once there is one.
    public var averageCount: Int?
    /// Tensors of the carried state, where there is one.
    public var carriedCount: Int?
  }

  /// The tensors that a training goes on from, by part.
  ///
  /// `model` and `optimizer` are always there; `average` once averaging has begun; `carried` holds
  /// the recurrent state between two windows as `0`, `1`, … in the order of `RecurrentState`.
  public typealias Parts = [String: [(name: String, tensor: Tensor)]]

  /// How far the training is, beside its tensors.
  public var progress: Progress {
    Progress(
      step: step, epoch: epoch, dropout: dropout, optimizerStep: optimizer.step,
      plateau: rate.state,
      averaging: averaging, averageCount: average?.count, carriedCount: carried?.tensors.count)
  }

  /// The tensors to be stored with `progress`.
  public var parts: Parts {
    var parts: Parts = [
      "model": model.state.map { ($0.name, $0.tensor) }, "optimizer": optimizer.state,
    ]
    if let average { parts["average"] = average.model.state.map { ($0.name, $0.tensor) } }
    if let carried {
      parts["carried"] = carried.tensors.enumerated().map { ("\($0)", $1) }
    }
    return parts
  }

  /// Takes over a stored training: goes on exactly as the one that stored it would have.
  ///
  /// Where this trainer's schedule or averaging have other settings than that one's, they go on
  /// from its state with their own.
  ///
  /// - Parameter tensors: Those of `parts`, by part and name.
  /// - Throws: `StateMismatch`, `OptimizerStateMismatch` or `CarriedStateMismatch`, with what does
  ///   not fit; the trainer is as it was then.
  public mutating func restore(
    _ progress: Progress, _ tensors: [String: [String: Tensor]]
  ) throws {
    var restored = self
    try restored.model.load(tensors["model"] ?? [:])
    try restored.optimizer.load(
      tensors["optimizer"] ?? [:], step: progress.optimizerStep, for: restored.model)
    restored.average = nil
    if averaging != nil, let count = progress.averageCount {
      var average = WeightAverage(of: restored.model)
      try average.load(tensors["average"] ?? [:], count: count)
      restored.average = average
    }
    restored.carried = try progress.carriedCount.map {
      try restored.carriedState(tensors["carried"] ?? [:], count: $0)
    }
    if let stored = progress.plateau {
      restored.rate.state = rate.state?.continuing(stored)
    }
    if let stored = progress.averaging {
      restored.averaging = averaging?.continuing(stored)
    }
    restored.step = progress.step
    restored.epoch = progress.epoch
    restored.dropout = progress.dropout
    self = restored
  }

  /// The state of named tensors, checked against the model's.
  private func carriedState(
    _ tensors: [String: Tensor], count: Int
  ) throws(CarriedStateMismatch) -> RecurrentState {
    let names = (0..<count).map { "\($0)" }
    let found = names.compactMap { tensors[$0] }
    let batch = found.first?.shape.first ?? 0
    let expected = model.initialState(batch: batch)?.tensors.map(\.shape) ?? []
    guard found.count == tensors.count, found.map(\.shape) == expected else {
      throw CarriedStateMismatch(found: found.map(\.shape), expected: expected)
    }
    return RecurrentState(found)
  }
}

/// A stored recurrent state that does not fit the model.
public struct CarriedStateMismatch: Error, Sendable, CustomStringConvertible {
  public let found: [Shape]
  public let expected: [Shape]

  public var description: String {
    "the carried state does not fit the model: its tensors have shapes \(found), not \(expected)"
  }
}
