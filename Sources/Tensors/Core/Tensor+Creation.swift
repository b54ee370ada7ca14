extension Tensor {
  /// A tensor whose elements are all `value`.
  public init(repeating value: Double, _ shape: Shape, _ dtype: DType = .float32) {
    self.init(uninitialized: shape, dtype)
    switch dtype {
    case .float32: fill(Float(value))
    case .float64: fill(value)
    case .int32: fill(Int32(value))
    case .bfloat16: fill(BFloat16(Float(value)).bits)
    }
  }

  /// A tensor of zeros.
  public init(zeros shape: Shape, _ dtype: DType = .float32) {
    self.init(uninitialized: shape, dtype)
    storage.pointer.initializeMemory(
      as: UInt8.self, repeating: 0, count: shape.elementCount * dtype.byteCount)
  }

  /// A tensor of ones.
  public init(ones shape: Shape, _ dtype: DType = .float32) {
    self.init(repeating: 1, shape, dtype)
  }

  /// A tensor with the given elements in row-major order, rounded to `dtype`.
  public init(_ values: [Double], _ shape: Shape, _ dtype: DType = .float32) {
    Tensor.check(values.count, shape)
    self.init(uninitialized: shape, dtype)
    switch dtype {
    case .float32: fill(values.lazy.map { Float($0) })
    case .float64: fill(values)
    case .int32: fill(values.lazy.map { Int32($0) })
    case .bfloat16: fill(values.lazy.map { BFloat16(Float($0)).bits })
    }
  }

  /// A float32 tensor with the given elements in row-major order.
  public init(_ values: [Float], _ shape: Shape) {
    Tensor.check(values.count, shape)
    self.init(uninitialized: shape, .float32)
    fill(values)
  }

  /// An int32 tensor of indices or labels.
  public init(indices: [Int], _ shape: Shape? = nil) {
    let shape = shape ?? [indices.count]
    Tensor.check(indices.count, shape)
    self.init(uninitialized: shape, .int32)
    fill(indices.lazy.map { Int32($0) })
  }

  /// A scalar.
  public init(_ value: Double, _ dtype: DType = .float32) {
    self.init(repeating: value, [], dtype)
  }

  /// A float32 tensor that `body` fills, all elements of it, in row-major order.
  public init(
    float32 shape: Shape, filledBy body: (UnsafeMutableBufferPointer<Float>) throws -> Void
  ) rethrows {
    self.init(uninitialized: shape, .float32)
    let start = storage.pointer.bindMemory(to: Float.self, capacity: shape.elementCount)
    try body(UnsafeMutableBufferPointer(start: start, count: shape.elementCount))
  }

  /// A tensor over a copy of raw little-endian elements.
  public init(bytes: UnsafeRawBufferPointer, _ shape: Shape, _ dtype: DType) {
    require(
      bytes.count == shape.elementCount * dtype.byteCount,
      "\(bytes.count) bytes do not fill shape \(shape) of \(dtype)")
    self.init(uninitialized: shape, dtype)
    if let start = bytes.baseAddress {
      storage.pointer.copyMemory(from: start, byteCount: bytes.count)
    }
  }

  private static func check(_ count: Int, _ shape: Shape) {
    require(count == shape.elementCount, "\(count) elements do not fill shape \(shape)")
  }

  private func fill<T>(_ value: T) {
    storage.pointer.initializeMemory(as: T.self, repeating: value, count: count)
  }

  private func fill<T>(_ values: some Sequence<T>) {
    let target = storage.pointer.bindMemory(to: T.self, capacity: count)
    _ = UnsafeMutableBufferPointer(start: target, count: count).update(
      fromContentsOf: Array(values))
  }
}
