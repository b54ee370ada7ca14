extension Image {
  /// The rectangle of the given size whose top left pixel is (`x`, `y`).
  ///
  /// Throws `ImageError.invalid` where the rectangle is empty or not within the image.
  public func cropped(x: Int, y: Int, width: Int, height: Int) throws(ImageError) -> Image {
    guard x >= 0, y >= 0, width > 0, height > 0, width <= self.width, height <= self.height,
      x <= self.width - width, y <= self.height - height
    else {
      throw .invalid(
        "no \(width)x\(height) rectangle at (\(x), \(y)) in a \(self.width)x\(self.height) image")
    }
    return crop(x, y, width, height)
  }

  /// The largest square in the middle; of an odd remainder the larger half is cut at the right
  /// or the bottom.
  public func centreSquare() -> Image {
    let side = min(width, height)
    return crop((width - side) / 2, (height - side) / 2, side, side)
  }

  /// The image with every pixel repeated `factor` times along both sides.
  ///
  /// Throws `ImageError.invalid` where the factor is less than 1 or the result too large.
  public func scaled(by factor: Int) throws(ImageError) -> Image {
    guard factor >= 1 else { throw .invalid("a scale must be at least 1, not \(factor)") }
    if factor == 1 { return self }
    let (newWidth, wide) = width.multipliedReportingOverflow(by: factor)
    let (newHeight, high) = height.multipliedReportingOverflow(by: factor)
    guard !wide, !high else { throw .invalid("\(width)x\(height) cannot be scaled by \(factor)") }
    var scaled = try Image(
      width: newWidth, height: newHeight, format: format, filledWith: .black)
    scaled.paste(self, x: 0, y: 0, scale: factor)
    return scaled
  }

  private func crop(_ x: Int, _ y: Int, _ width: Int, _ height: Int) -> Image {
    var cropped: [UInt8] = []
    cropped.reserveCapacity(width * height * channels)
    for row in y..<y + height {
      let start = (row * self.width + x) * channels
      cropped += pixels[start..<start + width * channels]
    }
    return Image(unchecked: cropped, width: width, height: height, format: format)
  }
}
