import Foundation
import TandemTensors

extension SafetensorsContents {
  /// Named tensors, as they are in memory.
  public init(_ tensors: [(name: String, tensor: Tensor)]) {
    self.init(
      tensors.map { name, tensor in
        SafetensorsEntry(
          name: name, type: tensor.dtype.safetensorsType, shape: tensor.shape.extents,
          bytes: TensorBytes(tensor: tensor))
      })
  }
}

extension SafetensorsFile {
  /// Every tensor of the file, by name.
  ///
  /// - Throws: `RunError` naming the first tensor of a type that tensors do not have.
  public func tensorsByName() throws(RunError) -> [String: TandemTensors.Tensor] {
    var result: [String: TandemTensors.Tensor] = [:]
    for tensor in tensors {
      guard let dtype = DType(tensor.type) else {
        throw RunError.damaged(
          path: path, reason: "'\(tensor.name)' has type \(tensor.type.rawValue)")
      }
      result[tensor.name] = withBytes(of: tensor) {
        TandemTensors.Tensor(bytes: $0, Shape(tensor.shape), dtype)
      }
    }
    return result
  }
}

/// A tensor as the memory that a file is written from.
private struct TensorBytes: ContiguousBytes {
  let tensor: Tensor

  func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try tensor.withUnsafeBytes(body)
  }
}

extension DType {
  /// The type as a file names it.
  public var safetensorsType: SafetensorsType {
    switch self {
    case .float32: .f32
    case .float64: .f64
    case .bfloat16: .bf16
    case .int32: .i32
    }
  }

  /// The type that a file names; nil for one that tensors do not have.
  public init?(_ type: SafetensorsType) {
    switch type {
    case .f32: self = .float32
    case .f64: self = .float64
    case .bf16: self = .bfloat16
    case .i32: self = .int32
    default: return nil
    }
  }
}
