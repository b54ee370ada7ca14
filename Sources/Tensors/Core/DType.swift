/// The element type of a tensor.
public enum DType: String, Sendable, CaseIterable, Codable {
  /// IEEE single precision, the type of training; computed by the CPU backend.
  case float32
  /// IEEE double precision, the type of proofs; computed by the reference backend.
  case float64
  /// The upper half of a float32, for mixed precision; computed by the CPU backend.
  case bfloat16
  /// Indices and class labels; never differentiated.
  case int32

  /// Bytes taken by one element.
  public var byteCount: Int {
    switch self {
    case .float32, .int32: 4
    case .float64: 8
    case .bfloat16: 2
    }
  }

  /// Whether tensors of this type can be differentiated.
  public var isFloatingPoint: Bool { self != .int32 }

  /// The implementation that computes with this type.
  public var backend: any Backend {
    guard self == .float64 else { return CPUBackend.shared }
    return OperationCounter.current.map { CountingBackend($0) } ?? ReferenceBackend.shared
  }
}
