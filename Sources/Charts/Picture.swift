/// A drawn picture: 8-bit RGB, rows from the top, no padding.
public struct Picture: Equatable, Sendable {
  /// Pixels in a row.
  public let width: Int
  /// Rows.
  public let height: Int
  /// Red, green and blue of each pixel: `pixels[3 * (row * width + column) + channel]`.
  public let pixels: [UInt8]

  /// A picture of the given pixels.
  ///
  /// - Throws: `ChartError.pixels` unless there are `3 * width * height` bytes, at least one pixel.
  public init(width: Int, height: Int, pixels: [UInt8]) throws(ChartError) {
    let (area, overflow) = width.multipliedReportingOverflow(by: height)
    guard width > 0, height > 0, !overflow, pixels.count % 3 == 0, pixels.count / 3 == area else {
      throw .pixels(width: width, height: height, count: pixels.count)
    }
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// The colour of one pixel; `row` 0 is the top one.
  public subscript(column column: Int, row row: Int) -> Color {
    let at = 3 * (row * width + column)
    return Color(red: pixels[at], green: pixels[at + 1], blue: pixels[at + 2])
  }
}
