import CKernels

extension CPUBackend {
  public func transpose(_ x: Tensor, permutation: [Int]) -> Tensor {
    let y = Tensor(uninitialized: Shape(permutation.map { x.shape[$0] }), x.dtype)
    let strides = x.shape.strides
    copy(x, permutation.map { strides[$0] }, to: y, y.shape.strides, y.shape.extents)
    return y
  }

  public func broadcast(_ x: Tensor, to shape: Shape) -> Tensor {
    let y = Tensor(uninitialized: shape, x.dtype)
    var strides = [Int](repeating: 0, count: shape.rank)
    strides.withUnsafeMutableBufferPointer {
      if let start = $0.baseAddress { x.shape.writeStrides(broadcastTo: shape.rank, start) }
    }
    copy(x, strides, to: y, shape.strides, shape.extents)
    return y
  }

  public func slice(_ x: Tensor, starts: [Int], sizes: [Int], steps: [Int]) -> Tensor {
    let y = Tensor(uninitialized: Shape(sizes), x.dtype)
    let strides = x.shape.strides
    var first = 0
    for axis in strides.indices { first += starts[axis] * strides[axis] }
    copy(
      x, from: first, strides.indices.map { strides[$0] * steps[$0] }, to: y, y.shape.strides,
      sizes)
    return y
  }

  public func addSlice(_ x: Tensor, to total: inout Tensor, starts: [Int], steps: [Int]) {
    let sizes = x.shape.extents
    let sum = binary(.add, slice(total, starts: starts, sizes: sizes, steps: steps), x)
    let strides = total.shape.strides
    var first = 0
    for axis in strides.indices { first += starts[axis] * strides[axis] }
    let size = x.dtype.byteCount
    total.withUniqueStorage { pointer in
      tk_copy(
        sum.storage.pointer, pointer + first * size, size, sizes.count, sizes, sum.shape.strides,
        strides.indices.map { strides[$0] * steps[$0] })
    }
  }

  public func pad(_ x: Tensor, low: [Int], high: [Int], interior: [Int], value: Double) -> Tensor {
    let shape = Shape(
      x.shape.indices.map {
        low[$0] + high[$0] + x.shape[$0] + max(x.shape[$0] - 1, 0) * interior[$0]
      })
    let y = Tensor(uninitialized: shape, x.dtype)
    tk_fill(y.storage.pointer, y.dtype.byteCount, y.count, x.dtype.pattern(of: value))
    let strides = shape.strides
    var first = 0
    for axis in strides.indices { first += low[axis] * strides[axis] }
    copy(
      x, x.shape.strides, to: y, at: first,
      strides.indices.map { strides[$0] * (interior[$0] + 1) }, x.shape.extents)
    return y
  }

  public func concatenate(_ tensors: [Tensor], axis: Int) -> Tensor {
    let total = tensors.reduce(0) { $0 + $1.shape[axis] }
    let y = Tensor(uninitialized: tensors[0].shape.replacing(axis, with: total), tensors[0].dtype)
    let (outer, _, inner) = y.shape.around(axis)
    var first = 0
    for x in tensors {
      let columns = x.shape[axis] * inner
      copy(x, [columns, 1], to: y, at: first, [total * inner, 1], [outer, columns])
      first += columns
    }
    return y
  }

  public func gather(_ x: Tensor, indices: Tensor, axis: Int) -> Tensor {
    let (outer, extent, inner) = x.shape.around(axis)
    check(indices, below: extent, "gather")
    var extents = x.shape.extents
    extents.replaceSubrange(axis...axis, with: indices.shape.extents)
    let y = Tensor(uninitialized: Shape(extents), x.dtype)
    tk_gather(
      x.storage.pointer, indices.integers, y.storage.pointer, x.dtype.byteCount, outer, extent,
      indices.count, inner)
    return y
  }

  public func scatterAdd(_ x: Tensor, indices: Tensor, axis: Int, count: Int) -> Tensor {
    guard x.dtype == .float32 else {
      return convert(
        scatterAdd(single(x), indices: indices, axis: axis, count: count), to: x.dtype)
    }
    check(indices, below: count, "scatterAdd")
    var extents = x.shape.extents
    extents.replaceSubrange(axis..<(axis + indices.rank), with: [count])
    let y = Tensor(uninitialized: Shape(extents), .float32)
    let (outer, _, inner) = y.shape.around(axis)
    tk_scatter_add(
      x.pointer, indices.integers, y.pointer, outer, count, indices.count, inner)
    return y
  }

  /// Stops with a message where an index would lead outside of a tensor.
  func check(_ indices: Tensor, below bound: Int, _ operation: String) {
    let place = tk_first_outside(indices.integers, indices.count, bound)
    require(
      place < 0,
      "\(operation): index \(indices.integers[max(place, 0)]) at \(place) is not in 0 ..< \(bound)")
  }

  /// Copies elements of `x` from position `source` on to `y` from position `target` on, in steps of
  /// the strides, for all indices within the extents.
  private func copy(
    _ x: Tensor, from source: Int = 0, _ sourceStrides: [Int], to y: Tensor,
    at target: Int = 0, _ targetStrides: [Int], _ extents: [Int]
  ) {
    require(extents.count <= 16, "shape \(x.shape) has more than 16 axes")
    let size = x.dtype.byteCount
    tk_copy(
      x.storage.pointer + source * size, y.storage.pointer + target * size, size, extents.count,
      extents, sourceStrides, targetStrides)
  }
}

extension DType {
  /// The bits of a value of this type, the lower half for two bytes.
  fileprivate func pattern(of value: Double) -> UInt32 {
    switch self {
    case .float32: Float(value).bitPattern
    case .bfloat16: UInt32(BFloat16(Float(value)).bits)
    case .int32: UInt32(bitPattern: Int32(value))
    case .float64: fatalError("float64 tensors belong to the reference backend")
    }
  }
}
