/// `c = op(a) op(b)` on the last two axes, `op` the identity or the transpose.
///
///     da = g op(b)^T      or, where a is transposed, op(b) g^T
///     db = op(a)^T g      or, where b is transposed, g^T op(a)
struct MatrixProduct: Primitive {
  let transposeA: Bool
  let transposeB: Bool

  func forward(_ inputs: [Tensor]) -> Tensor {
    inputs[0].backend.matmul(
      inputs[0], inputs[1], transposeA: transposeA, transposeB: transposeB)
  }

  func vjp(inputs: [Tensor], output: Tensor, upstream g: Tensor, needed: [Bool]) -> [Tensor?] {
    let (a, b) = (inputs[0], inputs[1])
    var da: Tensor?
    var db: Tensor?
    if needed[0] {
      da =
        transposeA
        ? b.matmul(g, transposed: transposeB, true) : g.matmul(b, transposed: false, !transposeB)
    }
    if needed[1] {
      db =
        transposeB
        ? g.matmul(a, transposed: true, transposeA) : a.matmul(g, transposed: !transposeA, false)
    }
    // An operand without leading axes was used in every product of the batch.
    return [da?.summed(to: a.shape), db?.summed(to: b.shape)]
  }

  static var examples: [Example] {
    var examples: [Example] = []
    for transposeA in [false, true] {
      for transposeB in [false, true] {
        let a: Shape = transposeA ? [3, 2] : [2, 3]
        let b: Shape = transposeB ? [4, 3] : [3, 4]
        for (batchA, batchB) in [
          ([], []), ([2], [2]), ([2], []), ([], [2]), ([2, 1], [2, 1]), ([2, 1], [3]),
        ] {
          let (first, second) = (Shape(batchA + a.extents), Shape(batchB + b.extents))
          examples.append(
            Example(
              "\(first)\(transposeA ? "^T" : "") \(second)\(transposeB ? "^T" : "")",
              [Example.tensor(first), Example.tensor(second, seed: 2)]
            ) { $0[0].matmul($0[1], transposed: transposeA, transposeB) })
        }
      }
    }
    return examples
  }
}

extension Tensor {
  /// The matrix product on the last two axes: `[..., m, k] x [..., k, n]` gives `[..., m, n]`.
  ///
  /// The leading axes broadcast: where one is 1 or absent, the same matrix is used in every
  /// product. An operand may be given transposed on its last two axes.
  public func matmul(
    _ other: Tensor, transposed transposeA: Bool = false, _ transposeB: Bool = false
  ) -> Tensor {
    let (mine, theirs) = (Shape(shape.dropLast(2)), Shape(other.shape.dropLast(2)))
    let leading = mine.broadcast(with: theirs)
    require(dtype == other.dtype, "matmul: element types \(dtype) and \(other.dtype) differ")
    require(
      rank >= 2 && other.rank >= 2
        && shape[transposeA ? rank - 2 : rank - 1]
          == other.shape[transposeB ? other.rank - 1 : other.rank - 2]
        && leading != nil,
      """
      matmul: shapes \(shape)\(transposeA ? " (transposed)" : "") and \
      \(other.shape)\(transposeB ? " (transposed)" : "") do not fit
      """)
    if rank > 2 && other.rank == 2 && !transposeA {
      // One large product instead of many small ones.
      let rows = shape.dropLast().reduce(1, *)
      let product = reshaped(to: [rows, shape[rank - 1]]).matmul(
        other, transposed: false, transposeB)
      return product.reshaped(to: Shape(Array(shape.dropLast()) + [product.shape[1]]))
    }
    if let leading, rank > 2, other.rank > 2, mine != theirs {
      let first = broadcast(to: Shape(leading + shape.suffix(2)))
      let second = other.broadcast(to: Shape(leading + other.shape.suffix(2)))
      return MatrixProduct(transposeA: transposeA, transposeB: transposeB)(first, second)
    }
    return MatrixProduct(transposeA: transposeA, transposeB: transposeB)(self, other)
  }
}
