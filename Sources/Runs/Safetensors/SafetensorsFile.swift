import Foundation

/// A `.safetensors` file, read by mapping it into memory: opening reads the header alone, a
/// tensor's bytes when they are used.
///
/// Every rule of the format is checked on opening: the tensors lie in the buffer without holes,
/// overlaps and trailing bytes, and each has the size of its type and shape.
public struct SafetensorsFile: Sendable {
  /// A tensor of the file.
  public struct Tensor: Equatable, Sendable {
    /// Its name.
    public let name: String
    /// The type of its elements.
    public let type: SafetensorsType
    /// Its extents; none for a scalar.
    public let shape: [Int]
    /// Where its bytes lie in the file.
    let range: Range<Int>

    /// How many bytes it has.
    public var byteCount: Int { range.count }
  }

  /// The header's greatest length in bytes.
  static let longestHeader = 100_000_000

  /// The file.
  public let path: String
  /// The text pairs under `__metadata__`.
  public let metadata: [String: String]
  /// In the order of their bytes.
  public let tensors: [Tensor]
  private let indices: [String: Int]
  private let file: MappedFile

  /// Opens a file; throws `RunError` when it cannot be read or breaks a rule of the format.
  public init(contentsOf path: String) throws(RunError) {
    self.path = path
    file = try MappedFile(path)
    let header: Header
    do {
      header = try Header(file.bytes)
    } catch {
      throw .damaged(path: path, reason: error.description)
    }
    metadata = header.metadata
    tensors = header.tensors
    indices = header.indices
  }

  /// The tensor of a name; nil when there is none.
  public subscript(name: String) -> Tensor? { indices[name].map { tensors[$0] } }

  /// Lends a tensor's bytes: row-major, little-endian, and not aligned to more than the file's
  /// layout happens to give. They are gone when the body returns.
  public func withBytes<Result>(
    of tensor: Tensor, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try withExtendedLifetime(file) {
      try body(UnsafeRawBufferPointer(rebasing: file.bytes[tensor.range]))
    }
  }

  /// A copy of a tensor's bytes; nil when the file has no tensor of the name.
  public func bytes(of name: String) -> [UInt8]? {
    self[name].map { tensor in withBytes(of: tensor) { Array($0) } }
  }
}

/// The header of a tensor file, checked.
private struct Header {
  struct Problem: Error {
    let description: String
    init(_ description: String) { self.description = description }
  }

  var metadata: [String: String] = [:]
  var tensors: [SafetensorsFile.Tensor] = []
  var indices: [String: Int] = [:]

  init(_ file: UnsafeRawBufferPointer) throws(Problem) {
    guard file.count >= 8 else { throw Problem("\(file.count) bytes are no tensor file") }
    let length = UInt64(littleEndian: file.loadUnaligned(as: UInt64.self))
    guard length <= SafetensorsFile.longestHeader else {
      throw Problem("a header of \(length) bytes is too long")
    }
    let start = 8 + Int(length)
    guard start <= file.count else {
      throw Problem("its header of \(length) bytes ends after the file of \(file.count)")
    }
    guard length > 0, file[8] == UInt8(ascii: "{") else {
      throw Problem("its header does not start with '{'")
    }
    var scanner = JSONScanner(UnsafeRawBufferPointer(rebasing: file[8..<start]))
    do {
      try read(&scanner, bufferStart: start)
    } catch let problem as JSONScanner.Problem {
      throw Problem("its header is not as it should be: \(problem)")
    } catch {
      throw error as? Problem ?? Problem("\(error)")
    }
    try checkLayout(start: start, end: file.count)
  }

  private mutating func read(_ scanner: inout JSONScanner, bufferStart: Int) throws {
    try scanner.expect("{")
    if !scanner.take("}") {
      var names: Set<String> = []
      repeat {
        let name = try scanner.string()
        guard names.insert(name).inserted else { throw Problem("the name '\(name)' appears twice") }
        try scanner.expect(":")
        if name == "__metadata__" {
          try readMetadata(&scanner)
        } else {
          tensors.append(try tensor(name, &scanner, bufferStart: bufferStart))
        }
      } while scanner.take(",")
      try scanner.expect("}")
    }
    try scanner.expectEnd()
  }

