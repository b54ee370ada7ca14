/// Something drawn on a canvas, as pixels or as vectors by the same code.
public protocol Chart: Sendable {
  /// Draws the whole chart, filling the canvas.
  ///
  /// - Throws: `ChartError.noRoom` for a canvas too small, `.cairo` when Cairo fails.
  func draw(on canvas: Canvas) throws(ChartError)
}

extension Chart {
  /// The chart as a picture of `width` × `height` units with `scale` pixels a unit; letters and
  /// lines grow with the scale, not with the size. The same chart has the same pixels every time
  /// on one machine.
  ///
  /// - Throws: `ChartError.size` or `.noRoom` for a size that cannot hold it, `.cairo` when Cairo
  ///   fails.
  public func picture(
    width: Int = 720, height: Int = 440, scale: Double = 1
  ) throws(ChartError) -> Picture {
    let canvas = try Canvas(width: width, height: height, medium: .pixels(scale: scale))
    try draw(on: canvas)
    return try canvas.picture()
  }

  /// The chart as an SVG document of `width` × `height` units.
  ///
  /// - Throws: as `picture` does.
  public func svg(width: Int = 720, height: Int = 440) throws(ChartError) -> String {
    let canvas = try Canvas(width: width, height: height, medium: .vectors)
    try draw(on: canvas)
    return try canvas.svg()
  }
}
