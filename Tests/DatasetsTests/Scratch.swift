import CZlib
import Foundation
import TandemDatasets
import Testing

/// A directory of its own for a test, removed with the object.
final class Scratch: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "tandem-datasets-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Writes a file and returns its path.
  func write(_ bytes: [UInt8], _ name: String = "file") throws -> String {
    let file = path + "/" + name
    try Data(bytes).write(to: URL(fileURLWithPath: file))
    return file
  }
}

/// The bytes of an IDX file: big-endian sizes, then `content` as it is.
func idx(_ code: UInt8, _ shape: [Int], _ content: [UInt8]) -> [UInt8] {
  [0, 0, code, UInt8(shape.count)]
    + shape.flatMap { size in
      (0..<4).map { UInt8(truncatingIfNeeded: size >> (24 - 8 * $0)) }
    } + content
}

/// The gzip form of `bytes`.
func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
  let scratch = try Scratch()
  let path = scratch.path + "/z"
  let file = try #require(gzopen(path, "wb9"))
  #expect(bytes.isEmpty || gzwrite(file, bytes, UInt32(bytes.count)) == Int32(bytes.count))
  #expect(gzclose(file) == Z_OK)
  return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
}

/// Bytes without a pattern, the same on every run.
func noise(_ count: Int, seed: UInt64) -> [UInt8] {
  let random = Philox(seed: seed)
  return (0..<count).map { UInt8(truncatingIfNeeded: random.block(.samples, $0).0) }
}
