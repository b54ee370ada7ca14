extension ReferenceBackend {
  public func reduce(_ reduction: Reduction, _ x: Tensor, axes: [Int]) -> Tensor {
    let result = x.shape.reducing(axes)
    let strides = result.strides
    let start = reduction == .sum ? 0 : -Double.infinity
    var totals = [Double](repeating: start, count: result.elementCount)
    let values = x.values
    var position = 0
    forEachIndex(of: x.shape) { index in
      var target = 0
      for axis in strides.indices where result[axis] > 1 { target += index[axis] * strides[axis] }
      switch reduction {
      case .sum: totals[target] += values[position]
      case .maximum: totals[target] = max(totals[target], values[position])
      }
      position += 1
    }
    return Tensor(totals, result, .float64)
  }

  public func argmax(_ x: Tensor, axis: Int) -> Tensor {
    let reader = ElementReader(x)
    let shape = x.shape.replacing(axis, with: 1)
    var positions: [Int] = []
    forEachIndex(of: shape) { index in
      var index = index
      var best = 0
      var highest = -Double.infinity
      for candidate in 0..<x.shape[axis] {
        index[axis] = candidate
        if reader[index] > highest {
          highest = reader[index]
          best = candidate
        }
      }
      positions.append(best)
    }
    return Tensor(indices: positions, shape)
  }

  public func matmul(_ a: Tensor, _ b: Tensor, transposeA: Bool, transposeB: Bool) -> Tensor {
    let (first, second) = (ElementReader(a), ElementReader(b))
    let depth = a.shape[transposeA ? a.rank - 2 : a.rank - 1]
    let rows = a.shape[transposeA ? a.rank - 1 : a.rank - 2]
    let columns = b.shape[transposeB ? b.rank - 2 : b.rank - 1]
    let leading = Array((a.rank >= b.rank ? a.shape : b.shape).dropLast(2))
    func index(_ leading: ArraySlice<Int>, of operand: Tensor, _ row: Int, _ column: Int) -> [Int] {
      (operand.rank > 2 ? Array(leading) : []) + [row, column]
    }
    return tensor(Shape(leading + [rows, columns])) { at in
      let batch = at.dropLast(2)
      let (row, column) = (at[at.count - 2], at[at.count - 1])
      var total = 0.0
      for k in 0..<depth {
        total +=
          first[transposeA ? index(batch, of: a, k, row) : index(batch, of: a, row, k)]
          * second[transposeB ? index(batch, of: b, column, k) : index(batch, of: b, k, column)]
      }
      return total
    }
  }
}
