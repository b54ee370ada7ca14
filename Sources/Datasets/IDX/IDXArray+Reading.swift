extension IDXArray {
  /// Reads an IDX file, plain or gzip; memory is only taken for sizes the file can hold.
  ///
  /// - Throws: `DatasetError.unreadable` or `.damaged`, naming the file.
  public init(contentsOf path: String) throws {
    let reader = try GzipReader(path: path)
    let (type, shape) = try Self.header(of: reader)
    guard let size = Self.byteCount(of: shape, type), size <= Self.largestContent(of: reader) else {
      throw DatasetError.damaged(
        path: path,
        reason: "its header announces \(Self.text(shape)) elements of \(type), which"
          + " \(reader.fileSize) bytes\(reader.isPlain ? "" : " of gzip") cannot hold")
    }
    guard let storage = ByteStorage(count: size) else {
      throw DatasetError.unreadable(path: path, reason: "its \(size) bytes do not fit in memory")
    }
    let found = try reader.read(into: storage.bytes)
    guard found == size else {
      throw DatasetError.damaged(
        path: path,
        reason: "\(found) bytes of elements where \(Self.text(shape)) of \(type) take \(size)")
    }
    // Reading on to the end also proves the checksum of a gzip file.
    let after = try withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1, reader.read)
    guard after == 0 else {
      throw DatasetError.damaged(
        path: path, reason: "it goes on after the \(Self.text(shape)) elements of its header")
    }
    self.init(path: path, type: type, shape: shape, storage: storage)
  }

  private static func header(of reader: GzipReader) throws -> (ElementType, [Int]) {
    let start = try bytes(4, of: reader, "of the 4 bytes an IDX file starts with")
    guard start[0] == 0, start[1] == 0 else {
      throw DatasetError.damaged(
        path: reader.path, reason: "not an IDX file: it does not start with two zero bytes")
    }
    guard let type = ElementType(rawValue: start[2]) else {
      throw DatasetError.damaged(
        path: reader.path,
        reason: "not an IDX file: 0x\(String(start[2], radix: 16)) is no element type")
    }
    let rank = Int(start[3])
    let sizes = try bytes(
      4 * rank, of: reader, "of the \(4 * rank) bytes that hold its \(rank) sizes")
    let shape = (0..<rank).map { axis in
      sizes[4 * axis..<4 * axis + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    return (type, shape)
  }

  private static func bytes(
    _ count: Int, of reader: GzipReader, _ purpose: String
  ) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let found = try bytes.withUnsafeMutableBytes(reader.read)
    guard found == count else {
      throw DatasetError.damaged(path: reader.path, reason: "it has only \(found) \(purpose)")
    }
    return bytes
  }

  private static func byteCount(of shape: [Int], _ type: ElementType) -> Int? {
    var size = type.width
    for extent in shape {
      let (product, overflows) = size.multipliedReportingOverflow(by: extent)
      if overflows { return nil }
      size = product
    }
    return size
  }

  /// The most bytes the file can unfold to: deflate never reaches 1 : 1040.
  private static func largestContent(of reader: GzipReader) -> Int {
    let (product, overflows) = reader.fileSize.multipliedReportingOverflow(by: 1040)
    return reader.isPlain ? reader.fileSize : overflows ? .max : product
  }

  static func text(_ shape: [Int]) -> String {
    shape.isEmpty ? "1" : shape.map(String.init).joined(separator: "x")
  }
}
