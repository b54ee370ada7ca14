import TandemImages

extension Picture {
  /// The picture of an image, over white where that is transparent.
  public init(_ image: Image) throws(ChartError) {
    let image = image.converted(to: .rgb)
    try self.init(width: image.width, height: image.height, pixels: image.pixels)
  }

  /// The picture as an image, which can be written as a PNG file.
  ///
  /// - Throws: `ImageError.invalid` for one larger than an image may be.
  public func image() throws(ImageError) -> Image {
    try Image(width: width, height: height, format: .rgb, pixels: pixels)
  }
}

extension Chart {
  /// The chart as the bytes of a PNG file that holds `text` beside the pixels; the size is that of
  /// `picture`.
  ///
  /// - Throws: `ChartError` where it cannot be drawn, `ImageError` where it cannot be encoded.
  public func png(
    width: Int = 720, height: Int = 440, scale: Double = 1, text: [PNG.Text] = []
  ) throws -> [UInt8] {
    let picture = try picture(width: width, height: height, scale: scale)
    return try PNG(picture.image(), text: text).encoded()
  }
}
