/// An array of any rank from an IDX file, the format of MNIST, plain or gzip.
///
/// Format: 2 zero bytes, a type code, the rank, the sizes as big-endian 32-bit numbers, then the
/// elements, row-major and big-endian.
public struct IDXArray: Sendable {
  /// The element types the format knows, by their codes.
  public enum ElementType: UInt8, CaseIterable, Sendable {
    case uint8 = 0x08
    case int8 = 0x09
    case int16 = 0x0B
    case int32 = 0x0C
    case float32 = 0x0D
    case float64 = 0x0E

    /// Bytes in one element.
    public var width: Int {
      switch self {
      case .uint8, .int8: 1
      case .int16: 2
      case .int32, .float32: 4
      case .float64: 8
      }
    }
  }

  /// The file it came from.
  public let path: String
  /// The type of the elements.
  public let type: ElementType
  /// The sizes, the slowest first; empty for a single value.
  public let shape: [Int]

  let storage: ByteStorage

  /// The number of elements: the product of the shape.
  public var count: Int { storage.bytes.count / type.width }

  /// Calls `body` with the elements' bytes as the file holds them, wider types big-endian.
  public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try body(UnsafeRawBufferPointer(storage.bytes))
  }

  /// All elements as doubles, which hold every type of the format exactly.
  public func doubles() -> [Double] {
    withUnsafeBytes { bytes in
      func word<W: FixedWidthInteger>(_ place: Int, as: W.Type) -> W {
        W(bigEndian: bytes.loadUnaligned(fromByteOffset: place * type.width, as: W.self))
      }
      return (0..<count).map { place in
        switch type {
        case .uint8: Double(bytes[place])
        case .int8: Double(Int8(bitPattern: bytes[place]))
        case .int16: Double(word(place, as: Int16.self))
        case .int32: Double(word(place, as: Int32.self))
        case .float32: Double(Float(bitPattern: word(place, as: UInt32.self)))
        case .float64: Double(bitPattern: word(place, as: UInt64.self))
        }
      }
    }
  }
}
