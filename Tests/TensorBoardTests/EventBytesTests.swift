import Foundation
import SwiftProtobuf
import TandemTensorBoard
import Testing

/// The bytes of event files against what TensorBoard's own writer makes.
@Suite struct EventBytesTests {
  /// The vectors of RFC 3720, B.4, and the usual one.
  @Test func checkSums() {
    func sum(_ bytes: [UInt8]) -> UInt32 { bytes.withUnsafeBytes(CRC32C.value) }
    #expect(sum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(sum([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(sum([UInt8](0..<32)) == 0x46DD_794E)
    #expect(sum([UInt8]((0..<32).reversed())) == 0x113F_DB5C)
    #expect(sum(Array("123456789".utf8)) == 0xE306_9283)
    #expect(sum([]) == 0)
  }

  @Test func aMaskedCheckSum() {
    #expect(Array("123456789".utf8).withUnsafeBytes(CRC32C.masked) == 0xC78A_B0E5)
  }

  // The records below are what this gives, for the messages of tensorboard.compat.proto that each
  // test names, with tensorboard 2.21:
  //   RecordWriter(file).write(event.SerializeToString(deterministic=True))

  /// Event(wall_time=1700000000.5, file_version="brain.Event:2", source_metadata={"tandem"})
  @Test func aVersion() {
    expect(
      .version(time: 1_700_000_000.5),
      """
      220000000000000078113dfd0900002040fc54d9411a0d627261696e2e4576656e743a3252080a0674616e64
      656dd1fb7f2f
      """)
  }

  /// Event(wall_time=1700000000.5, step=7, session_log={status: START})
  @Test func aStart() {
    expect(
      .start(step: 7, time: 1_700_000_000.5),
      "0f000000000000006d532b090900002040fc54d94110073a0208019beb06a7")
  }

  /// Values {"loss/d": 0, "loss/g": -1.5} of step 300.
  @Test func scalars() {
    expect(
      .summary(step: 300, time: 2.25, [.scalar("loss/d", 0), .scalar("loss/g", -1.5)]),
      """
      2c00000000000000f4aecc4509000000000000024010ac022a1e0a0d0a066c6f73732f6415000000000a0d0a
      066c6f73732f67150000c0bf0338a09e
      """)
  }

  /// Image(width=3, height=2, colorspace=3) of the first bytes of a PNG.
  @Test func anImage() throws {
    var header: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13]
    header += Array("IHDR".utf8)
    header += [0, 0, 0, 3, 0, 0, 0, 2, 8, 2, 0, 0, 0]
    let image = try #require(TensorBoardSummary.Value.image("samples/fixed", png: header))
    expect(
      .summary(step: 1, time: 2.25, [image]),
      """
      4500000000000000ebe668b009000000000000024010012a380a360a0d73616d706c65732f66697865642225
      080210031803221d89504e470d0a1a0a0000000d49484452000000030000000208020000002dd69beb
      """)
    #expect(TensorBoardSummary.Value.image("x", png: Array(header.dropLast(20))) == nil)
    #expect(TensorBoardSummary.Value.image("x", png: [1] + header) == nil)
  }

  /// A rank-0 tensor of type string, for the plugin "text".
  @Test func aText() {
    expect(
      .summary(step: 1, time: 2.25, [.text("samples/words", "one\ntwo\n")]),
      """
      46000000000000007235b9a509000000000000024010012a390a370a0d73616d706c65732f776f726473421a
      080712004214202020206f6e650a2020202074776f0a202020204a0a0a060a04746578742002aac904c9
      """)
  }

  /// HistogramProto(min=-1, max=2, num=4, sum=2, sum_squares=6) of -1, 0, 1, 2 in three buckets.
  @Test func aHistogram() throws {
    var value = TensorBoardSummary.Value()
    value.tag = "w"
    value.histo = try #require(TensorBoardHistogram(of: [-1, 0, .nan, 1, 2], buckets: 3))
    // A bucket holds its left edge; TensorBoard's own sums are of the same numbers.
    #expect(value.histo.bucket == [1, 1, 2])
    expect(
      .summary(step: 1, time: 2.25, [value]),
      """
      7500000000000000d7d9417809000000000000024010012a680a660a01772a6109000000000000f0bf110000
      0000000000401900000000000010402100000000000000402900000000000018403218000000000000000000
      0000000000f03f00000000000000403a18000000000000f03f000000000000f03f0000000000000040646a46
      66
      """)
    #expect(TensorBoardHistogram(of: [.nan, .infinity]) == nil)
    let flat = try #require(TensorBoardHistogram(of: [3, 3]))
    #expect(flat.bucketLimit == [3] && flat.bucket == [2] && flat.min == 3 && flat.max == 3)
    let many = try #require(TensorBoardHistogram(of: (0..<1000).map { Float($0) * 0.001 }))
    #expect(many.bucket.count == 30 && many.bucket.reduce(0, +) == 1000)
    #expect(many.bucketLimit == many.bucketLimit.sorted() && many.bucketLimit.last == many.max)
    let wide = try #require(
      TensorBoardHistogram(of: [-.greatestFiniteMagnitude, .greatestFiniteMagnitude]))
    #expect(wide.bucket.first == 1 && wide.bucket.last == 1)
  }

  /// SessionStartInfo(group_name="abc", start_time_secs=5.5, hparams={a.b: 3, c: "gru", d: False})
  @Test func hyperparameters() {
    var message = TensorBoardHParams()
    message.sessionStartInfo.groupName = "abc"
    message.sessionStartInfo.startTimeSecs = 5.5
    message.sessionStartInfo.hparams["d", default: .init()].boolValue = false
    message.sessionStartInfo.hparams["c", default: .init()].stringValue = "gru"
    message.sessionStartInfo.hparams["a.b", default: .init()].numberValue = 3
    expect(
      .summary(step: 0, time: 2.25, [.hyperparameters("session_start_info", message)]),
      """
      7b000000000000001bf7cfce0900000000000002402a700a6e0a1c5f68706172616d735f2f73657373696f6e
      5f73746172745f696e666f42060801120212004a460a420a0768706172616d7312371a350a100a03612e6212
      091100000000000008400a0a0a016312051a036772750a070a01641202200022036162632900000000000016
      4020028b1eb41b
      """)
  }

  /// Whether an event's record has the given bytes, and is read back as the same event.
  func expect(
    _ event: TensorBoardEvent, _ hexadecimal: String,
    _ location: SourceLocation = #_sourceLocation
  ) {
    var bytes: [UInt8] = []
    EventFileWriter.append(event, to: &bytes)
    let digits = bytes.map { String(UInt32($0) + 256, radix: 16).dropFirst() }.joined()
    #expect(digits == hexadecimal.filter { !$0.isWhitespace }, sourceLocation: location)
    let file = read(bytes)
    #expect(file.events == [event] && file.skipped.isEmpty, sourceLocation: location)
  }
}
