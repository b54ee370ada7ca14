import TandemTensors

/// Which steps of a padded batch of sequences there are.
struct SequenceMask {
  /// 1 where a sequence has the step, else 0: `[T, B, 1]`.
  let isPresent: Tensor
  /// For each step of each sequence its row of `[T * B, ...]`, or `T * B` where it is padding.
  private let rows: Tensor

  /// The mask of the given lengths (int32 `[B]`, each in `0 ... T`) for a batch `[T, B, ...]`;
  /// nil where every sequence has all steps.
  init?(_ lengths: Tensor?, of batch: Tensor) {
    guard let lengths else { return nil }
    let (steps, count) = (batch.shape[0], batch.shape[1])
    require(
      lengths.dtype == .int32 && lengths.shape == [count],
      "lengths: \(lengths.dtype)\(lengths.shape) for a batch of \(count)")
    let values = lengths.values.map { Int($0) }
    for (index, length) in values.enumerated() {
      require(
        length >= 0 && length <= steps,
        "lengths: sequence \(index) has \(length) steps, the batch \(steps)")
    }
    if values.allSatisfy({ $0 == steps }) { return nil }
    var present = [Double](repeating: 0, count: steps * count)
    var rows = [Int](repeating: steps * count, count: steps * count)
    for (sequence, length) in values.enumerated() {
      for step in 0..<length {
        present[step * count + sequence] = 1
        rows[step * count + sequence] = step * count + sequence
      }
    }
    isPresent = Tensor(present, [steps, count, 1], batch.dtype)
    self.rows = Tensor(indices: rows)
  }

  /// `x` `[T, B, features]` with zeros for its padding, whatever stood there.
  ///
  /// The padding is never read, since a product with zero would let a NaN through; its gradient is
  /// zero.
  func cleaned(_ x: Tensor) -> Tensor {
    let flat = x.reshaped(to: [x.shape[0] * x.shape[1], -1])
    let zero = Tensor(zeros: [1, flat.shape[1]], x.dtype)
    return Tensor.concatenate([flat, zero]).gather(rows).reshaped(to: x.shape)
  }
}
