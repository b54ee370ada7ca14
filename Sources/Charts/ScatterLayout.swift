/// Where the parts of a scatter chart lie on a canvas.
package struct ScatterLayout {
  /// The length of one design pixel: the chart is designed at 720 × 640 and grows with the canvas.
  package let unit: Double
  /// The plot: whole pixels, both axes to the same scale.
  package let plot: Box
  /// The colour bar, right of the plot and as high.
  package let bar: Box
  private let domain: Domain

  /// Fits the largest plot of `domain`'s proportions between the labels.
  ///
  /// - Throws: `ChartError.noRoom` when the plot's shorter side would be below 16 pixels.
  package init(
    width: Int, height: Int, domain: Domain, hasBar: Bool
  ) throws(ChartError) {
    let unit = max(0.6, min(Double(width) / 720, Double(height) / 640))
    let left = 54 * unit
    let right = (hasBar ? 104 : 24) * unit
    let top = 70 * unit
    let bottom = 36 * unit
    let spanX = Double(domain.x.upperBound) - Double(domain.x.lowerBound)
    let spanY = Double(domain.y.upperBound) - Double(domain.y.lowerBound)
    let freeWidth = Double(width) - left - right
    let freeHeight = Double(height) - top - bottom
    let scale = min(freeWidth / spanX, freeHeight / spanY)
    // The tolerance keeps a side that is whole but for rounding.
    let plotWidth = (spanX * scale + 1e-6).rounded(.down)
    let plotHeight = (spanY * scale + 1e-6).rounded(.down)
    guard plotWidth >= 16, plotHeight >= 16 else {
      throw .noRoom(width: width, height: height)
    }
    self.unit = unit
    self.domain = domain
    plot = Box(
      x: (left + (freeWidth - plotWidth) / 2).rounded(),
      y: (top + (freeHeight - plotHeight) / 2).rounded(), width: plotWidth, height: plotHeight)
    bar = Box(
      x: plot.maxX + (20 * unit).rounded(), y: plot.y, width: (16 * unit).rounded(),
      height: plotHeight)
  }

  /// Where a point of the plane lies on the canvas, inside or outside the plot.
  package func position(of point: SIMD2<Float>) -> Position {
    Position(x(Double(point.x)), y(Double(point.y)))
  }

  /// The horizontal place of a value on the x axis.
  package func x(_ value: Double) -> Double {
    let lower = Double(domain.x.lowerBound)
    return plot.x + (value - lower) / (Double(domain.x.upperBound) - lower) * plot.width
  }

  /// The vertical place of a value on the y axis.
  package func y(_ value: Double) -> Double {
    let lower = Double(domain.y.lowerBound)
    return plot.maxY - (value - lower) / (Double(domain.y.upperBound) - lower) * plot.height
  }

  /// Whether a point lies in the domain, its border included.
  package func contains(_ point: SIMD2<Float>) -> Bool {
    domain.x.contains(point.x) && domain.y.contains(point.y)
  }
}