  private mutating func readMetadata(_ scanner: inout JSONScanner) throws {
    try scanner.expect("{")
    if scanner.take("}") { return }
    repeat {
      let key = try scanner.string()
      try scanner.expect(":")
      guard metadata.updateValue(try scanner.string(), forKey: key) == nil else {
        throw Problem("the metadata key '\(key)' appears twice")
      }
    } while scanner.take(",")
    try scanner.expect("}")
  }

  private func tensor(
    _ name: String, _ scanner: inout JSONScanner, bufferStart: Int
  ) throws -> SafetensorsFile.Tensor {
    var (type, shape): (SafetensorsType?, [Int]?)
    var offsets: [Int]?
    func once(_ isNew: Bool, _ key: String) throws {
      if !isNew { throw Problem("tensor '\(name)' has two members '\(key)'") }
    }
    try scanner.expect("{")
    repeat {
      let key = try scanner.string()
      try scanner.expect(":")
      switch key {
      case "dtype":
        try once(type == nil, key)
        let word = try scanner.string()
        type = SafetensorsType(rawValue: word)
        if type == nil {
          let known = SafetensorsType.allCases.map(\.rawValue).joined(separator: ", ")
          throw Problem("tensor '\(name)' has the type '\(word)', which is none of \(known)")
        }
      case "shape":
        try once(shape == nil, key)
        shape = try integers(&scanner)
      case "data_offsets":
        try once(offsets == nil, key)
        offsets = try integers(&scanner)
      default:
        throw Problem("tensor '\(name)' has an unknown member '\(key)'")
      }
    } while scanner.take(",")
    try scanner.expect("}")
    guard let type, let shape, let offsets else {
      throw Problem("tensor '\(name)' lacks its dtype, shape or data_offsets")
    }
    let (end, overflow) = (offsets.last ?? 0).addingReportingOverflow(bufferStart)
    guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1], !overflow else {
      throw Problem("tensor '\(name)' has the offsets \(offsets)")
    }
    guard let count = type.byteCount(of: shape) else {
      throw Problem("tensor '\(name)' has the impossible shape \(shape)")
    }
    guard count == offsets[1] - offsets[0] else {
      throw Problem(
        "tensor '\(name)' of type \(type.rawValue) and shape \(shape) needs \(count) bytes, "
          + "its offsets \(offsets) give \(offsets[1] - offsets[0])")
    }
    return .init(name: name, type: type, shape: shape, range: (offsets[0] + bufferStart)..<end)
  }

  private func integers(_ scanner: inout JSONScanner) throws -> [Int] {
    var values: [Int] = []
    try scanner.expect("[")
    if scanner.take("]") { return values }
    repeat { values.append(try scanner.integer()) } while scanner.take(",")
    try scanner.expect("]")
    return values
  }

  /// Checks that the tensors cover the buffer, each byte once.
  private mutating func checkLayout(start: Int, end: Int) throws(Problem) {
    tensors.sort {
      ($0.range.lowerBound, $0.range.upperBound, $0.name)
        < ($1.range.lowerBound, $1.range.upperBound, $1.name)
    }
    var covered = start
    for tensor in tensors {
      guard tensor.range.upperBound <= end else {
        throw Problem(
          "tensor '\(tensor.name)' ends at byte \(tensor.range.upperBound) of \(end)")
      }
      guard tensor.range.lowerBound == covered else {
        let fault = tensor.range.lowerBound < covered ? "overlaps the one before" : "leaves a hole"
        throw Problem("tensor '\(tensor.name)' \(fault) at byte \(tensor.range.lowerBound)")
      }
      covered = tensor.range.upperBound
    }
    guard covered == end else { throw Problem("\(end - covered) bytes follow the last tensor") }
    for (index, tensor) in tensors.enumerated() { indices[tensor.name] = index }
  }
}
