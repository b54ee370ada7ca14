import Foundation
import TandemDatasets
import Testing

@Suite struct IDXTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
  }

  @Test(arguments: [false, true]) func allElementTypesAreRead(packed: Bool) throws {
    let cases: [(UInt8, [UInt8], [Double])] = [
      (0x08, [0, 127, 255], [0, 127, 255]),
      (0x09, [0, 0x7F, 0x80], [0, 127, -128]),
      (0x0B, [0, 1, 0x7F, 0xFF, 0x80, 0], [1, 32767, -32768]),
      (
        0x0C, [0, 0, 1, 0, 0x7F, 0xFF, 0xFF, 0xFF, 0x80, 0, 0, 0],
        [256, 2_147_483_647, -2_147_483_648]
      ),
      (0x0D, [0x3F, 0xC0, 0, 0, 0xC2, 0, 0, 0, 0, 0, 0, 1], [1.5, -32, 0x1p-149]),
      (
        0x0E,
        [0x3F, 0xF8] + [UInt8](repeating: 0, count: 6) + [0xC0, 0x40]
          + [UInt8](repeating: 0, count: 13) + [1],
        [1.5, -32, 0x1p-1074]
      ),
    ]
    #expect(cases.map(\.0) == IDXArray.ElementType.allCases.map(\.rawValue))
    for (code, content, values) in cases {
      let bytes = idx(code, [3], content)
      let array = try IDXArray(contentsOf: scratch.write(packed ? gzip(bytes) : bytes))
      #expect(array.type.rawValue == code)
      #expect(array.shape == [3])
      #expect(array.doubles() == values)
    }
  }

  @Test func anyRankIsRead() throws {
    for rank in 0...6 {
      let shape = (0..<rank).map { $0 % 3 + 1 }
      let content = noise(shape.reduce(1, *), seed: UInt64(rank))
      let array = try IDXArray(contentsOf: scratch.write(idx(8, shape, content)))
      #expect(array.shape == shape)
      #expect(array.withUnsafeBytes { Array($0) } == content)
    }
    let empty = try IDXArray(contentsOf: scratch.write(idx(8, [0, 5], [])))
    #expect(empty.count == 0 && empty.shape == [0, 5])
  }

  /// The whole line, once for each kind of damage.
  @Test func damageIsToldInOneLine() throws {
    let good = idx(8, [2, 3], [1, 2, 3, 4, 5, 6])
    let packed = try gzip(good)
    var wrongSum = packed
    wrongSum[packed.count - 8] ^= 1
    let cases: [([UInt8], String)] = [
      ([], "damaged: it has only 0 of the 4 bytes an IDX file starts with"),
      ([0, 0, 8], "damaged: it has only 3 of the 4 bytes an IDX file starts with"),
      ([1, 0, 8, 1], "damaged: not an IDX file: it does not start with two zero bytes"),
      ([0, 0, 10, 1], "damaged: not an IDX file: 0xa is no element type"),
      (Array(good[..<9]), "damaged: it has only 5 of the 8 bytes that hold its 2 sizes"),
      (
        Array(good.dropLast()),
        "damaged: 5 bytes of elements where 2x3 of uint8 take 6"
      ),
      (good + [0], "damaged: it goes on after the 2x3 elements of its header"),
      (
        idx(8, [1 << 20, 1 << 20], []),
        "damaged: its header announces 1048576x1048576 elements of uint8, which 12 bytes cannot hold"
      ),
      (
        idx(14, [0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF], []),
        "damaged: its header announces 4294967295x4294967295x4294967295 elements of float64,"
          + " which 16 bytes cannot hold"
      ),
      (Array(packed.dropLast(9)), "damaged: the gzip data end too early"),
      (wrongSum, "damaged: the gzip data are corrupt (incorrect data check)"),
      (
        try gzip(idx(8, [1 << 20], [])),
        "damaged: its header announces 1048576 elements of uint8, which"
      ),
    ]
    for (bytes, line) in cases {
      let path = try scratch.write(bytes)
      let error = #expect(throws: DatasetError.self) { try IDXArray(contentsOf: path) }
      #expect(error?.description.hasPrefix("\(path): \(line)") == true, "\(error!)")
      #expect(error?.description.contains("\n") == false)
    }
  }

  @Test func filesThatCannotBeReadAreNamed() {
    #expect(
      throws: DatasetError.unreadable(path: "/nowhere/x", reason: "No such file or directory")
    ) {
      try IDXArray(contentsOf: "/nowhere/x")
    }
    #expect(throws: DatasetError.unreadable(path: scratch.path, reason: "not a regular file")) {
      try IDXArray(contentsOf: scratch.path)
    }
  }

  /// Every truncation of a plain and of a gzip file is refused.
  @Test(arguments: [false, true]) func everyTruncationIsRefused(packed: Bool) throws {
    let plain = idx(8, [5, 4, 3], noise(60, seed: 1))
    let bytes = packed ? try gzip(plain) : plain
    for length in 0..<bytes.count {
      let path = try scratch.write(Array(bytes[..<length]))
      #expect(throws: DatasetError.self) { try IDXArray(contentsOf: path) }
    }
  }

  /// Any flipped bit of a gzip file is refused or does not reach the content; of a plain file, a
  /// flip in the header is refused or changes the type to one of the same width, and one in the
  /// content changes that byte alone.
  @Test func everyFlippedBitIsRefusedOrHarmless() throws {
    let content = noise(60, seed: 2)
    let plain = idx(8, [5, 4, 3], content)
    let packed = try gzip(plain)
    var refused = 0
    for bit in 0..<packed.count * 8 {
      var bytes = packed
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      let path = try scratch.write(bytes)
      do {
        let array = try IDXArray(contentsOf: path)
        #expect(array.shape == [5, 4, 3] && array.withUnsafeBytes { Array($0) } == content)
      } catch let error as DatasetError {
        #expect(error.description.hasPrefix(path))
        refused += 1
      }
    }
    // What may change unseen is the member header's name, time, system and level.
    #expect(refused >= (packed.count - 20) * 8)

    for bit in 0..<plain.count * 8 {
      var bytes = plain
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      let path = try scratch.write(bytes)
      if bit >= 16 * 8 {
        let array = try IDXArray(contentsOf: path)
        #expect(array.withUnsafeBytes { Array($0) } == Array(bytes[16...]))
      } else if bit == 2 * 8 {
        #expect(try IDXArray(contentsOf: path).type == .int8)
      } else {
        #expect(throws: DatasetError.self) { try IDXArray(contentsOf: path) }
      }
    }
  }

  /// Random rubbish never crashes the reader.
  @Test func rubbishIsRefused() throws {
    for seed in 0..<200 as Range<UInt64> {
      var bytes = noise(40, seed: seed)
      if seed % 2 == 0 { bytes.replaceSubrange(0..<3, with: [0, 0, 8]) }
      let path = try scratch.write(bytes)
      #expect(throws: DatasetError.self) { try IDXArray(contentsOf: path) }
    }
  }
}
