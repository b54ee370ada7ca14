import TandemTensors
import TandemTraining

/// What stays the same over a training of sequences.
public struct SequenceTrainerSettings: Sendable, Hashable {
  /// What the summed cost of a batch is divided by.
  public enum LossForm: String, Sendable, Hashable, CaseIterable, Codable {
    /// The targets that count: nats per token.
    case perToken
    /// The sequences of the batch, so that it is summed over the steps. That of TensorFlow's
    /// language model on the Penn treebank; its gradients are longer by the number of steps.
    case perSequence
  }

  /// The measure that decides which model is best, when a plateau is reached and when averaging
  /// begins.
  public enum Watch: String, Sendable, Hashable, CaseIterable, Codable {
    /// Nats per target or mean squared error; smaller is better.
    case loss
    /// The share of targets predicted rightly; greater is better.
    case accuracy
    /// The share of whole sequences predicted rightly; greater is better.
    case exactMatch
  }

  /// Whether a window begins with the state that the one before has left. If not, each batch holds
  /// whole sequences.
  public var carriesState: Bool
  public var loss: LossForm
  public var watch: Watch
  /// Where windows vary in length, the length that the learning rate is meant for: that of a
  /// window is scaled by `steps / baseLength` (Merity et al. 2017).
  public var baseLength: Int?
  /// Whether training steps count right predictions too.
  public var countsHits: Bool

  /// The settings given.
  public init(
    carriesState: Bool = true, loss: LossForm = .perToken, watch: Watch = .loss,
    baseLength: Int? = nil, countsHits: Bool = false
  ) {
    require(baseLength ?? 1 > 0, "sequence trainer: a base length of \(baseLength ?? 0)")
    self.carriesState = carriesState
    self.loss = loss
    self.watch = watch
    self.baseLength = baseLength
    self.countsHits = countsHits
  }
}

extension SequenceTrainerSettings.Watch {
  /// The first part of the measure's name among `SequenceMeasures.metrics`.
  public var metricName: String {
    switch self {
    case .loss: "loss"
    case .accuracy: "accuracy"
    case .exactMatch: "exact"
    }
  }

  /// Which of its values are better.
  public var mode: PlateauSchedule.Mode { self == .loss ? .minimum : .maximum }

  /// The watched value; NaN where it was not measured.
  func value(_ measures: SequenceMeasures) -> Double {
    switch self {
    case .loss: measures.loss
    case .accuracy: measures.accuracy ?? .nan
    case .exactMatch: measures.exactMatch ?? .nan
    }
  }
}
