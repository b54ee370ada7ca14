import Foundation
import TandemImages
import Testing

/// A fixture and what it must decode to, computed without libpng by make_fixtures.py.
struct Fixture: CustomTestStringConvertible, Sendable {
  var name: String
  var bytes: [UInt8]
  var image: Image
  var text: [PNG.Text]

  var testDescription: String { name }

  static let folder = Bundle.module.resourceURL!.appending(path: "Fixtures")

  static func path(_ name: String) -> String {
    folder.appending(path: "png/\(name).png").path
  }

  static let all: [Fixture] = {
    struct Expected: Decodable {
      var width: Int
      var height: Int
      var format: String
      var pixels: String
      var text: [[String]]
    }
    do {
      let json = try Data(contentsOf: folder.appending(path: "expected.json"))
      let expected = try JSONDecoder().decode([String: Expected].self, from: json)
      return try expected.sorted { $0.key < $1.key }.map { name, value in
        Fixture(
          name: name,
          bytes: Array(try Data(contentsOf: URL(filePath: path(name)))),
          image: try Image(
            width: value.width, height: value.height, format: .init(rawValue: value.format)!,
            pixels: unhex(value.pixels)),
          text: value.text.map { PNG.Text($0[0], $0[1]) })
      }
    } catch {
      fatalError("fixtures: \(error)")
    }
  }()

  static func named(_ name: String) -> Fixture { all.first { $0.name == name }! }

  private static func unhex(_ string: String) -> [UInt8] {
    let digits = Array(string)
    return stride(from: 0, to: digits.count, by: 2).map {
      UInt8(String(digits[$0...$0 + 1]), radix: 16)!
    }
  }
}

/// An image of reproducible noise.
func noise(_ width: Int, _ height: Int, _ format: Image.Format, seed: UInt64 = 1) -> Image {
  var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
  let pixels = (0..<width * height * format.channels).map { _ in
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return UInt8(truncatingIfNeeded: state >> 32)
  }
  return try! Image(width: width, height: height, format: format, pixels: pixels)
}

/// Runs the body with a directory that exists meanwhile.
func withTemporaryDirectory(_ body: (String) throws -> Void) throws {
  let directory = FileManager.default.temporaryDirectory
    .appending(path: "tandem-images-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: directory) }
  try body(directory.path)
}

/// The CRC of PNG chunks.
func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
  var crc: UInt32 = ~0
  for byte in bytes {
    crc ^= UInt32(byte)
    for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
  }
  return ~crc
}

/// The bytes of a PNG with every chunk's CRC made right, as far as its chunks can be followed.
func withRightChecksums(_ bytes: [UInt8]) -> [UInt8] {
  var bytes = bytes
  var at = 8
  while at + 12 <= bytes.count {
    let length = bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
    guard at + 12 + length <= bytes.count else { break }
    let end = at + 8 + length
    let crc = crc32(bytes[at + 4..<end])
    for index in 0..<4 { bytes[end + index] = UInt8(truncatingIfNeeded: crc >> (24 - 8 * index)) }
    at = end + 4
  }
  return bytes
}
