import TandemLayers
import TandemTensors

/// How far back in time a loss reaches: the norm of `dL/dh_t` for the output h of each step t.
///
/// The window is run in plain steps, so that the output of each is a tensor whose gradient can be
/// asked for; nothing is dropped. In a plain recurrent network the norm falls or grows by about
/// the same factor with each step back; an LSTM's memory hands it on unchanged where its forget
/// gate is 1 (Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural
/// networks, 2013).
public struct GradientFlow: Sendable {
  /// Which loss is followed back.
  public enum Source: String, Sendable, Hashable, CaseIterable, Codable {
    /// That of the last target of each sequence alone: what reaches a step has come all the way.
    case lastStep
    /// That of all targets, as in training.
    case allSteps
  }

  /// The steps of one direction of one layer.
  public struct Layer: Sendable {
    /// Counted from 0, the one that reads the input.
    public let layer: Int
    /// Whether it reads the steps backwards.
    public let isReversed: Bool
    /// The Euclidean norm over batch and features for each step, in the order of time.
    public let norms: [Double]
  }

  /// The layers in their order, forwards before backwards.
  public let layers: [Layer]
  /// The cost that was followed, a mean over its targets: nats, or the mean squared error.
  public let cost: Double

  /// Follows the mean cost of a batch's targets back; nil where the model's layers are not of a
  /// `RecurrentStack`.
  ///
  /// - Parameter state: The state before the window; zero if absent.
  public init?<Model: RecurrentModel>(
    of model: Model, _ batch: SequenceBatch, state: RecurrentState? = nil,
    from source: Source = .lastStep
  ) {
    guard let stack = model.recurrent.recurrentStack else { return nil }
    var pass = Pass.inference
    let x = model.recurrentInput(batch.inputs, &pass).detached
    let unrolled = UnrolledStack(stack, x, state: state, batch)
    let cost = model.cost(
      ofOutput: unrolled.output, source == .lastStep ? batch.lastTargets : batch,
      countsHits: false, &pass)
    let steps = batch.steps
    let mean = cost.total / max(cost.count, 1)
    self.cost = mean.scalar
    let gradients = mean.gradients(
      of: unrolled.places.flatMap(\.outputs))
    layers = unrolled.places.enumerated().map { index, place in
      Layer(
        layer: place.layer, isReversed: place.isReversed,
        norms: gradients[(index * steps)..<((index + 1) * steps)]
          .map { $0.sumOfSquares.squareRoot() })
    }
  }
}

extension SequenceBatch {
  /// This batch, of whose targets only the last of each sequence counts, where there are several.
  fileprivate var lastTargets: SequenceBatch {
    guard targets.shape == [steps, size], targets.dtype == .int32 else { return self }
    let last = (targetLengths ?? lengths)?.values.map { Int($0) - 1 }
    var weights = [Double](repeating: 0, count: steps * size)
    for column in 0..<size {
      let step = last?[column] ?? steps - 1
      if step >= 0 { weights[step * size + column] = 1 }
    }
    var batch = self
    batch.weights = Tensor(weights, [steps, size])
    return batch
  }
}
