/// Curves over a common axis: losses over steps, a forecast over time.
///
/// A legend appears with two named series or more: in the corner of the plot where it covers
/// nothing, else beside the plot. Values that cannot be shown (infinite ones, and on a logarithmic
/// axis those not above zero) are counted in the subtitle; a chart without any value says so.
public struct LineChart: Chart {
  /// A vertical line at a place of the x axis, or a span of it, with a label at its top.
  public struct Marker: Equatable, Sendable {
    /// Where the line stands.
    public var x: Double
    /// Where a tinted span that begins at the line ends; nil for the line alone.
    public var end: Double?
    /// What is written beside the line's top.
    public var label: String

    /// A marker at `x`, or of the span from `x` to `end`.
    public init(at x: Double, to end: Double? = nil, label: String = "") {
      self.x = x
      self.end = end
      self.label = label
    }
  }

  /// The line in bold above the plot; written smaller and at last cut with "…" if it is too long.
  public var title: String
  /// The line below the title.
  public var subtitle: String
  /// The horizontal axis.
  public var x: Axis
  /// The vertical axis.
  public var y: Axis
  /// The curves, the first at the bottom.
  public var series: [Series]
  /// Vertical lines, such as a step cursor or the beginning of the test part.
  public var markers: [Marker]
  /// Whether there is a legend where several series have names.
  public var hasLegend = true
  /// Units kept free left of the plot, at least: plots below each other begin at one place.
  var leastLeft = 0.0

  /// A chart of the given curves.
  public init(
    title: String = "", subtitle: String = "", x: Axis = Axis(), y: Axis = Axis(),
    series: [Series], markers: [Marker] = []
  ) {
    self.title = title
    self.subtitle = subtitle
    self.x = x
    self.y = y
    self.series = series
    self.markers = markers
  }

  public func draw(on canvas: Canvas) throws(ChartError) {
    let layout = try layout(on: canvas)
    let curves = curves(layout.chart, columns: canvas.columnsPerUnit)
    let plot = layout.chart.plot
    canvas.clipped(to: plot) { drawSpans(on: canvas, layout.chart) }
    layout.chart.drawGrid(on: canvas)
    // A line's width beyond the plot, so that a curve or dot on its border is seen.
    let ground = Box(x: plot.x - 2, y: plot.y - 2, width: plot.width + 4, height: plot.height + 4)
    canvas.clipped(to: ground) {
      for curve in curves { curve.drawBand(on: canvas) }
      for curve in curves { curve.drawLines(on: canvas) }
      drawMarkers(on: canvas, layout.chart)
    }
    layout.chart.drawAxes(on: canvas)
    heading.draw(on: canvas, from: plot.x)
    if let legend = layout.legend { legend.draw(on: canvas) }
    if !hasValues {
      canvas.text(
        "no values", at: Position(plot.x + plot.width / 2, plot.y + plot.height / 2),
        font: Style.axisFont, color: .softInk, align: .center, level: .middle)
    }
  }
}
