import Foundation
import TandemRuns
import Testing

private let reference = Bundle.module.path(
  forResource: "reference", ofType: "safetensors", inDirectory: "Fixtures")!

private func bytes<Element>(_ values: [Element]) -> [UInt8] {
  values.withUnsafeBytes { Array($0) }
}

/// The tensors of `Fixtures/make_reference.py`, in another order.
private let contents = SafetensorsContents(
  [
    .init(name: "pixels", type: .u8, shape: [3], bytes: [0, 127, 255] as [UInt8]),
    .init(name: "0.bias", type: .f32, shape: [2], bytes: bytes([1.5, -2.25] as [Float])),
    .init(
      name: "lstm.weight_ih_l0", type: .f32, shape: [2, 3],
      bytes: Data(bytes([-0.5, -0.25, 0, 0.25, 0.5, 0.75] as [Float]))),
    .init(name: "scalar", type: .f64, shape: [], bytes: bytes([Double.pi])),
    .init(name: "step", type: .i64, shape: [1], bytes: bytes([1000] as [Int64])),
    .init(name: "counter", type: .u64, shape: [2], bytes: bytes([.max, 1] as [UInt64])),
    .init(name: "index", type: .i32, shape: [3], bytes: bytes([-1, .max, 7] as [Int32])),
    // bfloat16 is the upper half of a float.
    .init(
      name: "half", type: .bf16, shape: [1, 3],
      bytes: bytes(([1, -0.5, 3.140625] as [Float]).map { UInt16($0.bitPattern >> 16) })),
    .init(name: "empty", type: .f32, shape: [0, 4], bytes: [] as [UInt8]),
    .init(name: "quote\"ü\\", type: .f32, shape: [1], bytes: bytes([9] as [Float])),
  ], metadata: ["format": "pt"])

/// A file of a header's text and a buffer.
private func file(_ header: String, _ buffer: [UInt8] = []) -> Data {
  Data(bytes([UInt64(header.utf8.count)]) + Array(header.utf8) + buffer)
}

private func problem(_ data: Data) throws -> String {
  try withFolder { folder in
    let path = "\(folder)/a.safetensors"
    try data.write(to: URL(fileURLWithPath: path))
    return message { _ = try SafetensorsFile(contentsOf: path) }
      .replacingOccurrences(of: "\(path) is damaged: ", with: "")
  }
}

@Suite struct SafetensorsTests {
  @Test func writesTheBytesOfTheReferenceWriter() throws {
    try withFolder { folder in
      let path = "\(folder)/a.safetensors"
      let (size, sha256) = try contents.write(to: path)
      let written = try Data(contentsOf: URL(fileURLWithPath: path))
      let expected = try Data(contentsOf: URL(fileURLWithPath: reference))
      #expect(written == expected)
      #expect(size == expected.count)
      #expect(sha256 == Fingerprint.sha256(of: expected))
      #expect(try Fingerprint.sha256(ofFile: path) == sha256)
    }
  }

