import Foundation
import Glibc
import TandemImages
import Testing

@Suite struct PNGWriting {
  @Test(arguments: Image.Format.allCases, [(1, 1), (7, 5), (64, 3), (1, 300)])
  func roundTrip(_ format: Image.Format, _ size: (Int, Int)) throws {
    let image = noise(size.0, size.1, format)
    for compression in [0, 6, 9] {
      let bytes = try PNG(image).encoded(compression: compression)
      #expect(try PNG(decoding: bytes) == PNG(image))
      #expect(try PNG(image).encoded(compression: compression) == bytes)
    }
  }

  @Test func textRoundTrip() throws {
    let text = [
      PNG.Text("step", "1000"), PNG.Text("run", "20240101-000000-calm-otter"),
      PNG.Text("Größe", "ÿ\n2"), PNG.Text("name", "σ → 東京"), PNG.Text("empty", ""),
      PNG.Text("step", "again"), PNG.Text(String(repeating: "k", count: 79), "longest key"),
      PNG.Text("long", String(repeating: "0123456789", count: 10_000)),
    ]
    let png = PNG(noise(3, 3, .rgb), text: text)
    let bytes = try png.encoded()
    let read = try PNG(decoding: bytes)
    #expect(read.text == text)
    #expect(read == png)
    #expect(try png.encoded() == bytes)
  }

  /// The chunks in order: no time, and text in tEXt where Latin-1 can spell it.
  @Test func chunks() throws {
    let text = [PNG.Text("step", "é"), PNG.Text("name", "東")]
    let bytes = try PNG(noise(2, 2, .grey), text: text).encoded()
    var kinds: [String] = []
    var at = 8
    while at < bytes.count {
      kinds.append(String(decoding: bytes[at + 4..<at + 8], as: UTF8.self))
      at += 12 + bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    #expect(kinds == ["IHDR", "tEXt", "iTXt", "IDAT", "IEND"])
    // Behind signature and header: length, kind, key, zero, value.
    let entry: [UInt8] = [0, 0, 0, 6] + Array("tEXtstep".utf8) + [0, 0xE9]
    #expect(Array(bytes[33..<33 + entry.count]) == entry)
  }

  @Test(arguments: ["", " a", "a ", "a  b", "a\nb", "東", String(repeating: "k", count: 80)])
  func keysThatCannotBeWritten(_ key: String) {
    #expect(throws: ImageError.self) {
      try PNG(noise(1, 1, .grey), text: [.init(key, "")]).encoded()
    }
  }

  @Test func otherArgumentsThatCannotBeWritten() {
    let image = noise(1, 1, .grey)
    #expect(throws: ImageError.invalid("the PNG text of \"key\" holds a zero character")) {
      try PNG(image, text: [.init("key", "a\0b")]).encoded()
    }
    #expect(throws: ImageError.invalid("a PNG compression level is 0 to 9, not 10")) {
      try PNG(image).encoded(compression: 10)
    }
  }

  @Test func writingReplacesTheFileWhole() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/a.png"
      for seed in 1...3 as ClosedRange<UInt64> {
        let png = PNG(noise(20, 10, .rgba, seed: seed), text: [.init("seed", "\(seed)")])
        try png.write(to: path)
        #expect(try PNG(contentsOf: path) == png)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["a.png"])
      }
    }
  }

  @Test func failureIsOneErrorAndLeavesNothing() throws {
    let png = PNG(noise(2, 2, .grey))
    #expect(
      throws: ImageError.unwritable(file: "/absent/a.png", reason: "No such file or directory")
    ) {
      try png.write(to: "/absent/a.png")
    }
    try withTemporaryDirectory { directory in
      // The place is taken by a directory: the failure comes at the rename.
      let path = directory + "/a.png"
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
      #expect(throws: ImageError.unwritable(file: path, reason: "Is a directory")) {
        try png.write(to: path)
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["a.png"])
    }
  }

  @Test func fullDisk() throws {
    let full = open("/dev/full", O_WRONLY)
    try #require(full >= 0)
    #expect(throws: ImageError.unwritable(file: "a.png", reason: "No space left on device")) {
      try File.fill(full, [1, 2, 3], "a.png")
    }
  }
}
