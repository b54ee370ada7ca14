import TandemCharts
import TandemImages

extension Chart {
  /// The chart as the bytes of a PNG file.
  ///
  /// - Throws: `ChartError` where it cannot be drawn, `ImageError` where it cannot be encoded.
  public func png(
    width: Int = 720, height: Int = 440, scale: Double = 1, title: String = ""
  ) throws -> [UInt8] {
    let picture = try picture(width: width, height: height, scale: scale)
    let image = try Image(
      width: picture.width, height: picture.height, format: .rgb, pixels: picture.pixels)
    return try PNG(image, text: title.isEmpty ? [] : [PNG.Text("title", title)]).encoded()
  }
}
