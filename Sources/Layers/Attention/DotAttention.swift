import TandemTensors

/// Attention by products: `score(q, k) = q · k`, or `q · W k` where the sizes differ ("general"),
/// divided by the square root of their size where it is scaled.
///
/// Parameter, in the general form: `weight` `[queries, keys]`.
///
/// Sources: Luong, Pham and Manning, Effective approaches to attention-based neural machine
/// translation, 2015; the scale: Vaswani et al., Attention is all you need, 2017.
public struct DotAttention: Attention {
  /// `[queries, keys]`.
  public var weight: Tensor?
  /// Whether scores are divided by the square root of the query's size.
  public let isScaled: Bool

  /// Attention without parameters, to keys of the query's own size.
  public init(isScaled: Bool = false) {
    weight = nil
    self.isScaled = isScaled
  }

  /// The general form, of queries of `queries` features to steps of `keys` features.
  public init(
    _ queries: Int, keys: Int, isScaled: Bool = false, weights: Initializer = .xavier(),
    random: inout RandomStream
  ) {
    weight = weights.tensor([queries, keys], random: &random)
    self.isScaled = isScaled
  }

  public func keys(of values: Tensor) -> Tensor { weight.map { values.linear($0) } ?? values }

  public func scores(_ queries: Tensor, keys: Tensor) -> Tensor {
    let size = queries.shape[2]
    require(size == keys.shape[2], "DotAttention: queries of \(size), keys of \(keys.shape[2])")
    let scores = queries.matmul(keys, transposed: false, true)
    return isScaled ? scores * (1 / Double(size).squareRoot()) : scores
  }

  public mutating func walk(_ walker: inout ParameterWalker) {
    walker.parameter("weight", &weight)
  }

  public var description: String {
    let sizes = weight.map { " \($0.shape[0]) to \($0.shape[1])" } ?? ""
    return "DotAttention\(sizes)\(isScaled ? ", scaled" : "")"
  }

  /// For an input that attends to itself.
  public func operations(input: Shape) -> Int {
    let (steps, batch) = (input[0], input[1])
    let (queries, keys) = weight.map { ($0.shape[0], $0.shape[1]) } ?? (input[2], input[2])
    return 2 * batch * steps * ((weight?.count ?? 0) + steps * (queries + keys))
  }
}
