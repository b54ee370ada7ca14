import TandemTensors

/// A layer over sequences that carries a state from step to step.
///
/// Sequences are time-major, `[T, B, features]`. A layer's own `callAsFunction(_:_:)` begins with
/// the state zero; truncated back-propagation through time hands in the `detached` state that the
/// window before has left.
public protocol SequenceLayer: Layer {
  /// The outputs of all steps, and the state after the last one.
  ///
  /// - Parameters:
  ///   - x: `[T, B, features]`.
  ///   - state: The state before the first step; zero if absent.
  ///   - lengths: Steps of each sequence, int32 `[B]` in `0 ... T`; all T if absent. Behind them
  ///     the state stays what it is, the outputs are zero, and nothing there has any influence on
  ///     the result or its gradients.
  ///   - pass: Mode and random numbers; see `Pass`.
  func callAsFunction(
    _ x: Tensor, state: RecurrentState?, lengths: Tensor?, _ pass: inout Pass
  ) -> (output: Tensor, state: RecurrentState)

  /// The state before the first step of a batch: zero.
  func initialState(batch: Int, _ dtype: DType) -> RecurrentState
}

extension SequenceLayer {
  public func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    self(x, state: nil, lengths: nil, &pass).output
  }
}

/// What a recurrent network carries from one step to the next: tensors `[B, size]`, in the order
/// of its layers and directions, of an LSTM the output before the memory.
public struct RecurrentState: Sendable {
  public var tensors: [Tensor]

  /// A state of the given tensors.
  public init(_ tensors: [Tensor]) { self.tensors = tensors }

  /// The state as a constant, at which differentiation ends: what truncated back-propagation
  /// carries on.
  public var detached: RecurrentState { RecurrentState(tensors.map(\.detached)) }

  /// The state with zeros where a sequence begins anew: `isKept` is 1 or 0 for each of the batch.
  public func masked(by isKept: Tensor) -> RecurrentState {
    let column = isKept.reshaped(to: [isKept.count, 1])
    return RecurrentState(tensors.map { $0 * column.converted(to: $0.dtype) })
  }

  /// The states of the sequences at `indices` of the batch, int32.
  public func gather(_ indices: Tensor) -> RecurrentState {
    RecurrentState(tensors.map { $0.gather(indices, axis: 0) })
  }
}
