/// The sum or the maximum over axes, which stay with extent 1.
///
/// The gradient of a sum is repeated along the axes; that of a maximum goes to the elements that
/// attain it, in equal parts.
struct Reduce: Primitive {
  let reduction: Reduction
  let axes: [Int]

  func forward(_ inputs: [Tensor]) -> Tensor {
    inputs[0].backend.reduce(reduction, inputs[0], axes: axes)
  }

  func vjp(inputs: [Tensor], output: Tensor, upstream: Tensor, needed: [Bool]) -> [Tensor?] {
    let x = inputs[0]
    switch reduction {
    case .sum: return [upstream.broadcast(to: x.shape)]
    case .maximum:
      let attained = x.equal(output).detached
      return [attained * (upstream / attained.reduced(.sum, axes: axes))]
    }
  }

  func keepsInput(_ index: Int) -> Bool { reduction == .maximum }
  var keepsOutput: Bool { reduction == .maximum }

  static var examples: [Example] {
    let x = Example.tensor([2, 3, 4])
    return Reduction.allCases.flatMap { reduction in
      [[0], [1], [2], [0, 2], [0, 1, 2], []].map { axes in
        Example("\(reduction) over \(axes)", [x]) {
          Reduce(reduction: reduction, axes: axes)($0[0])
        }
      }
    } + [
      Example("mean", [x]) { $0[0].mean(1, keepsAxes: false) },
      Example("variance", [x]) { $0[0].variance(0, 2) },
      Example("logSumExp", [x]) { $0[0].logSumExp(-1) },
    ]
  }
}

/// `x` repeated along axes of extent 1 or absent in front; the gradient is summed along them.
struct Broadcast: Primitive {
  let shape: Shape

  func forward(_ inputs: [Tensor]) -> Tensor { inputs[0].backend.broadcast(inputs[0], to: shape) }

  func vjp(inputs: [Tensor], output: Tensor, upstream: Tensor, needed: [Bool]) -> [Tensor?] {
    [upstream.summed(to: inputs[0].shape)]
  }

  func keepsInput(_ index: Int) -> Bool { false }

  static var examples: [Example] {
    let cases: [(Shape, Shape)] = [
      ([3], [2, 3]), ([2, 1], [2, 3]), ([], [2, 2]), ([1, 2, 1], [3, 2, 4]),
    ]
    return cases.map { from, to in
      Example("\(from) to \(to)", [Example.tensor(from)]) { $0[0].broadcast(to: to) }
    }
  }
}

extension Tensor {
  /// The reduction over `axes` (counted from the back if negative), kept with extent 1 or dropped.
  func reduced(_ reduction: Reduction, axes: [Int], keepsAxes: Bool = true) -> Tensor {
    let axes = axes.map(shape.axis)
    require(
      reduction == .sum || !axes.contains { shape[$0] == 0 },
      "\(reduction) over no elements: shape \(shape), axes \(axes)")
    let result = axes.isEmpty ? self : Reduce(reduction: reduction, axes: axes)(self)
    if keepsAxes { return result }
    return result.reshaped(to: Shape(shape.indices.filter { !axes.contains($0) }.map { shape[$0] }))
  }

  /// The sum of all elements, a scalar.
  public func sum() -> Tensor { reduced(.sum, axes: Array(shape.indices), keepsAxes: false) }
  /// The sum over `axes`.
  public func sum(_ axes: Int..., keepsAxes: Bool = true) -> Tensor {
    sum(over: axes, keepsAxes: keepsAxes)
  }
  /// The sum over `axes`.
  public func sum(over axes: [Int], keepsAxes: Bool = true) -> Tensor {
    reduced(.sum, axes: axes, keepsAxes: keepsAxes)
  }

  /// The mean of all elements, a scalar.
  public func mean() -> Tensor { sum() / Double(count) }
  /// The mean over `axes`.
  public func mean(_ axes: Int..., keepsAxes: Bool = true) -> Tensor {
    mean(over: axes, keepsAxes: keepsAxes)
  }
  /// The mean over `axes`.
  public func mean(over axes: [Int], keepsAxes: Bool = true) -> Tensor {
    let total = reduced(.sum, axes: axes, keepsAxes: keepsAxes)
    return total / Double(axes.reduce(1) { $0 * shape[shape.axis($1)] })
  }

  /// The greatest of all elements, a scalar.
  public func maximum() -> Tensor {
    reduced(.maximum, axes: Array(shape.indices), keepsAxes: false)
  }
  /// The greatest element over `axes`.
  public func maximum(over axes: Int..., keepsAxes: Bool = true) -> Tensor {
    maximum(over: axes, keepsAxes: keepsAxes)
  }
  /// The greatest element over `axes`.
  public func maximum(over axes: [Int], keepsAxes: Bool = true) -> Tensor {
    reduced(.maximum, axes: axes, keepsAxes: keepsAxes)
  }

  /// The mean squared distance from the mean over `axes` (divided by n, not n - 1).
  public func variance(_ axes: Int..., keepsAxes: Bool = true) -> Tensor {
    variance(over: axes, keepsAxes: keepsAxes)
  }
  /// The mean squared distance from the mean over `axes` (divided by n, not n - 1).
  public func variance(over axes: [Int], keepsAxes: Bool = true) -> Tensor {
    (self - mean(over: axes)).squared().mean(over: axes, keepsAxes: keepsAxes)
  }

  /// `log(sum(exp(x)))` over `axes`, without overflow: the maximum is taken out first.
  public func logSumExp(_ axes: Int..., keepsAxes: Bool = true) -> Tensor {
    logSumExp(over: axes, keepsAxes: keepsAxes)
  }
  /// `log(sum(exp(x)))` over `axes`, without overflow: the maximum is taken out first.
  public func logSumExp(over axes: [Int], keepsAxes: Bool = true) -> Tensor {
    // The shift cancels, so nothing flows through it.
    let shift = detached.reduced(.maximum, axes: axes)
    let result = (self - shift).exp().reduced(.sum, axes: axes).log() + shift
    let resolved = axes.map(shape.axis)
    return keepsAxes
      ? result
      : result.reshaped(
        to: Shape(shape.indices.filter { !resolved.contains($0) }.map { shape[$0] }))
  }

  /// Position (int32) of the first maximum along `axis`, which is dropped.
  public func argmax(_ axis: Int = -1) -> Tensor {
    let axis = shape.axis(axis)
    require(shape[axis] > 0, "argmax over no elements: shape \(shape), axis \(axis)")
    var extents = shape.extents
    extents.remove(at: axis)
    return backend.argmax(detached, axis: axis).reshaped(to: Shape(extents))
  }

  /// This tensor repeated to fill `target`.
  public func broadcast(to target: Shape) -> Tensor {
    if shape == target { return self }
    require(
      shape.broadcast(with: target) == target, "broadcast: shape \(shape) does not fill \(target)")
    return Broadcast(shape: target)(self)
  }

  /// The sum along the axes by which `target` was repeated to this shape: broadcasting's transpose.
  func summed(to target: Shape) -> Tensor {
    if shape == target { return self }
    return reduced(.sum, axes: target.broadcastAxes(to: shape)).reshaped(to: target)
  }
}
