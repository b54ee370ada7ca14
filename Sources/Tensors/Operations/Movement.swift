/// Axis `i` of the result is axis `permutation[i]` of the argument; the gradient goes back.
struct Transpose: Primitive {
  let permutation: [Int]

  func forward(_ inputs: [Tensor]) -> Tensor {
    inputs[0].backend.transpose(inputs[0], permutation: permutation)
  }

  func vjp(inputs: [Tensor], output: Tensor, upstream: Tensor, needed: [Bool]) -> [Tensor?] {
    var inverse = permutation
    for (to, from) in permutation.enumerated() { inverse[from] = to }
    return [upstream.transposed(inverse)]
  }

  func keepsInput(_ index: Int) -> Bool { false }

  static var examples: [Example] {
    let cases: [(Shape, [Int])] = [
      ([2, 3], [1, 0]), ([2, 3, 4], [2, 0, 1]), ([2, 3, 2, 2], [0, 3, 1, 2]),
    ]
    return cases.map { shape, permutation in
      Example("\(shape) to \(permutation)", [Example.tensor(shape)]) {
        $0[0].transposed(permutation)
      }
    }
  }
}

/// The same elements in another shape.
struct Reshape: Primitive {
  let shape: Shape

  func forward(_ inputs: [Tensor]) -> Tensor {
    Tensor(shape: shape, dtype: inputs[0].dtype, storage: inputs[0].storage)
  }

  func vjp(inputs: [Tensor], output: Tensor, upstream: Tensor, needed: [Bool]) -> [Tensor?] {
    [upstream.reshaped(to: inputs[0].shape)]
  }

  func keepsInput(_ index: Int) -> Bool { false }

  static var examples: [Example] {
    [Example("[2, 6] to [3, 4]", [Example.tensor([2, 6])]) { $0[0].reshaped(to: [3, 4]) }]
  }
}

/// Along each axis, `sizes` elements from `starts` on, `steps` apart; the gradient is padded back,
/// or added in place where another is there.
struct Slice: AccumulatingPrimitive {
  let starts: [Int]
  let sizes: [Int]
  let steps: [Int]

  func forward(_ inputs: [Tensor]) -> Tensor {
    inputs[0].backend.slice(inputs[0], starts: starts, sizes: sizes, steps: steps)
  }

  func vjp(inputs: [Tensor], output: Tensor, upstream: Tensor, needed: [Bool]) -> [Tensor?] {
    let shape = inputs[0].shape
    if sizes.contains(0) { return [nil] }
    let behind = shape.indices.map { shape[$0] - starts[$0] - (sizes[$0] - 1) * steps[$0] - 1 }
    return [
      Pad(low: starts, high: behind, interior: steps.map { $0 - 1 }, value: 0)(upstream)
    ]
  }

  func accumulate(upstream: Tensor, into gradient: inout Tensor) {
    if sizes.contains(0) { return }
    gradient.backend.addSlice(upstream, to: &gradient, starts: starts, steps: steps)
  }

  func keepsInput(_ index: Int) -> Bool { false }

  static var examples: [Example] {
    let x = Example.tensor([4, 5])
    return [
      Example("block", [x]) { $0[0].slice(axis: 0, 1..<3).slice(axis: 1, 0..<4) },
      Example("steps", [x]) {
        Slice(starts: [1, 0], sizes: [2, 3], steps: [2, 2])($0[0])
      },
    ]
  }
}

/// `value` around a tensor and between its elements; the gradient is sliced out.
struct Pad: Primitive {
  let low: [Int]
  let high: [Int]
  let interior: [Int]
  let value: Double

  func forward(_ inputs: [Tensor]) -> Tensor {
    inputs[0].backend.pad(inputs[0], low: low, high: high, interior: interior, value: value)
  }

  func vjp(inputs: [Tensor], output: Tensor, upstream: Tensor, needed: [Bool]) -> [Tensor?] {
    [
      Slice(starts: low, sizes: inputs[0].shape.extents, steps: interior.map { $0 + 1 })(upstream)
    ]
  }

  func keepsInput(_ index: Int) -> Bool { false }

  static var examples: [Example] {
    let x = Example.tensor([2, 3])
    return [
      Example("around", [x]) { $0[0].padded([(1, 2), (0, 1)], with: 0.5) },
      Example("between", [x]) {
        Pad(low: [0, 1], high: [1, 0], interior: [2, 1], value: 0)($0[0])
      },
    ]
  }
}

/// Tensors one after the other along an axis; the gradient is cut into their parts.
struct Concatenate: Primitive {
  let axis: Int

