/// The first tensor in which two files differ.
package struct TensorDifference: Sendable {
  /// How it differs.
  package enum Kind: Equatable, Sendable {
    /// The second file has no tensor of the name.
    case onlyInFirst
    /// The first file has none.
    case onlyInSecond
    /// The types or shapes are not the same, in words: `F32 [2, 3]`.
    case form(String, String)
    /// So many of its values have other bits.
    case values(Int, of: Int)
  }

  /// The tensor, of the first file if that has it.
  package let tensor: SafetensorsFile.Tensor
  /// How it differs.
  package let kind: Kind
}

extension SafetensorsFile {
  /// The first tensor, in this file's order, that is not the same to the bit in another file; nil
  /// where the tensors of both are the same.
  package func firstDifference(from other: SafetensorsFile) -> TensorDifference? {
    for tensor in tensors {
      guard let twin = other[tensor.name] else {
        return TensorDifference(tensor: tensor, kind: .onlyInFirst)
      }
      guard tensor.type == twin.type, tensor.shape == twin.shape else {
        return TensorDifference(tensor: tensor, kind: .form(tensor.form, twin.form))
      }
      let size = tensor.type.size
      let count = withBytes(of: tensor) { bytes in
        other.withBytes(of: twin) { others in
          bytes.elementsEqual(others)
            ? 0
            : stride(from: 0, to: bytes.count, by: size).count { start in
              (start..<start + size).contains { bytes[$0] != others[$0] }
            }
        }
      }
      if count > 0 {
        return TensorDifference(
          tensor: tensor, kind: .values(count, of: tensor.byteCount / size))
      }
    }
    return other.tensors.first { self[$0.name] == nil }
      .map { TensorDifference(tensor: $0, kind: .onlyInSecond) }
  }
}

extension SafetensorsFile.Tensor {
  /// Type and shape in words.
  fileprivate var form: String { "\(type.rawValue) \(shape)" }
}
