import TandemImages
import Testing

@Suite struct Images {
  @Test func samplesAndPixels() throws {
    var image = try Image(width: 2, height: 2, format: .rgb, pixels: Array(1...12))
    #expect(image[1, 0, 2] == 6)
    #expect(image.pixel(x: 0, y: 1) == [7, 8, 9])
    for (x, y) in [(-1, 0), (0, -1), (2, 0), (0, 2)] { #expect(image.pixel(x: x, y: y) == nil) }
    image[1, 1, 0] = 99
    #expect(image.pixels == [1, 2, 3, 4, 5, 6, 7, 8, 9, 99, 11, 12])
  }

  @Test func sizesThatDoNotFit() {
    #expect(throws: ImageError.invalid("2x2 rgb needs 12 samples, not 11")) {
      try Image(width: 2, height: 2, format: .rgb, pixels: Array(1...11))
    }
    for (width, height) in [(0, 1), (1, 0), (-1, -1), (Int.max, 2), (1 << 20, 1 << 20)] {
      #expect(throws: ImageError.invalid("an image cannot be \(width)x\(height) pixels")) {
        try Image(width: width, height: height, format: .rgb, filledWith: .black)
      }
    }
  }

  @Test func filling() throws {
    let colour = Colour(hex: 0x12_34_56)
    // 0.299 * 18 + 0.587 * 52 + 0.114 * 86 = 45.71
    #expect(colour.luma == 46)
    let expected: [Image.Format: [UInt8]] = [
      .grey: [46, 46], .greyAlpha: [46, 255, 46, 255], .rgb: [18, 52, 86, 18, 52, 86],
      .rgba: [18, 52, 86, 255, 18, 52, 86, 255],
    ]
    for (format, pixels) in expected {
      #expect(
        try Image(width: 2, height: 1, format: format, filledWith: colour).pixels == pixels)
    }
  }

  @Test func lumaKeepsGreys() {
    for grey in 0...255 { #expect(Colour(grey: UInt8(grey)).luma == UInt8(grey)) }
    #expect(Colour(hex: 0xFF0000).luma == 76)
    #expect(Colour(hex: 0x00FF00).luma == 150)
    #expect(Colour(hex: 0x0000FF).luma == 29)
  }

  /// Every pair of formats, against the rule in real numbers.
  @Test(arguments: Image.Format.allCases, Image.Format.allCases)
  func conversions(_ from: Image.Format, _ to: Image.Format) throws {
    let image = noise(16, 16, from)
    let background = Colour(red: 200, green: 100, blue: 7)
    let converted = image.converted(to: to, over: background)
    #expect(converted.format == to)
    for y in 0..<16 {
      for x in 0..<16 {
        let pixel = try #require(image.pixel(x: x, y: y))
        var colour = from.hasColour ? Array(pixel[..<3]) : Array(repeating: pixel[0], count: 3)
        let alpha = from.hasAlpha ? pixel[pixel.count - 1] : 255
        if !to.hasAlpha {
          colour = zip(colour, [background.red, background.green, background.blue]).map {
            let a = Double(alpha) / 255
            return UInt8((a * Double($0) + (1 - a) * Double($1)).rounded())
          }
        }
        if !to.hasColour && (from.hasColour || !to.hasAlpha) {
          let sum = 299 * Int(colour[0]) + 587 * Int(colour[1]) + 114 * Int(colour[2])
          colour = [UInt8((Double(sum) / 1000).rounded())]
        }
        let expected = (to.hasColour ? colour : [colour[0]]) + (to.hasAlpha ? [alpha] : [])
        #expect(converted.pixel(x: x, y: y) == (from == to ? pixel : expected))
      }
    }
  }

  @Test func crops() throws {
    let image = try Image(width: 4, height: 3, format: .grey, pixels: Array(0..<12))
    #expect(
      try image.cropped(x: 1, y: 1, width: 2, height: 2).pixels == [5, 6, 9, 10])
    #expect(try image.cropped(x: 0, y: 0, width: 4, height: 3) == image)
    for (x, y, width, height) in [
      (-1, 0, 1, 1), (0, -1, 1, 1), (0, 0, 0, 1), (0, 0, 1, 0), (3, 0, 2, 1), (0, 2, 1, 2),
      (Int.max, 0, 1, 1), (1, 1, Int.max, 1),
    ] {
      #expect(throws: ImageError.self) {
        try image.cropped(x: x, y: y, width: width, height: height)
      }
    }
    #expect(image.centreSquare().pixels == [0, 1, 2, 4, 5, 6, 8, 9, 10])
    let tall = try Image(width: 1, height: 4, format: .greyAlpha, pixels: Array(0..<8))
    #expect(tall.centreSquare().pixels == [2, 3])
  }

  @Test func integerScale() throws {
    let image = try Image(width: 2, height: 2, format: .greyAlpha, pixels: Array(1...8))
    let scaled = try image.scaled(by: 3)
    #expect((scaled.width, scaled.height) == (6, 6))
    for y in 0..<6 {
      for x in 0..<6 {
        #expect(scaled.pixel(x: x, y: y) == image.pixel(x: x / 3, y: y / 3))
      }
    }
    #expect(try image.scaled(by: 1) == image)
    for factor in [0, -1, Int.max, 1 << 40] {
      #expect(throws: ImageError.self) { try image.scaled(by: factor) }
    }
  }
}
