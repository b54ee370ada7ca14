import TandemLayers
import TandemTensors

/// A model that is a `SequenceNetwork` and what is predicted from it.
public protocol SequenceHead: RecurrentModel {
  var network: SequenceNetwork { get set }
  /// Whether there is a prediction for each step, or one for a whole sequence.
  var decodesEachStep: Bool { get }
}

extension SequenceHead {
  public var recurrent: any SequenceLayer { network.recurrent }

  public func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    if decodesEachStep { return network(x, &pass) }
    let output = network.recurrent(network.recurrentInput(x, &pass), &pass)
    return network.last(output, lengths: nil, &pass)
  }

  public func recurrentInput(_ inputs: Tensor, _ pass: inout Pass) -> Tensor {
    network.recurrentInput(inputs, &pass)
  }

  public func initialState(batch: Int) -> RecurrentState? { network.initialState(batch: batch) }

  public mutating func walk(_ walker: inout ParameterWalker) { network.walk(&walker) }

  public func operations(input: Shape) -> Int {
    network.operations(input: input, decodesEachStep: decodesEachStep)
  }

  public func summary(_ x: Tensor) -> LayerSummary {
    summaryOfWhole(x, parts: network.parts(x, decodesEachStep: decodesEachStep))
  }
}

/// One class for each sequence, read from the output at its last step: logits `[B, classes]`.
///
/// Targets are int32 `[B]`.
public struct SequenceClassifier: SequenceHead {
  public var network: SequenceNetwork

  /// A classifier by a network with one output for each class.
  public init(_ network: SequenceNetwork) { self.network = network }

  public var quantity: SequenceMeasures.Quantity { .classes }
  public var decodesEachStep: Bool { false }

  public func cost(
    ofOutput output: Tensor, _ batch: SequenceBatch, countsHits: Bool, _ pass: inout Pass
  ) -> SequenceCost {
    .crossEntropy(
      network.last(output, lengths: batch.lengths, &pass), batch.targets, weights: batch.weights,
      countsHits: countsHits)
  }

  public var description: String { "Sequence classifier: \(network)" }
}

/// Values for each sequence, read from the output at its last step: `[B, values]`.
///
/// Targets are `[B, values]`; the cost is the squared error, summed over all values.
public struct SequenceRegressor: SequenceHead {
  public var network: SequenceNetwork

  /// A regressor by a network with one output for each value.
  public init(_ network: SequenceNetwork) { self.network = network }

  public var quantity: SequenceMeasures.Quantity { .values }
  public var decodesEachStep: Bool { false }

  public func cost(
    ofOutput output: Tensor, _ batch: SequenceBatch, countsHits: Bool, _ pass: inout Pass
  ) -> SequenceCost {
    let values = network.last(output, lengths: batch.lengths, &pass)
    require(
      batch.targets.shape == values.shape,
      "targets \(batch.targets.shape) for predictions \(values.shape)")
    let errors = (values - batch.targets.converted(to: values.dtype)).squared()
    return SequenceCost(total: errors.sum(), count: Double(errors.count))
  }

  public var description: String { "Sequence regressor: \(network)" }
}

/// A class at each step: logits `[T, B, classes]`.
///
/// Targets are int32 `[T, B]`; `SequenceBatch.weights` tells which of them count.
public struct SequenceTagger: SequenceHead {
  public var network: SequenceNetwork

  /// A tagger by a network with one output for each class.
  public init(_ network: SequenceNetwork) { self.network = network }

  public var quantity: SequenceMeasures.Quantity { .classes }
  public var decodesEachStep: Bool { true }

  public func cost(
    ofOutput output: Tensor, _ batch: SequenceBatch, countsHits: Bool, _ pass: inout Pass
  ) -> SequenceCost {
    .crossEntropy(
      network.decoder(network.dropout(output, &pass), &pass), batch.targets,
      weights: batch.targetWeights, countsHits: countsHits)
  }

  public var description: String { "Sequence tagger: \(network)" }
}
