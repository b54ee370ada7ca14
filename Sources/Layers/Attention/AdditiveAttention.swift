import TandemTensors

/// Attention by a small network: `score(q, k) = v · tanh(W_q q + W_k k)`.
///
/// Parameters: `query_weight` `[size, queries]`, `key_weight` `[size, keys]`, `score_weight`
/// `[size]`.
///
/// Source: Bahdanau, Cho and Bengio, Neural machine translation by jointly learning to align and
/// translate, 2015.
public struct AdditiveAttention: Attention {
  /// `[size, queries]`.
  public var queryWeight: Tensor
  /// `[size, keys]`.
  public var keyWeight: Tensor
  /// `[size]`.
  public var scoreWeight: Tensor

  /// Attention of queries of `queries` features to steps of `keys` features.
  ///
  /// - Parameter size: Width of the network between.
  public init(
    _ queries: Int, keys: Int, size: Int, weights: Initializer = .xavier(),
    random: inout RandomStream
  ) {
    queryWeight = weights.tensor([size, queries], random: &random)
    keyWeight = weights.tensor([size, keys], random: &random)
    scoreWeight = weights.tensor([1, size], random: &random).reshaped(to: [size])
  }

  public func keys(of values: Tensor) -> Tensor { values.linear(keyWeight) }

  public func scores(_ queries: Tensor, keys: Tensor) -> Tensor {
    let (batch, count, steps, size) = (
      queries.shape[0], queries.shape[1], keys.shape[1], keys.shape[2]
    )
    let projected = queries.linear(queryWeight).reshaped(to: [batch, count, 1, size])
    let hidden = (projected + keys.reshaped(to: [batch, 1, steps, size])).tanh()
    return hidden.linear(scoreWeight.reshaped(to: [1, size])).reshaped(to: [batch, count, steps])
  }

  public mutating func walk(_ walker: inout ParameterWalker) {
    walker.parameter("query_weight", &queryWeight)
    walker.parameter("key_weight", &keyWeight)
    walker.parameter("score_weight", &scoreWeight)
  }

  public var description: String {
    let (queries, keys) = (queryWeight.shape[1], keyWeight.shape[1])
    return "AdditiveAttention \(queries) to \(keys), size \(scoreWeight.count)"
  }

  /// For an input that attends to itself.
  public func operations(input: Shape) -> Int {
    let (steps, batch) = (input[0], input[1])
    let products = queryWeight.count + keyWeight.count
    return 2 * batch * steps * (products + steps * (scoreWeight.count + keyWeight.shape[1]))
  }
}
