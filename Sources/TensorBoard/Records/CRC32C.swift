/// CRC-32C (Castagnoli), the check sum of event files: reflected, polynomial 0x82F63B78.
///
/// zlib's CRC-32 has another polynomial, and a library for these lines would be one more package
/// to install.
package enum CRC32C {
  /// The check sum of bytes: `E3069283` of "123456789".
  package static func value(of bytes: UnsafeRawBufferPointer) -> UInt32 {
    table.withUnsafeBufferPointer { table in
      ~bytes.reduce(~0) { table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ ($0 >> 8) }
    }
  }

  /// The check sum as event files hold it: turned and shifted, so that the check sum of bytes that
  /// hold check sums is a good one.
  package static func masked(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    let sum = value(of: bytes)
    return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
  }

  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0x82F6_3B78 : sum >> 1 }
  }
}
