import CKernels

extension CPUBackend {
  public func unary(_ f: UnaryFunction, _ x: Tensor) -> Tensor {
    guard x.dtype == .float32 else { return convert(unary(f, single(x)), to: x.dtype) }
    let y = Tensor(uninitialized: x.shape, .float32)
    let (code, p, q) = f.kernel
    tk_unary(code, x.pointer, y.pointer, y.count, p, q)
    return y
  }

  public func unaryGradient(_ f: UnaryFunction, saved: Tensor, upstream: Tensor) -> Tensor {
    guard upstream.dtype == .float32, saved.dtype == .float32 else {
      return convert(
        unaryGradient(f, saved: single(saved), upstream: single(upstream)), to: upstream.dtype)
    }
    let dx = Tensor(uninitialized: upstream.shape, .float32)
    let (code, p, q) = f.kernel
    tk_unary_gradient(code, saved.pointer, upstream.pointer, dx.pointer, dx.count, p, q)
    return dx
  }

  public func binary(_ f: BinaryFunction, _ a: Tensor, _ b: Tensor) -> Tensor {
    if a.dtype == .bfloat16 { return convert(binary(f, single(a), single(b)), to: .bfloat16) }
    if a.dtype == .float32, a.shape == b.shape {
      let y = Tensor(uninitialized: a.shape, .float32)
      tk_binary_same(f.kernel, a.pointer, b.pointer, y.pointer, y.count)
      return y
    }
    require(
      a.dtype == .float32 || (f != .divide && f != .power), "\(f): int32 tensors have no \(f)")
    let shape = broadcastShape(a.shape, b.shape)
    let rank = shape.rank
    require(rank <= 16, "\(f): shape \(shape) has more than 16 axes")
    let y = Tensor(uninitialized: shape, a.dtype)
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 2 * rank + 1) { strides in
      let first = strides.baseAddress!
      let second = first + rank
      a.shape.writeStrides(broadcastTo: rank, first)
      b.shape.writeStrides(broadcastTo: rank, second)
      if a.dtype == .float32 {
        tk_binary(
          f.kernel, a.pointer, b.pointer, y.pointer, rank, shape.extents, first, second)
      } else {
        tk_binary_int32(
          f.kernel, a.integers, b.integers, y.integers, rank, shape.extents, first, second)
      }
    }
    return y
  }

  /// The common shape of two that broadcast; nothing new where one of them is it.
  private func broadcastShape(_ a: Shape, _ b: Shape) -> Shape {
    if a.covers(b) { return a }
    if b.covers(a) { return b }
    return a.broadcast(with: b)!
  }
}

extension Shape {
  /// Whether `other` repeats to fill this shape.
  fileprivate func covers(_ other: Shape) -> Bool {
    let added = rank - other.rank
    if added < 0 { return false }
    for axis in 0..<other.rank where other[axis] != 1 && other[axis] != self[axis + added] {
      return false
    }
    return true
  }

  /// Writes `rank` strides of a tensor of this shape: 0 along axes that broadcasting adds or
  /// repeats.
  func writeStrides(broadcastTo rank: Int, _ strides: UnsafeMutablePointer<Int>) {
    let added = rank - self.rank
    var stride = 1
    for axis in Swift.stride(from: rank - 1, through: 0, by: -1) {
      guard axis >= added else {
        strides[axis] = 0
        continue
      }
      let extent = self[axis - added]
      strides[axis] = extent == 1 ? 0 : stride
      stride *= extent
    }
  }
}

extension UnaryFunction {
  /// The kernel's code and parameters.
  var kernel: (code: tk_function, p: Float, q: Float) {
    switch self {
    case .affine(let scale, let offset): (TK_AFFINE, Float(scale), Float(offset))
    case .power(let exponent): (TK_POWER, Float(exponent), 0)
    case .clamp(let lower, let upper): (TK_CLAMP, Float(lower), Float(upper))
    case .exp: (TK_EXP, 0, 0)
    case .log: (TK_LOG, 0, 0)
    case .sqrt: (TK_SQRT, 0, 0)
    case .rsqrt: (TK_RSQRT, 0, 0)
    case .square: (TK_SQUARE, 0, 0)
    case .absolute: (TK_ABSOLUTE, 0, 0)
    case .sign: (TK_SIGN, 0, 0)
    case .step: (TK_STEP, 0, 0)
    case .sin: (TK_SIN, 0, 0)
    case .cos: (TK_COS, 0, 0)
    case .erf: (TK_ERF, 0, 0)
    case .tanh: (TK_TANH, 0, 0)
    case .sigmoid: (TK_SIGMOID, 0, 0)
    case .relu: (TK_RELU, 0, 0)
    case .leakyReLU(let slope): (TK_LEAKY_RELU, Float(slope), 0)
    case .softplus: (TK_SOFTPLUS, 0, 0)
    case .gelu: (TK_GELU, 0, 0)
    case .silu: (TK_SILU, 0, 0)
    }
  }

  /// The function as an activation that follows another kernel.
  var activation: tk_activation {
    let (code, p, q) = kernel
    return tk_activation(exists: 1, function: code, p: p, q: q)
  }
}

extension UnaryFunction? {
  /// The activation, or none.
  var activation: tk_activation { self?.activation ?? tk_activation() }
}

extension BinaryFunction {
  /// The kernel's code.
  var kernel: tk_binary_function {
    switch self {
    case .add: TK_ADD
    case .subtract: TK_SUBTRACT
    case .multiply: TK_MULTIPLY
    case .divide: TK_DIVIDE
    case .maximum: TK_MAXIMUM
    case .minimum: TK_MINIMUM
    case .power: TK_BINARY_POWER
    case .greater: TK_GREATER
    case .greaterOrEqual: TK_GREATER_OR_EQUAL
    case .equal: TK_EQUAL
    }
  }
}