  func forward(_ inputs: [Tensor]) -> Tensor {
    inputs[0].backend.concatenate(inputs, axis: axis)
  }

  func vjp(inputs: [Tensor], output: Tensor, upstream: Tensor, needed: [Bool]) -> [Tensor?] {
    var start = 0
    return zip(inputs, needed).map { input, isNeeded in
      let range = start..<(start + input.shape[axis])
      start = range.upperBound
      return isNeeded ? upstream.slice(axis: axis, range) : nil
    }
  }

  func keepsInput(_ index: Int) -> Bool { false }

  static var examples: [Example] {
    let (a, b) = (Example.tensor([2, 3]), Example.tensor([2, 1], seed: 2))
    return [
      Example("columns", [a, b]) { Tensor.concatenate($0, axis: 1) },
      Example("rows", [a, a]) { Tensor.concatenate($0, axis: 0) },
      Example("stack", [a, Example.tensor([2, 3], seed: 3)]) { Tensor.stack($0, axis: 1) },
    ]
  }
}

extension Tensor {
  /// Axis `i` of the result is axis `permutation[i]` of this tensor.
  public func transposed(_ permutation: [Int]) -> Tensor {
    require(
      permutation.sorted() == Array(shape.indices),
      "transpose: \(permutation) is no permutation of the axes of shape \(shape)")
    if permutation == Array(shape.indices) { return self }
    return Transpose(permutation: permutation)(self)
  }

  /// The last two axes exchanged.
  public func transposed() -> Tensor {
    require(rank >= 2, "transpose: shape \(shape) has fewer than two axes")
    return transposed(Array(0..<(rank - 2)) + [rank - 1, rank - 2])
  }

  /// The same elements in another shape, one extent of which may be -1: what is left.
  public func reshaped(to extents: [Int]) -> Tensor {
    guard let free = extents.firstIndex(of: -1) else { return reshaped(to: Shape(extents)) }
    let known = extents.enumerated().reduce(1) { $1.offset == free ? $0 : $0 * $1.element }
    require(
      known > 0 && count.isMultiple(of: known),
      "reshape: \(count) elements of shape \(shape) do not fill \(extents)")
    var extents = extents
    extents[free] = count / known
    return reshaped(to: Shape(extents))
  }

  /// The same elements in another shape.
  public func reshaped(to target: Shape) -> Tensor {
    if shape == target { return self }
    require(
      count == target.elementCount, "reshape: shape \(shape) does not hold as much as \(target)")
    return Reshape(shape: target)(self)
  }

  /// The elements of `range` along `axis`.
  public func slice(axis: Int, _ range: Range<Int>) -> Tensor {
    let axis = shape.axis(axis)
    require(
      range.lowerBound >= 0 && range.upperBound <= shape[axis],
      "slice: \(range) is outside axis \(axis) of shape \(shape)")
    var starts = [Int](repeating: 0, count: rank)
    var sizes = shape.extents
    starts[axis] = range.lowerBound
    sizes[axis] = range.count
    return Slice(starts: starts, sizes: sizes, steps: [Int](repeating: 1, count: rank))(self)
  }

  /// `value` around this tensor: for each axis, how often in front and behind.
  public func padded(_ amounts: [(low: Int, high: Int)], with value: Double = 0) -> Tensor {
    require(
      amounts.count == rank && amounts.allSatisfy { $0.low >= 0 && $0.high >= 0 },
      "pad: amounts \(amounts) do not fit shape \(shape)")
    return Pad(
      low: amounts.map(\.low), high: amounts.map(\.high),
      interior: [Int](repeating: 0, count: rank), value: value)(self)
  }

  /// The tensors one after the other along `axis`.
  public static func concatenate(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
    require(!tensors.isEmpty, "concatenate: no tensors")
    let first = tensors[0]
    let axis = first.shape.axis(axis)
    for other in tensors {
      require(
        other.dtype == first.dtype
          && other.rank == first.rank
          && other.shape.replacing(axis, with: 0) == first.shape.replacing(axis, with: 0),
        "concatenate: shapes \(first.shape) and \(other.shape) differ beyond axis \(axis)")
    }
    return Concatenate(axis: axis).apply(tensors)
  }

  /// Tensors of one shape side by side along a new axis.
  public static func stack(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
    require(!tensors.isEmpty, "stack: no tensors")
    let axis = axis < 0 ? axis + tensors[0].rank + 1 : axis
    return concatenate(
      tensors.map { tensor in
        var extents = tensor.shape.extents
        extents.insert(1, at: axis)
        return tensor.reshaped(to: Shape(extents))
      }, axis: axis)
  }
}