  @Test func readsTheFileOfTheReferenceWriter() throws {
    let file = try SafetensorsFile(contentsOf: reference)
    #expect(file.metadata == ["format": "pt"])
    #expect(
      file.tensors.map(\.name) == [
        "counter", "step", "scalar", "0.bias", "empty", "lstm.weight_ih_l0", "quote\"ü\\", "index",
        "half", "pixels",
      ])
    for entry in contents.entries {
      let tensor = try #require(file[entry.name])
      #expect(tensor.type == entry.type)
      #expect(tensor.shape == entry.shape)
      #expect(file.bytes(of: entry.name) == entry.bytes.withUnsafeBytes { Array($0) })
    }
    #expect(file["missing"] == nil)
    #expect(file.bytes(of: "missing") == nil)
  }

  @Test func emptyFilesAndMetadataSurvive() throws {
    try withFolder { folder in
      let path = "\(folder)/a.safetensors"
      try SafetensorsContents([]).write(to: path)
      #expect(try SafetensorsFile(contentsOf: path).tensors.isEmpty)
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == file("{}      "))
      let metadata = ["a": "line\nbreak\t\u{1}\u{7F}", "ключ": "\"\\/🙂"]
      try SafetensorsContents([], metadata: metadata).write(to: path)
      #expect(try SafetensorsFile(contentsOf: path).metadata == metadata)
    }
  }

  @Test func wrongEntriesAreRefused() throws {
    try withFolder { folder in
      let path = "\(folder)/a.safetensors"
      func refusal(_ entries: [SafetensorsEntry]) -> String {
        message { try SafetensorsContents(entries).write(to: path) }
      }
      let one = SafetensorsEntry(name: "w", type: .f32, shape: [1], bytes: [0, 0, 0, 0] as [UInt8])
      let start = "cannot write \(path): tensor"
      #expect(refusal([one, one]) == "\(start) 'w' has a name that is taken")
      let short = SafetensorsEntry(name: "w", type: .f32, shape: [2], bytes: [0] as [UInt8])
      #expect(refusal([short]) == "\(start) 'w' of type F32 and shape [2] has 1 bytes")
      let huge = SafetensorsEntry(
        name: "w", type: .f64, shape: [.max, 2], bytes: [] as [UInt8])
      #expect(refusal([huge]).hasPrefix("\(start) 'w' of type F64"))
      let reserved = SafetensorsEntry(
        name: "__metadata__", type: .u8, shape: [0], bytes: [] as [UInt8])
      #expect(refusal([reserved]) == "\(start) '__metadata__' has a name that is taken")
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  @Test(arguments: [
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}"#,
      "tensor 'a' of type F32 and shape [1] needs 4 bytes, its offsets [0, 8] give 8"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}"#,
      "tensor 'a' ends at byte 75 of 71"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
      "tensor 'a' leaves a hole at byte 66"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[5],"#
        + #""data_offsets":[3,8]}}"#, "tensor 'b' overlaps the one before at byte 116"
    ),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, "4 bytes follow the last tensor"),
    (#"{}"#, "8 bytes follow the last tensor"),
    (
      #"{"a":{"dtype":"F16","shape":[4],"data_offsets":[0,8]}}"#,
      "tensor 'a' has the type 'F16', which is none of U8, I32, I64, U64, BF16, F32, F64"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#,
      "tensor 'a' has the impossible shape [-2]"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}"#,
      "tensor 'a' has the impossible shape [4611686018427387904, 4]"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[9223372036854775806,9223372036854775807]}}"#,
      "tensor 'a' has the offsets [9223372036854775806, 9223372036854775807]"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#,
      "tensor 'a' has the offsets [8, 0]"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2]}}"#,
      "tensor 'a' lacks its dtype, shape or data_offsets"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}}"#,
      "tensor 'a' has an unknown member 'x'"
    ),
    (#"{"__metadata__":{"a":"b","a":"c"}}"#, "the metadata key 'a' appears twice"),
    (
      #"{"__metadata__":{},"__metadata__":{}}"#, "the name '__metadata__' appears twice"
    ),
    (#"[]"#, "its header does not start with '{'"),
    (
      #"{"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}"#,
      "its header is not as it should be: integer expected at byte 29"
    ),
    (#"{} x"#, "its header is not as it should be: unexpected text at byte 3"),
    ("{\"\u{1}\":0}", "its header is not as it should be: control character in a string at byte 2"),
  ])
  func brokenRulesAreNamed(header: String, expected: String) throws {
    #expect(try problem(file(header, Array(repeating: 0, count: 8))) == expected)
  }

  @Test func theFirstDifferenceOfTwoFilesIsFound() throws {
    try withFolder { folder in
      func file(_ entries: [SafetensorsEntry]) throws -> SafetensorsFile {
        let path = "\(folder)/\(UUID().uuidString).safetensors"
        try SafetensorsContents(entries).write(to: path)
        return try SafetensorsFile(contentsOf: path)
      }
      func entry(_ name: String, _ values: [Float], shape: [Int]? = nil) -> SafetensorsEntry {
        SafetensorsEntry(
          name: name, type: .f32, shape: shape ?? [values.count], bytes: bytes(values))
      }
      let file1 = try file([entry("a", [1, 2]), entry("b", [3, 4, 5, .nan])])
      func difference(_ entries: SafetensorsEntry...) throws -> (String, TensorDifference.Kind)? {
        try file1.firstDifference(from: file(entries)).map { ($0.tensor.name, $0.kind) }
      }
      #expect(try difference(entry("b", [3, 4, 5, .nan]), entry("a", [1, 2])) == nil)
      var found = try #require(try difference(entry("a", [1, 2]), entry("b", [3, -4, 6, .nan])))
      #expect(found == ("b", .values(2, of: 4)))
      found = try #require(try difference(entry("a", [1, 2], shape: [2, 1]), entry("b", [0])))
      #expect(found == ("a", .form("F32 [2]", "F32 [2, 1]")))
      found = try #require(try difference(entry("b", [3, 4, 5, .nan])))
      #expect(found == ("a", .onlyInFirst))
      found = try #require(
        try difference(entry("a", [1, 2]), entry("b", [3, 4, 5, .nan]), entry("c", [])))
      #expect(found == ("c", .onlyInSecond))
    }
  }

  @Test func wrongLengthsAreNamed() throws {
    #expect(try problem(Data()) == "0 bytes are no tensor file")
    #expect(try problem(Data([1, 2, 3])) == "3 bytes are no tensor file")
    #expect(
      try problem(Data(bytes([UInt64.max]))) == "a header of 18446744073709551615 bytes is too long"
    )
    #expect(
      try problem(Data(bytes([100_000_001] as [UInt64])))
        == "a header of 100000001 bytes is too long")
    #expect(
      try problem(Data(bytes([16] as [UInt64]) + Array("{}".utf8)))
        == "its header of 16 bytes ends after the file of 10")
    #expect(try problem(file("")) == "its header does not start with '{'")
  }

  @Test func unreadablePathsAreNamed() throws {
    try withFolder { folder in
      #expect(
        message { _ = try SafetensorsFile(contentsOf: "\(folder)/none") }
          == "cannot read \(folder)/none: No such file or directory")
      #expect(
        message { _ = try SafetensorsFile(contentsOf: folder) }
          == "\(folder) is damaged: it is not a file")
    }
  }

  /// Every truncation is refused; a flipped byte is refused or gives tensors within the file.
  @Test func damagedFilesNeverTrap() throws {
    let whole = try Data(contentsOf: URL(fileURLWithPath: reference))
    try withFolder { folder in
      let path = "\(folder)/a.safetensors"
      for count in 0..<whole.count {
        try whole.prefix(count).write(to: URL(fileURLWithPath: path))
        #expect(throws: RunError.self, "cut to \(count)") {
          try SafetensorsFile(contentsOf: path)
        }
      }
      var accepted = 0
      let header = 8 + Int(whole[0]) + Int(whole[1]) << 8
      for index in 0..<header {
        for bit in 0..<8 {
          var flipped = whole
          flipped[index] ^= 1 << UInt8(bit)
          try flipped.write(to: URL(fileURLWithPath: path))
          guard let file = try? SafetensorsFile(contentsOf: path) else { continue }
          accepted += 1
          #expect(file.tensors.reduce(0) { $0 + $1.byteCount } == whole.count - header)
          for tensor in file.tensors { #expect(file.bytes(of: tensor.name) != nil) }
        }
      }
      // Letters of names may change, and types for others of their size.
      #expect(accepted > 0 && accepted < header * 4)
    }
  }
}
