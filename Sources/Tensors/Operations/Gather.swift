/// Slices along an axis at given positions; the gradient is added up at the positions.
struct Gather: Primitive {
  let axis: Int

  func forward(_ inputs: [Tensor]) -> Tensor {
    inputs[0].backend.gather(inputs[0], indices: inputs[1], axis: axis)
  }

  func vjp(inputs: [Tensor], output: Tensor, upstream: Tensor, needed: [Bool]) -> [Tensor?] {
    [
      ScatterAdd(axis: axis, count: inputs[0].shape[axis])(upstream, inputs[1]), nil,
    ]
  }

  func keepsInput(_ index: Int) -> Bool { index == 1 }

  static var examples: [Example] {
    let x = Example.tensor([4, 3])
    return [
      Example("rows", [x, Tensor(indices: [2, 0, 2])]) { $0[0].gather($0[1], axis: 0) },
      Example("columns", [x, Tensor(indices: [1, 1])]) { $0[0].gather($0[1], axis: 1) },
      Example("rank 2", [x, Tensor(indices: [3, 0, 0, 1], [2, 2])]) {
        $0[0].gather($0[1], axis: 0)
      },
    ]
  }
}

/// Slices added up at positions of an axis of a zero tensor: the transpose of `Gather`.
struct ScatterAdd: Primitive {
  let axis: Int
  let count: Int

  func forward(_ inputs: [Tensor]) -> Tensor {
    inputs[0].backend.scatterAdd(inputs[0], indices: inputs[1], axis: axis, count: count)
  }

  func vjp(inputs: [Tensor], output: Tensor, upstream: Tensor, needed: [Bool]) -> [Tensor?] {
    [Gather(axis: axis)(upstream, inputs[1]), nil]
  }

  func keepsInput(_ index: Int) -> Bool { index == 1 }

  static var examples: [Example] {
    [
      Example("rows", [Example.tensor([3, 2]), Tensor(indices: [4, 0, 4])]) {
        $0[0].scatterAdd($0[1], axis: 0, count: 5)
      },
      Example("columns", [Example.tensor([2, 2, 2]), Tensor(indices: [0, 2, 2, 1], [2, 2])]) {
        $0[0].scatterAdd($0[1], axis: 1, count: 3)
      },
    ]
  }
}

extension Tensor {
  /// Slices along `axis` at `indices` (int32, any shape), whose axes take the place of `axis`.
  public func gather(_ indices: Tensor, axis: Int = 0) -> Tensor {
    let axis = shape.axis(axis)
    indices.checkIndices("gather", below: shape[axis])
    return Gather(axis: axis)(self, indices)
  }

  /// Stops where an element is no index below `count`: kernels read and write at indices without
  /// looking, and elements never change, so what was looked at once is right for the gradient too.
  func checkIndices(_ operation: String, below count: Int) {
    require(dtype == .int32, "\(operation): indices of type \(dtype), not int32")
    withUnsafeBytes { bytes in
      let indices = bytes.bindMemory(to: Int32.self)
      guard let place = indices.firstIndex(where: { $0 < 0 || $0 >= count }) else { return }
      fatalError(
        "\(operation): index \(indices[place]) at position \(place) is not in 0 ..< \(count)")
    }
  }

  /// The transpose of `gather`: axes `axis ..< axis + indices.rank` are added up at `indices` of
  /// one axis of extent `count`; where nothing falls there is zero.
  public func scatterAdd(_ indices: Tensor, axis: Int = 0, count: Int) -> Tensor {
    indices.checkIndices("scatterAdd", below: count)
    let end = axis + indices.rank
    require(
      axis >= 0 && end <= rank && Array(shape[axis..<end]) == indices.shape.extents,
      "scatterAdd: indices \(indices.shape) do not match shape \(shape) from axis \(axis) on")
    return ScatterAdd(axis: axis, count: count)(self, indices)
  }

  /// This tensor with another element type; the gradient is converted back.
  public func converted(to dtype: DType) -> Tensor {
    self.dtype == dtype ? self : Convert(dtype: dtype)(self)
  }
}

/// Another element type.
struct Convert: Primitive {
  let dtype: DType

  func forward(_ inputs: [Tensor]) -> Tensor {
    inputs[0].backend.convert(inputs[0], to: dtype)
  }

  func vjp(inputs: [Tensor], output: Tensor, upstream: Tensor, needed: [Bool]) -> [Tensor?] {
    [upstream.converted(to: inputs[0].dtype)]
  }

  func keepsInput(_ index: Int) -> Bool { false }

  // Rounding has no gradient to check by differences, except where it does not happen.
  static var examples: [Example] {
    [Example("to its own type", [Example.tensor([3])]) { Convert(dtype: $0[0].dtype)($0[0]) }]
  }
}
