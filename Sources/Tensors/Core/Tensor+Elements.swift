extension Tensor {
  /// The elements in row-major order, as float64.
  public var values: [Double] {
    switch dtype {
    case .float32: elements(Float.self).map(Double.init)
    case .float64: elements(Double.self)
    case .int32: elements(Int32.self).map(Double.init)
    case .bfloat16: elements(UInt16.self).map { Double(BFloat16(bits: $0).float) }
    }
  }

  /// The elements in row-major order, as float32.
  public var floats: [Float] {
    dtype == .float32 ? elements(Float.self) : values.map(Float.init)
  }

  /// The only element of a tensor that has one.
  public var scalar: Double {
    require(count == 1, "a tensor of shape \(shape) is no scalar")
    return withUnsafeBytes { bytes in
      switch dtype {
      case .float32: Double(bytes.load(as: Float.self))
      case .float64: bytes.load(as: Double.self)
      case .int32: Double(bytes.load(as: Int32.self))
      case .bfloat16: Double(BFloat16(bits: bytes.load(as: UInt16.self)).float)
      }
    }
  }

  /// Calls `body` with the raw elements, row-major and little-endian.
  public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    let storage = storage
    return try withExtendedLifetime(storage) {
      try body(
        UnsafeRawBufferPointer(start: storage.pointer, count: count * dtype.byteCount))
    }
  }

  private func elements<T>(_ type: T.Type) -> [T] {
    withUnsafeBytes { Array($0.bindMemory(to: T.self)) }
  }
}

extension Tensor: CustomStringConvertible {
  /// Type, shape and the first elements.
  public var description: String {
    let shown = values.prefix(8).map { "\($0)" }.joined(separator: ", ")
    return "\(dtype)\(shape) [\(shown)\(count > 8 ? ", …" : "")]"
  }
}

/// The upper half of a float32: 8 bits of exponent, 7 of fraction.
package struct BFloat16: Sendable {
  package let bits: UInt16

  package init(bits: UInt16) { self.bits = bits }

  /// `value` rounded to the nearest, ties to even.
  package init(_ value: Float) {
    let pattern = value.bitPattern
    // A NaN must stay one: rounding could carry its fraction into the exponent.
    bits =
      value.isNaN
      ? UInt16(truncatingIfNeeded: pattern >> 16) | 0x40
      : UInt16(truncatingIfNeeded: (pattern &+ 0x7fff &+ ((pattern >> 16) & 1)) >> 16)
  }

  package var float: Float { Float(bitPattern: UInt32(bits) << 16) }
}
