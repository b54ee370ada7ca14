import CKernels

extension CPUBackend {
  public func reduce(_ reduction: Reduction, _ x: Tensor, axes: [Int]) -> Tensor {
    if x.dtype == .bfloat16 {
      return convert(reduce(reduction, single(x), axes: axes), to: .bfloat16)
    }
    require(x.rank <= 16, "\(reduction): shape \(x.shape) has more than 16 axes")
    var mask: UInt32 = 0
    for axis in axes { mask |= 1 << UInt32(axis) }
    let y = Tensor(uninitialized: x.shape.reducing(axes), x.dtype)
    if x.dtype == .float32 {
      tk_reduce(reduction.kernel, x.pointer, y.pointer, x.rank, x.shape.extents, mask)
    } else {
      tk_reduce_int32(reduction.kernel, x.integers, y.integers, x.rank, x.shape.extents, mask)
    }
    return y
  }

  public func argmax(_ x: Tensor, axis: Int) -> Tensor {
    guard x.dtype == .float32 else { return argmax(single(x), axis: axis) }
    let (outer, extent, inner) = x.shape.around(axis)
    let y = Tensor(uninitialized: x.shape.replacing(axis, with: 1), .int32)
    tk_argmax(x.pointer, y.integers, outer, extent, inner)
    return y
  }

  public func sumOfSquares(_ x: Tensor) -> Double {
    guard x.dtype == .float32 else { return sumOfSquares(single(x)) }
    return tk_sum_of_squares(x.pointer, x.count)
  }
}

extension Reduction {
  fileprivate var kernel: tk_reduction {
    switch self {
    case .sum: TK_SUM
    case .maximum: TK_MAXIMUM_OF
    }
  }
}
