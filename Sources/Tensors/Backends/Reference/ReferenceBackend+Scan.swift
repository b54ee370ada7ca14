extension ReferenceBackend {
  public func linearScan(_ a: Tensor, _ b: Tensor, initial: Tensor, isReversed: Bool) -> Tensor {
    let (factors, addends) = (a.values, b.values)
    var h = initial.values
    let (steps, columns) = (a.shape[0], h.count)
    var result = addends
    for turn in 0..<steps {
      let row = (isReversed ? steps - 1 - turn : turn) * columns
      for column in 0..<columns {
        h[column] = factors[row + column] * h[column] + addends[row + column]
        result[row + column] = h[column]
      }
    }
    return Tensor(result, a.shape, .float64)
  }
}
