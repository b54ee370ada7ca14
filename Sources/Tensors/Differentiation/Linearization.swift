/// The derivative of a function at a point as a linear map, `v -> J v`: forward mode.
///
/// No primitive has a second rule for it. The vector-Jacobian product `J^T u` of reverse mode is
/// linear in u, and it is written in primitives, so it can be differentiated in turn:
///
///     g(u) = J^T u,        J v = d<g(u), v> / du
///
/// where the value of u does not matter. Each primitive's `vjp`, proved in first and second order,
/// thus gives both modes; a rule of its own for forward mode would have to be proved anew. The
/// price is one pass back through the network when the map is made, once for all v.
///
/// Forward mode gives a column of the Jacobian with each v, reverse mode a row with each u: with
/// few inputs and many outputs columns are cheaper.
///
/// Source: Christianson, A Leibniz notation for automatic differentiation, 2012; the same is known
/// as the double-backward trick (Townsend 2017).
public struct Linearization: Sendable {
  /// The function's value at the point, untracked.
  public let value: Tensor

  private let inputs: [Tensor]
  /// Where the weights u of the value's elements enter.
  private let upstream: Tensor
  /// `J^T u` for each input that can be differentiated, in terms of u.
  private let gradients: [Tensor?]

  /// The derivative of `f` at `inputs`; int32 ones are held fixed.
  public init(of f: ([Tensor]) -> Tensor, at inputs: [Tensor]) {
    let leaves = inputs.map { $0.dtype.isFloatingPoint ? $0.tracked : $0.detached }
    let result = f(leaves)
    value = result.detached
    self.inputs = inputs
    upstream = Tensor(zeros: result.shape, result.dtype).tracked
    let targets = leaves.filter(\.isTracked)
    var found = result.gradients(of: targets, upstream: upstream)[...]
    gradients = leaves.map { $0.isTracked ? found.removeFirst() : nil }
  }

  /// The Jacobian-vector product: how the value changes as the inputs move along `tangents`.
  ///
  /// - Parameter tangents: A tensor of each input's shape; nil for an input that stays.
  public func callAsFunction(_ tangents: [Tensor?]) -> Tensor {
    require(
      tangents.count == inputs.count,
      "Jacobian-vector product: \(tangents.count) tangents for \(inputs.count) inputs")
    var pairs: [(gradient: Tensor, tangent: Tensor)] = []
    for (index, tangent) in tangents.enumerated() {
      guard let tangent, let gradient = gradients[index] else { continue }
      require(
        tangent.shape == inputs[index].shape && tangent.dtype == inputs[index].dtype,
        """
        Jacobian-vector product: tangent \(tangent.dtype)\(tangent.shape) of an input \
        \(inputs[index].dtype)\(inputs[index].shape)
        """)
      if gradient.isTracked { pairs.append((gradient, tangent.detached)) }
    }
    if pairs.count == 1 {
      return pairs[0].gradient.gradient(
        of: upstream, upstream: pairs[0].tangent, keepGraph: true)
    }
    // One walk for all inputs: what they share of the way is walked once.
    let sums = pairs.map { ($0.gradient * $0.tangent).sum() }
    guard let first = sums.first else { return Tensor(zeros: value.shape, value.dtype) }
    return sums.dropFirst().reduce(first, +).gradient(of: upstream, keepGraph: true)
  }
}

extension Tensor {
  /// The value of `f` at this tensor and the Jacobian-vector product along `tangent`, of this
  /// tensor's shape; for more than one tangent make a `Linearization`.
  public func jvp(
    _ f: (Tensor) -> Tensor, along tangent: Tensor
  ) -> (value: Tensor, derivative: Tensor) {
    let map = Linearization(of: { f($0[0]) }, at: [self])
    return (map.value, map([tangent]))
  }
}
