import TandemImages
import Testing

@Suite struct PNGReading {
  @Test(arguments: Fixture.all)
  func everyColourTypeDepthAndInterlacing(_ fixture: Fixture) throws {
    let png = try PNG(decoding: fixture.bytes)
    #expect(png.image == fixture.image)
    #expect(png.text == fixture.text)
    #expect(png.warnings == [])
    #expect(try PNG(contentsOf: Fixture.path(fixture.name)) == png)
  }

  /// 15 kinds, 11 of which may have tRNS besides; plain and interlaced: with the sizes and the
  /// text the fixtures are complete.
  @Test func fixturesAreComplete() {
    #expect(Fixture.all.count == (15 + 11) * 2 + 5 + 1)
  }

  @Test func firstTextOfAKey() throws {
    let png = try PNG(decoding: Fixture.named("text").bytes)
    #expect(png.text(for: "step") == "1000")
    #expect(png.text(for: "name") == "σ → 東京")
    #expect(png.text(for: "absent") == nil)
  }

  @Test func damagedAncillaryChunkIsAWarning() throws {
    let fixture = Fixture.named("text")
    var bytes = fixture.bytes
    // The CRC of the first tEXt chunk: signature 8, IHDR 25, header 8, "step\01000" 9.
    bytes[8 + 25 + 8 + 9] ^= 1
    let png = try PNG(decoding: bytes)
    #expect(png.image == fixture.image)
    #expect(png.text == Array(fixture.text.dropFirst()))
    #expect(png.warnings == ["tEXt: CRC error"])
  }
}

@Suite struct PNGDamage {
  static let victims = [
    "grey-1", "rgb-16-trns", "palette-4-trns-interlaced", "rgba-8-interlaced", "text",
  ]

  @Test(arguments: victims)
  func everyTruncationIsAnError(_ name: String) throws {
    let whole = Fixture.named(name).bytes
    for count in whole.indices {
      let error = #expect(throws: ImageError.self) {
        try PNG(decoding: Array(whole[..<count]), name: "cut.png")
      }
      switch (count, error) {
      case (0, .notPNG("cut.png", _)): break
      case (1..., .damaged("cut.png", _)): break
      default: Issue.record("\(count) bytes of \(name): \(String(describing: error))")
      }
    }
  }

  /// With the checksums as they were, the decoder sees the damage to all that matters; with the
  /// checksums made right, it has to survive what the bytes now say.
  @Test(arguments: victims)
  func corruptedBytesGiveAnErrorOrAnImage(_ name: String) throws {
    let fixture = Fixture.named(name)
    // Low limits: most of the time would go into clearing memory for huge rows.
    let limits = PNG.Limits(side: 2000, pixels: 200_000)
    var errors = 0
    var images = 0
    for index in fixture.bytes.indices {
      for change: UInt8 in [0x01, 0x10, 0x80, 0xFF] {
        var bytes = fixture.bytes
        bytes[index] ^= change
        for bytes in [bytes, withRightChecksums(bytes)] {
          do {
            let image = try PNG(decoding: bytes, name: "bad.png", limits: limits).image
            images += image.pixels.count == image.width * image.height * image.channels ? 1 : 0
          } catch {
            errors += error.description.hasPrefix("bad.png: ") ? 1 : 0
          }
        }
        if let image = try? PNG(decoding: bytes, limits: limits).image,
          changesPixels(at: index, fixture.bytes)
        {
          Issue.record("\(name): byte \(index) ^ \(change) went unnoticed: \(image.format)")
        }
      }
    }
    #expect(errors + images == fixture.bytes.count * 4 * 2)
    #expect(errors > fixture.bytes.count && images > 0)
  }

  /// Whether a byte belongs to the signature or a critical chunk.
  private func changesPixels(at index: Int, _ bytes: [UInt8]) -> Bool {
    if index < 8 { return true }
    var at = 8
    while true {
      let length = bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
      if index < at + 12 + length { return bytes[at + 4] & 0x20 == 0 }
      at += 12 + length
    }
  }

  @Test func notAPNG() {
    #expect(throws: ImageError.notPNG(file: "a.png", reason: "it is empty")) {
      try PNG(decoding: [], name: "a.png")
    }
    #expect(
      throws: ImageError.notPNG(file: "a.jpg", reason: "it starts with FF D8 FF E0 00 10 4A 46")
    ) {
      try PNG(decoding: [0xFF, 0xD8, 0xFF, 0xE0, 0, 0x10, 0x4A, 0x46, 0x49], name: "a.jpg")
    }
    #expect(throws: ImageError.notPNG(file: "PNG data", reason: "it starts with 41")) {
      try PNG(decoding: [0x41])
    }
  }

  @Test func unreadableFiles() {
    #expect(
      throws: ImageError.unreadable(file: "/absent/a.png", reason: "No such file or directory")
    ) {
      try PNG(contentsOf: "/absent/a.png")
    }
    #expect(throws: ImageError.unreadable(file: "/", reason: "Is a directory")) {
      try PNG(contentsOf: "/")
    }
    #expect(
      throws: ImageError.tooLarge(file: "/dev/zero", reason: "it has more than 67108872 bytes")
    ) {
      try PNG(contentsOf: "/dev/zero", limits: .init(side: 1, pixels: 1))
    }
  }

  /// The fixture with another size in its header.
  private func resized(_ name: String, _ width: UInt32, _ height: UInt32) -> [UInt8] {
    var bytes = Fixture.named(name).bytes
    for index in 0..<4 {
      bytes[16 + index] = UInt8(truncatingIfNeeded: width >> (24 - 8 * index))
      bytes[20 + index] = UInt8(truncatingIfNeeded: height >> (24 - 8 * index))
    }
    return withRightChecksums(bytes)
  }

  @Test func sizesBeyondTheLimits() throws {
    let most = UInt32(Int32.max)
    #expect(
      throws: ImageError.tooLarge(
        file: "bomb.png",
        reason: "2147483647x2147483647 pixels; the limit is 65535 a side and 67108864 in all")
    ) {
      try PNG(decoding: resized("rgba-16", most, most), name: "bomb.png")
    }
    let bytes = Fixture.named("rgb-8").bytes
    #expect(try PNG(decoding: bytes, limits: .init(side: 11, pixels: 99)).image.width == 11)
    #expect(throws: ImageError.self) {
      try PNG(decoding: bytes, limits: .init(side: 10, pixels: 99))
    }
    #expect(throws: ImageError.self) {
      try PNG(decoding: bytes, limits: .init(side: 11, pixels: 98))
    }
  }

  @Test func sizesBeyondTheData() {
    let bytes = resized("rgba-16", 8000, 8000)
    #expect(
      throws: ImageError.damaged(
        file: "PNG data", reason: "\(bytes.count) bytes are too few for 8000x8000 pixels")
    ) {
      try PNG(decoding: bytes)
    }
    #expect(throws: ImageError.damaged(file: "PNG data", reason: "Invalid IHDR data")) {
      try PNG(decoding: resized("rgba-16", 0, 9))
    }
    #expect(throws: ImageError.self) { try PNG(decoding: resized("rgba-16", 11, 10)) }
  }

  @Test func errorsAreOneLine() {
    #expect(
      ImageError.damaged(file: "a/b.png", reason: "IDAT: CRC error").description
        == "a/b.png: damaged PNG: IDAT: CRC error")
    #expect(
      ImageError.unwritable(file: "b.png", reason: "No space left on device").description
        == "b.png: cannot be written: No space left on device")
  }
}
