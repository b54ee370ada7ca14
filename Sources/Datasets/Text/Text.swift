import Foundation

/// A text in memory, as UTF-8.
public struct Text: Hashable, Sendable {
  /// What reports and errors call it: the path of its file.
  public let name: String
  /// Its bytes: valid UTF-8 without a byte order mark unless it was read as bytes.
  public let bytes: [UInt8]

  /// The text as a string.
  public var string: String { String(decoding: bytes, as: UTF8.self) }

  /// A text of one's own.
  public init(_ string: String, name: String = "text") {
    self.name = name
    bytes = Array(string.utf8)
  }

  init(checked bytes: [UInt8], name: String) {
    self.name = name
    self.bytes = bytes
  }

  /// Reads a file, plain or gzip.
  ///
  /// For characters and words the file must be UTF-8 without NUL; a byte order mark at its start is
  /// dropped, and carriage returns before newlines are. For bytes it is taken as it is.
  ///
  /// - Throws: `DatasetError`, naming the file and the offset of the byte that is wrong.
  public init(contentsOf path: String, for level: Vocabulary.Level = .characters) throws {
    var bytes = try Self.read(path)
    if level != .bytes {
      let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
      let start = bytes.starts(with: mark) ? mark.count : 0
      if [[0xFF, 0xFE], [0xFE, 0xFF]].contains(where: bytes.starts) {
        throw DatasetError.unsuitable(
          path: path, reason: "the mark at byte 0 says it is UTF-16; convert it to UTF-8")
      }
      if let place = TextBytes.firstInvalid(in: bytes) {
        throw DatasetError.damaged(
          path: path,
          reason: "byte \(place) (0x\(String(bytes[place], radix: 16))) is not UTF-8;"
            + " convert the file, or read it as bytes")
      }
      if let place = bytes.firstIndex(of: 0) {
        throw DatasetError.damaged(
          path: path,
          reason: "byte \(place) is NUL, which no text has; to learn it, read it as bytes")
      }
      if start > 0 { bytes.removeFirst(start) }
      if bytes.contains(0x0D) { bytes = Self.withoutReturns(bytes) }
    }
    guard !bytes.isEmpty else { throw DatasetError.unsuitable(path: path, reason: "is empty") }
    self.init(checked: bytes, name: path)
  }

  /// The most bytes of a text: its tokens take four times as many.
  private static let limit = 1 << 31

  private static func read(_ path: String) throws -> [UInt8] {
    let reader = try GzipReader(path: path)
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: min(max(reader.fileSize + 1, 1 << 12), 1 << 24))
    while true {
      let count = try part.withUnsafeMutableBytes { try reader.read(into: $0) }
      bytes += part[..<count]
      if count < part.count { return bytes }
      guard bytes.count <= limit else {
        throw DatasetError.unsuitable(
          path: path, reason: "is longer than the 2 GiB a text may have")
      }
    }
  }

  private static func withoutReturns(_ bytes: [UInt8]) -> [UInt8] {
    var kept: [UInt8] = []
    kept.reserveCapacity(bytes.count)
    for (place, byte) in bytes.enumerated() {
      if byte == 0x0D, place + 1 < bytes.count, bytes[place + 1] == 0x0A { continue }
      kept.append(byte)
    }
    return kept
  }
}
