import CKernels
import COneDNN

extension CPUBackend {
  public func matmul(_ a: Tensor, _ b: Tensor, transposeA: Bool, transposeB: Bool) -> Tensor {
    let (rankA, rankB) = (a.rank, b.rank)
    let (rows, inner) =
      transposeA
      ? (a.shape[rankA - 1], a.shape[rankA - 2]) : (a.shape[rankA - 2], a.shape[rankA - 1])
    let columns = transposeB ? b.shape[rankB - 2] : b.shape[rankB - 1]
    let leading = rankA >= rankB ? a.shape.dropLast(2) : b.shape.dropLast(2)

    var product = onednn_product(m: rows, n: columns, k: inner, a.dtype)
    product.batch = Int64(leading.reduce(1, *))
    product.setStrides(
      a: (rankA > 2 ? rows * inner : 0, transposeA),
      b: (rankB > 2 ? inner * columns : 0, transposeB))
    return multiply(
      product, a, b, nil, nil,
      into: Tensor(uninitialized: Shape(Array(leading) + [rows, columns]), a.dtype))
  }

  public func linear(
    _ x: Tensor, _ weight: Tensor, _ bias: Tensor?, _ activation: UnaryFunction?
  ) -> Tensor {
    let (rows, inner, columns) = (x.shape[0], x.shape[1], weight.shape[0])
    if rows <= CPUBackend.fewRows, x.dtype == .float32, weight.dtype == .float32,
      bias?.dtype ?? .float32 == .float32
    {
      let y = Tensor(uninitialized: [rows, columns], .float32)
      tk_dot_multiply(x.pointer, rows, inner, weight.pointer, columns, bias?.pointer, 0, y.pointer)
      return activation.map { unary($0, y) } ?? y
    }
    var product = onednn_product(m: rows, n: columns, k: inner, x.dtype)
    product.setStrides(a: (0, false), b: (0, true))
    return multiply(
      product, x, weight, bias, activation, into: Tensor(uninitialized: [rows, columns], x.dtype))
  }

  /// Rows up to which a product with a transposed matrix reads the matrix as it lies, once: a
  /// sampler's single step waits for the memory, and for a library's preparations.
  static let fewRows = 4

  /// Fills `result` with `f(a b + bias)`.
  func multiply(
    _ product: onednn_product, _ a: Tensor, _ b: Tensor, _ bias: Tensor?,
    _ activation: UnaryFunction?, into result: Tensor
  ) -> Tensor {
    guard result.count > 0 else { return result }
    let (epilogue, rest) = onednn_epilogue.applying(activation)
    var product = product
    product.epilogue = epilogue
    product.has_bias = bias == nil ? 0 : 1
    OneDNN.check(
      onednn_multiply(
        &product, a.storage.pointer, b.storage.pointer, bias?.storage.pointer,
        result.storage.pointer))
    return rest.map { unary($0, result) } ?? result
  }
}

extension onednn_product {
  /// A single product `[m, k] x [k, n]` whose strides are still to be set.
  init(m: Int, n: Int, k: Int, _ dtype: DType) {
    self.init()
    (self.m, self.n, self.k, batch) = (Int64(m), Int64(n), Int64(k), 1)
    self.dtype = OneDNN.type(dtype)
  }

  /// The strides of dense operands, each as it is or transposed.
  mutating func setStrides(
    a: (batch: Int, isTransposed: Bool), b: (batch: Int, isTransposed: Bool)
  ) {
    a_batch_stride = Int64(a.batch)
    (a_row_stride, a_column_stride) = a.isTransposed ? (1, m) : (k, 1)
    b_batch_stride = Int64(b.batch)
    (b_row_stride, b_column_stride) = b.isTransposed ? (1, k) : (n, 1)
  }
}
