/// A recurrent cell over a whole sequence, with its arguments.
public struct RecurrentSequence: Sendable {
  public let cell: RecurrentCell
  /// Whether the last step comes first.
  public let isReversed: Bool
  /// `[T, B, gates * H]`.
  public let projection: Tensor
  /// `[gates * H, H]`.
  public let weight: Tensor
  /// `[gates * H]`, where the cell has one.
  public let bias: Tensor?
  /// The first output, `[B, H]`.
  public let hidden: Tensor
  /// The first memory, `[B, H]`, where the cell has one.
  public let memory: Tensor?
  /// Steps of each sequence, int32 `[B]`; all T if absent.
  public let lengths: Tensor?
}

/// The gradients of a recurrent sequence with respect to its arguments.
public struct RecurrentGradient: Sendable {
  public let projection: Tensor
  public let weight: Tensor?
  public let bias: Tensor?
  public let hidden: Tensor
  public let memory: Tensor?
}
