import TandemImages
import Testing

@Suite struct Resizing {
  /// The documented rule in float64, one pixel at a time over the whole image.
  private func expected(_ image: Image, _ width: Int, _ height: Int) -> [Double] {
    func weights(_ old: Int, _ new: Int) -> [[Double]] {
      let ratio = Double(old) / Double(new)
      return (0..<new).map { i in
        let raw = (0..<old).map { j in
          max(0, 1 - abs(Double(j) + 0.5 - (Double(i) + 0.5) * ratio) / max(1, ratio))
        }
        return raw.map { $0 / raw.reduce(0, +) }
      }
    }
    let (across, down) = (weights(image.width, width), weights(image.height, height))
    var result: [Double] = []
    for y in 0..<height {
      for x in 0..<width {
        var sums = [Double](repeating: 0, count: image.channels)
        for j in 0..<image.height where down[y][j] > 0 {
          for i in 0..<image.width where across[x][i] > 0 {
            let weight = across[x][i] * down[y][j]
            let last = image.channels - 1
            let alpha = image.format.hasAlpha ? Double(image[i, j, last]) / 255 : 1
            for channel in 0..<image.channels {
              let coverage = image.format.hasAlpha && channel < last ? alpha : 1
              sums[channel] += weight * coverage * Double(image[i, j, channel])
            }
          }
        }
        if image.format.hasAlpha {
          let alpha = sums[sums.count - 1] / 255
          for channel in 0..<sums.count - 1 {
            sums[channel] = alpha > 0 ? sums[channel] / alpha : 0
          }
        }
        result += sums
      }
    }
    return result
  }

  @Test(
    arguments: Image.Format.allCases,
    [(32, 32, 8, 8), (13, 9, 5, 7), (5, 7, 13, 9), (40, 3, 7, 11), (1, 1, 4, 3), (9, 17, 1, 1)])
  func isTheDocumentedRule(_ format: Image.Format, _ sizes: (Int, Int, Int, Int)) throws {
    let image = noise(sizes.0, sizes.1, format)
    let resized = try image.resized(width: sizes.2, height: sizes.3)
    #expect((resized.width, resized.height, resized.format) == (sizes.2, sizes.3, format))
    let exact = expected(image, sizes.2, sizes.3)
    #expect(exact.count == resized.pixels.count)
    // Half a level of rounding, and float32 arithmetic.
    for (sample, exact) in zip(resized.pixels, exact) {
      #expect(abs(Double(sample) - exact) <= 0.5 + 1e-3)
    }
  }

  @Test func smallCases() throws {
    let two = try Image(width: 2, height: 1, format: .grey, pixels: [0, 100])
    #expect(try two.resized(width: 4, height: 1).pixels == [0, 25, 75, 100])
    #expect(try two.resized(width: 1, height: 1).pixels == [50])
    // Taps at 1/4, 3/4, 3/4 and 1/4 of the triangle around 1, of which the first is cut off at
    // the edge: (3 * 0 + 3 * 0 + 1 * 140) / 7.
    let four = try Image(width: 4, height: 1, format: .grey, pixels: [0, 0, 140, 140])
    #expect(try four.resized(width: 2, height: 1).pixels == [20, 120])
  }

  @Test func constantImagesStay() throws {
    for grey: UInt8 in [0, 1, 127, 254, 255] {
      let image = try Image(width: 37, height: 23, format: .rgb, filledWith: .init(grey: grey))
      for (width, height) in [(8, 8), (100, 3), (36, 24)] {
        let resized = try image.resized(width: width, height: height)
        #expect(resized.pixels.allSatisfy { $0 == grey })
      }
    }
  }

  @Test func transparentColoursDoNotBleed() throws {
    let image = try Image(
      width: 2, height: 1, format: .rgba, pixels: [10, 20, 30, 255, 255, 0, 0, 0])
    #expect(try image.resized(width: 1, height: 1).pixels == [10, 20, 30, 128])
  }

  @Test func sizesThatCannotBe() {
    for (width, height) in [(0, 1), (1, 0), (-3, 3), (Int.max, 1)] {
      #expect(throws: ImageError.self) {
        try noise(2, 2, .grey).resized(width: width, height: height)
      }
    }
    #expect(throws: Never.self) { try noise(2, 2, .grey).resized(width: 2, height: 2) }
  }
}
