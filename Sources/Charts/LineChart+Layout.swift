extension LineChart {
  /// The plot and, with two named series or more, the legend in it or beside it.
  package func layout(on canvas: Canvas) throws(ChartError) -> (chart: ChartLayout, legend: Legend?)
  {
    let chart = try chartLayout(on: canvas, right: 0)
    let entries = series.enumerated().filter { !$0.element.name.isEmpty }
      .map { Legend.Entry(name: $0.element.name.oneLine, index: $0.offset) }
    guard hasLegend, entries.count > 1 else { return (chart, nil) }
    let legend = Legend(
      entries, on: canvas, widthLimit: 0.45 * chart.plot.width,
      heightLimit: 0.55 * chart.plot.height)
    let curves = curves(chart, columns: 1)
    let labels = markerBoxes(on: canvas, chart)
    if let legend {
      for place in legend.places(in: chart.plot)
      where !curves.contains(where: { $0.crosses(place) })
        && !labels.contains(where: { $0.meets(place) })
      {
        return (chart, legend.placed(at: Position(place.x, place.y)))
      }
    }
    let beside = Legend(
      fitting: entries, on: canvas, widthLimit: 0.3 * Double(canvas.width),
      heightLimit: chart.plot.height)
    let narrow = try chartLayout(on: canvas, right: beside.width + 10)
    return (narrow, beside.placed(at: Position(narrow.plot.maxX + 14, narrow.plot.y)))
  }

  /// The plot with `right` units kept free beside it.
  package func chartLayout(on canvas: Canvas, right: Double = 0) throws(ChartError) -> ChartLayout {
    let places = series.map(\.x) + [markers.map(\.x)]
    let values = series.flatMap { [$0.y, $0.band?.lower ?? [], $0.band?.upper ?? []] }
    return try ChartLayout(
      on: canvas, heading: heading,
      x: .init(
        axis: x, projection: Projection(x, around: Self.extent(of: places, on: x.scale)),
        marks: .numbers(wholeOnly: areWhole(places))),
      y: .init(
        axis: y,
        projection: Projection(y, around: Self.extent(of: values, on: y.scale), padding: 0.04),
        marks: .numbers(wholeOnly: false)),
      left: leastLeft, right: right)
  }

  /// Whether all places are whole numbers, as steps and epochs are.
  private func areWhole(_ places: [[Double]]) -> Bool {
    places.allSatisfy { $0.allSatisfy { !$0.isFinite || $0 == $0.rounded() } }
  }
}

/// The names of a chart's series beside a piece of their lines.
package struct Legend {
  struct Entry {
    let name: String
    /// The series' index, which gives colour and style; nil for a line of text alone.
    let index: Int?
  }

  private static let (padding, line) = (8.0, 17.0)
  private static let (sample, gap) = (Entry.sample, Entry.gap)

  private let entries: [Entry]
  private var corner = Position(0, 0)
  private var hasGround = false
  let width: Double
  let height: Double

  /// What it covers.
  package var box: Box { Box(x: corner.x, y: corner.y, width: width, height: height) }

  /// A legend within the limits, or nil if it needs more.
  init?(_ entries: [Entry], on canvas: Canvas, widthLimit: Double, heightLimit: Double) {
    self.init(entries, on: canvas)
    guard width <= widthLimit, height <= heightLimit else { return nil }
    hasGround = true
  }

  /// A legend made to fit: names are cut inside with "…", and the last line counts those left out.
  init(fitting entries: [Entry], on canvas: Canvas, widthLimit: Double, heightLimit: Double) {
    let limit = widthLimit - 2 * Self.padding - Self.sample - Self.gap
    var shown = entries
    let room = max(1, Int((heightLimit - 2 * Self.padding) / Self.line))
    if shown.count > room {
      shown = Array(shown.prefix(room - 1))
      shown.append(Entry(name: "and \(entries.count - shown.count) more", index: nil))
    }
    self.init(
      shown.map {
        Entry(
          name: canvas.shortenedInside($0.name, to: limit, font: Style.legendFont), index: $0.index)
      }, on: canvas)
  }

  private init(_ entries: [Entry], on canvas: Canvas) {
    self.entries = entries
    let widest = entries.map { canvas.width(of: $0.name, font: Style.legendFont) }.max() ?? 0
    width = (2 * Self.padding + Self.sample + Self.gap + widest).rounded(.up)
    height = 2 * Self.padding + Self.line * Double(entries.count) - 4
  }

  /// The boxes it may take in a plot: the corners, then the middles of the top and bottom.
  func places(in plot: Box) -> [Box] {
    let (left, right) = (plot.x + 8, plot.maxX - 8 - width)
    let (top, bottom) = (plot.y + 6, plot.maxY - 8 - height)
    let middle = plot.x + (plot.width - width) / 2
    return [
      (right, top), (left, top), (right, bottom), (left, bottom), (middle, top), (middle, bottom),
    ].map { Box(x: $0.0, y: $0.1, width: width, height: height) }
  }

  func placed(at corner: Position) -> Legend {
    var legend = self
    legend.corner = Position(corner.x.rounded(), corner.y.rounded())
    return legend
  }

  func draw(on canvas: Canvas) {
    if hasGround {
      canvas.fill(box, color: Color(0xFFFFFF, alpha: 0.88))
    }
    for (row, entry) in entries.enumerated() {
      let y = corner.y + Self.padding + Self.line * (Double(row) + 0.5) - 2
      let x = corner.x + (hasGround ? Self.padding : 0)
      entry.draw(on: canvas, at: Position(x, y))
    }
  }
}

extension Legend.Entry {
  /// The length of the piece of a line, and the room between it and the name.
  static let (sample, gap) = (22.0, 7.0)

  /// Draws the piece of the line from `place` to the right, and the name behind it.
  func draw(on canvas: Canvas, at place: Position) {
    if let index {
      canvas.polylines(
        [[place, place + Position(Self.sample, 0)]], width: 2,
        color: Palette.color(of: index), dashes: Palette.dashes(of: index, width: 2))
    }
    canvas.text(
      name, at: place + Position(Self.sample + Self.gap, 0), font: Style.legendFont,
      color: .ink, level: .middle)
  }
}
