import Crypto
import Foundation

/// SHA-256 as 64 lower-case hexadecimal digits.
public enum Fingerprint {
  /// The fingerprint of bytes.
  public static func sha256(of bytes: some Sequence<UInt8>) -> String {
    var digest = Digest()
    if bytes.withContiguousStorageIfAvailable({ digest.update(UnsafeRawBufferPointer($0)) }) == nil
    {
      Array(bytes).withUnsafeBytes { digest.update($0) }
    }
    return digest.hexadecimal()
  }

  /// The fingerprint of a file's bytes; throws `RunError` when it cannot be read.
  public static func sha256(ofFile path: String) throws(RunError) -> String {
    let mapped = try MappedFile(path)
    var digest = Digest()
    digest.update(mapped.bytes)
    return digest.hexadecimal()
  }
}

/// A SHA-256 whose bytes arrive in parts.
struct Digest {
  private var state = SHA256()

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    state.update(bufferPointer: bytes)
  }

  func hexadecimal() -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in state.finalize() {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
