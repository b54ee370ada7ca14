import CKernels

extension CPUBackend {
  public func linearScan(_ a: Tensor, _ b: Tensor, initial: Tensor, isReversed: Bool) -> Tensor {
    guard a.dtype == .float32 else {
      let h = linearScan(single(a), single(b), initial: single(initial), isReversed: isReversed)
      return convert(h, to: a.dtype)
    }
    let h = Tensor(uninitialized: a.shape, .float32)
    tk_linear_scan(
      a.pointer, b.pointer, initial.pointer, h.pointer, a.shape[0], initial.count,
      isReversed ? 1 : 0)
    return h
  }
}
