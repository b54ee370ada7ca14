import TandemLayers
import TandemTensors

/// A model that reads sequences and can tell what its predictions cost.
public protocol SequenceModel: Layer {
  /// What is predicted, and with it how a cost is counted.
  var quantity: SequenceMeasures.Quantity { get }

  /// What the predictions for a batch cost, summed over all targets that count.
  ///
  /// - Parameters:
  ///   - state: The state before the first step; zero if absent.
  ///   - countsHits: Whether right predictions are counted too, which costs a pass over the logits.
  func cost(
    of batch: SequenceBatch, state: RecurrentState?, countsHits: Bool, _ pass: inout Pass
  ) -> SequenceCost

  /// The state before the first step of a batch: zero. Nil for a model that carries none from one
  /// batch to the next.
  func initialState(batch: Int) -> RecurrentState?
}
