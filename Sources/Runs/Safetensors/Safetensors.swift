import Foundation

/// The element types of tensor files that this project reads and writes; all little-endian.
public enum SafetensorsType: String, CaseIterable, Sendable {
  case u8 = "U8"
  case i32 = "I32"
  case i64 = "I64"
  case u64 = "U64"
  case bf16 = "BF16"
  case f32 = "F32"
  case f64 = "F64"

  /// Bytes of an element.
  public var size: Int {
    switch self {
    case .u8: 1
    case .bf16: 2
    case .i32, .f32: 4
    case .i64, .u64, .f64: 8
    }
  }

  /// The place of the type in a file: the reference writer puts greater ones first, which orders
  /// by alignment.
  var rank: Int {
    switch self {
    case .u8: 0
    case .bf16: 1
    case .i32: 2
    case .f32: 3
    case .f64: 4
    case .i64: 5
    case .u64: 6
    }
  }

  /// The bytes of a tensor of this type; nil where a size is negative or the product too large.
  func byteCount(of shape: [Int]) -> Int? {
    var count = size
    for extent in shape {
      // An extent of 0 makes nothing of all others, but strides multiply these.
      let (product, overflow) = count.multipliedReportingOverflow(by: max(extent, 1))
      if overflow || extent < 0 { return nil }
      count = product
    }
    return shape.contains(0) ? 0 : count
  }
}

/// A tensor to be written: its bytes are borrowed from their owner, not copied.
public struct SafetensorsEntry: Sendable {
  /// The tensor's name.
  public let name: String
  /// The type of its elements.
  public let type: SafetensorsType
  /// Its extents; none for a scalar.
  public let shape: [Int]
  /// Row-major, little-endian; `Data`, `[UInt8]`, or a tensor's storage that gives its bytes.
  public let bytes: any ContiguousBytes & Sendable

  /// A tensor of the given bytes.
  public init(
    name: String, type: SafetensorsType, shape: [Int], bytes: any ContiguousBytes & Sendable
  ) {
    self.name = name
    self.type = type
    self.shape = shape
    self.bytes = bytes
  }
}

/// The contents of a `.safetensors` file to be written.
public struct SafetensorsContents: Sendable {
  /// The tensors, in any order: the file has its own.
  public var entries: [SafetensorsEntry]
  /// The text pairs under `__metadata__`.
  public var metadata: [String: String]

  /// A file of the given tensors and texts.
  public init(_ entries: [SafetensorsEntry], metadata: [String: String] = [:]) {
    self.entries = entries
    self.metadata = metadata
  }

  /// Writes the file, flushed to the disk but not atomically: header first, then each tensor
  /// straight from its owner's memory. The bytes equal those of the reference writer, which
  /// leaves the order of more than one metadata key open; here they are sorted.
  ///
  /// Throws `RunError` when two tensors share a name, or bytes do not fit a shape.
  ///
  /// - Returns: the size of the file and its SHA-256.
  @discardableResult
  public func write(
    to path: String, fileSystem: any FileSystem = LocalFileSystem()
  ) throws(RunError) -> (size: Int, sha256: String) {
    let sorted = entries.sorted {
      $0.type == $1.type
        ? $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) : $0.type.rank > $1.type.rank
    }
    let header = try header(of: sorted, path: path)
    var digest = Digest()
    var size = 0
    try fileSystem.createFile(path) { (file) throws(RunError) in
      func put(_ bytes: UnsafeRawBufferPointer) throws(RunError) {
        try fileSystem.writeAll(bytes, to: file)
        digest.update(bytes)
        size += bytes.count
      }
      try typed(path) { try header.withUnsafeBytes { try put($0) } }
      for entry in sorted {
        try typed(path) { try entry.bytes.withUnsafeBytes { try put($0) } }
      }
    }
    return (size, digest.hexadecimal())
  }

  /// The eight bytes of length and the padded header.
  private func header(of sorted: [SafetensorsEntry], path: String) throws(RunError) -> [UInt8] {
    var text = Array("{".utf8)
    func separate() { if text.count > 1 { text.append(UInt8(ascii: ",")) } }
    if !metadata.isEmpty {
      JSONText.append("__metadata__", to: &text)
      text.append(contentsOf: ":{".utf8)
      for (index, pair) in metadata.sorted(by: { $0.key < $1.key }).enumerated() {
        if index > 0 { text.append(UInt8(ascii: ",")) }
        JSONText.append(pair.key, to: &text)
        text.append(UInt8(ascii: ":"))
        JSONText.append(pair.value, to: &text)
      }
      text.append(UInt8(ascii: "}"))
    }
    var names: Set<String> = ["__metadata__"]
    var offset = 0
    for entry in sorted {
      func invalid(_ reason: String) -> RunError {
        .invalid(path: path, reason: "tensor '\(entry.name)' \(reason)")
      }
      guard names.insert(entry.name).inserted else { throw invalid("has a name that is taken") }
      let given = entry.bytes.withUnsafeBytes { $0.count }
      guard let count = entry.type.byteCount(of: entry.shape), count == given else {
        throw invalid("of type \(entry.type.rawValue) and shape \(entry.shape) has \(given) bytes")
      }
      separate()
      JSONText.append(entry.name, to: &text)
      let shape = entry.shape.map(String.init).joined(separator: ",")
      let range = "\(offset),\(offset + count)"
      text.append(
        contentsOf:
          #":{"dtype":"\#(entry.type.rawValue)","shape":[\#(shape)],"data_offsets":[\#(range)]}"#
          .utf8)
      offset += count
    }
    text.append(UInt8(ascii: "}"))
    while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
    guard text.count <= SafetensorsFile.longestHeader else {
      throw .invalid(path: path, reason: "a header of \(text.count) bytes is too long")
    }
    let length = UInt64(text.count).littleEndian
    return withUnsafeBytes(of: length) { Array($0) } + text
  }
}
