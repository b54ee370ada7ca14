import TandemTensors

/// A layer that looks things up: it weighs the steps of a memory by how well their keys fit a
/// query, and returns the mean so weighted.
///
///     weights = softmax over the memory's steps of score(query, key)
///     context = sum of weights * memory
///
/// As a `Layer` a sequence `[T, B, features]` attends to itself.
public protocol Attention: Layer {
  /// What the scores need of a memory's steps `[B, S, features]`, found once for all queries:
  /// keys `[B, S, size]`.
  func keys(of values: Tensor) -> Tensor

  /// How well each of N queries `[B, N, features]` fits each key: `[B, N, S]`.
  func scores(_ queries: Tensor, keys: Tensor) -> Tensor
}

/// A sequence that can be attended to, such as the outputs of an encoder.
public struct AttentionMemory: Sendable {
  /// The steps, `[B, S, features]`, zero in the padding.
  public let values: Tensor
  /// What the scores read, `[B, S, size]`.
  public let keys: Tensor
  /// 1 where there is a step, else 0, `[B, 1, S]`; absent where all sequences have all steps.
  let isPresent: Tensor?
}

extension Attention {
  /// The memory of a sequence `[S, B, features]`.
  ///
  /// - Parameter lengths: Steps of each sequence, int32 `[B]`; all S if absent. Whatever stands
  ///   behind them has no influence.
  public func memory(_ x: Tensor, lengths: Tensor? = nil) -> AttentionMemory {
    require(x.rank == 3, "attention: a memory of shape \(x.shape)")
    let mask = SequenceMask(lengths, of: x)
    let values = (mask?.cleaned(x) ?? x).transposed([1, 0, 2])
    return AttentionMemory(
      values: values, keys: keys(of: values),
      isPresent: mask?.isPresent.transposed([1, 2, 0]))
  }

  /// What queries `[N, B, features]` find.
  ///
  /// - Returns: Their contexts `[N, B, features of the memory]`, and the weights of the memory's
  ///   steps `[N, B, S]`, which are zero in the padding and add up to one, or to zero for a
  ///   sequence without steps.
  public func callAsFunction(_ queries: Tensor, in memory: AttentionMemory)
    -> (context: Tensor, weights: Tensor)
  {
    var scores = scores(queries.transposed([1, 0, 2]), keys: memory.keys)
    // An exponential of so far below the largest score is zero in every element type.
    if let isPresent = memory.isPresent { scores = scores + (isPresent - 1) * 1e9 }
    var weights = scores.softmax()
    if let isPresent = memory.isPresent { weights = weights * isPresent }
    return (weights.matmul(memory.values).transposed([1, 0, 2]), weights.transposed([1, 0, 2]))
  }

  public func callAsFunction(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    self(x, in: memory(x)).context
  }
}
