import CKernels

/// The kernels for training: float32 on all cores, by oneDNN and the loops of `CKernels`.
///
/// bfloat16 tensors are computed in float32 and rounded back, except where oneDNN has kernels of
/// their own; int32 tensors can be moved, compared, added and reduced.
public struct CPUBackend: Backend, FusedKernels {
  /// The only instance needed.
  public static let shared = CPUBackend()

  public var name: String { "CPU" }
  public var fused: (any FusedKernels)? { self }

  /// `x` in float32, for kernels that have no other form.
  func single(_ x: Tensor) -> Tensor { convert(x, to: .float32) }

  public func convert(_ x: Tensor, to dtype: DType) -> Tensor {
    if x.dtype == dtype { return x }
    let count = x.count
    let source = x.storage.pointer
    func converted<From, To>(
      _ kernel: (UnsafePointer<From>?, UnsafeMutablePointer<To>?, Int) -> Void
    ) -> Tensor {
      let y = Tensor(uninitialized: x.shape, dtype)
      kernel(
        source.assumingMemoryBound(to: From.self),
        y.storage.pointer.assumingMemoryBound(to: To.self), count)
      return y
    }
    switch (x.dtype, dtype) {
    case (.float32, .bfloat16): return converted(tk_float32_to_bfloat16)
    case (.float32, .float64): return converted(tk_float32_to_float64)
    case (.float32, .int32): return converted(tk_float32_to_int32)
    case (.bfloat16, .float32): return converted(tk_bfloat16_to_float32)
    case (.int32, .float32): return converted(tk_int32_to_float32)
    case (.int32, .float64): return converted(tk_int32_to_float64)
    case (.float64, .float32): return converted(tk_float64_to_float32)
    default: return convert(convert(x, to: .float32), to: dtype)
    }
  }
}

extension Tensor {
  /// The elements of a float32 tensor. The tensor must outlive the pointer's use: kernels take it
  /// from their arguments and from the result that they return.
  var pointer: UnsafeMutablePointer<Float> {
    storage.pointer.assumingMemoryBound(to: Float.self)
  }

  /// The elements of an int32 tensor.
  var integers: UnsafeMutablePointer<Int32> {
    storage.pointer.assumingMemoryBound(to: Int32.self)
  }
}

extension Shape {
  /// The extents in front of `axis`, its own and those behind it, each multiplied up.
  func around(_ axis: Int) -> (outer: Int, extent: Int, inner: Int) {
    (
      extents[..<axis].reduce(1, *), extents[axis], extents[(axis + 1)...].reduce(1, *)
    )
  }

  /// The last extent, and how many rows of it there are.
  var rows: (count: Int, columns: Int) {
    let columns = extents.last ?? 1
    return (columns == 0 ? 0 : elementCount / columns, columns)
  }
}
