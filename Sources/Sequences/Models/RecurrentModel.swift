import TandemLayers
import TandemTensors

/// A model of three parts: what is made of its inputs, recurrent layers, and what is predicted
/// from their outputs.
public protocol RecurrentModel: SequenceModel {
  /// The layers in the middle.
  var recurrent: any SequenceLayer { get }

  /// What the recurrent layers read, `[T, B, features]`.
  func recurrentInput(_ inputs: Tensor, _ pass: inout Pass) -> Tensor

  /// What the predictions from the recurrent layers' outputs `[T, B, size]` cost.
  func cost(
    ofOutput output: Tensor, _ batch: SequenceBatch, countsHits: Bool, _ pass: inout Pass
  ) -> SequenceCost
}

extension RecurrentModel {
  public func cost(
    of batch: SequenceBatch, state: RecurrentState?, countsHits: Bool, _ pass: inout Pass
  ) -> SequenceCost {
    let x = recurrentInput(batch.inputs, &pass)
    let (output, state) = recurrent(
      x, state: state, lengths: batch.lengths, resets: batch.resets, &pass)
    var cost = cost(ofOutput: output, batch, countsHits: countsHits, &pass)
    cost.state = state
    return cost
  }
}
