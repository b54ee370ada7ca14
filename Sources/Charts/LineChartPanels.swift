/// Several line charts on one canvas, below each other and side by side, with one heading and one
/// legend for all: the metrics of the same runs.
///
/// A series keeps its colour by its place among a chart's series, so every panel has the series of
/// a run or group at the same place; one without values there is an empty series. Plots of a column
/// begin and end at the same places and show the same range along the x axis, whose title stands
/// below the last one.
public struct LineChartPanels: Chart {
  /// The line in bold above all panels.
  public var title: String
  /// The line below the title.
  public var subtitle: String
  /// The charts, row by row; what they say of titles of their x axes counts for the last row.
  public var panels: [LineChart]
  /// How many stand side by side.
  public var columns: Int

  /// Units from the top of a panel to its end.
  private static let panelHeight = 210
  /// Units of a panel's width.
  private static let panelWidth = 640
  /// What the title of the x axis adds to the last panel of a column.
  private static let axisTitle = Style.axisFont.size + 8

  /// Charts with a heading and a legend in common; up to three stand in one column.
  public init(
    title: String = "", subtitle: String = "", panels: [LineChart], columns: Int? = nil
  ) {
    self.title = title
    self.subtitle = subtitle
    self.panels = panels
    self.columns = max(1, columns ?? (panels.count > 3 ? 2 : 1))
  }

  /// The units of a canvas on which all panels have a fair size.
  ///
  /// - Throws: `ChartError.cairo` when Cairo fails.
  public func size() throws(ChartError) -> (width: Int, height: Int) {
    let width = Self.panelWidth * min(columns, max(1, panels.count))
    let ruler = try Canvas(width: width, height: 1)
    let head = headHeight(legend(on: ruler))
    return (width, Int(head.rounded(.up)) + rows * Self.panelHeight + Int(Self.axisTitle))
  }

  public func draw(on canvas: Canvas) throws(ChartError) {
    let legend = legend(on: canvas)
    let top = headHeight(legend)
    let width = (Double(canvas.width) / Double(columns)).rounded(.down)
    let height = ((Double(canvas.height) - top - Self.axisTitle) / Double(max(1, rows)))
      .rounded(.down)
    guard width >= 1, height >= 1 else {
      throw .noRoom(width: canvas.width, height: canvas.height)
    }
    var left = Style.margin
    for column in 0..<min(columns, panels.count) {
      let charts = try aligned(column: column, on: canvas, width, height)
      for (row, chart) in charts.enumerated() {
        let isLast = row == charts.count - 1
        let box = Box(
          x: Double(column) * width, y: top + Double(row) * height, width: width,
          height: height + (isLast ? Self.axisTitle : 0))
        try canvas.part(box) { (part) throws(ChartError) in try chart.draw(on: part) }
      }
      if column == 0, let chart = charts.first { left = chart.leastLeft }
    }
    heading.draw(on: canvas, from: left)
    legend.draw(on: canvas, from: left, below: heading.height - 4)
  }

  private var heading: Heading { Heading(title: title, subtitle: subtitle, notes: []) }

  /// The units above the panels, which begin with a margin of their own.
  private func headHeight(_ legend: LegendRows) -> Double {
    max(0, heading.height + legend.height - 10)
  }

  private var rows: Int { (panels.count + columns - 1) / columns }

  /// The panels of a column without legends, all but the last without a title of the x axis, with
  /// the range of the x axis and the left end of the plot that they have in common.
  private func aligned(
    column: Int, on canvas: Canvas, _ width: Double, _ height: Double
  ) throws(ChartError) -> [LineChart] {
    var charts = panels.enumerated().filter { $0.offset % columns == column }.map(\.element)
    let places = panels.flatMap { $0.series.map(\.x) }
    for index in charts.indices {
      charts[index].hasLegend = false
      if charts[index].x.range == nil {
        charts[index].x.range = LineChart.extent(of: places, on: charts[index].x.scale)
      }
      if index < charts.count - 1 {
        charts[index].x.title = ""
        charts[index].x.unit = ""
      }
    }
    var left = 0.0
    for chart in charts {
      let box = Box(x: 0, y: 0, width: width, height: height)
      try canvas.part(box) { (part) throws(ChartError) in
        left = max(left, try chart.chartLayout(on: part).plot.x)
      }
    }
    for index in charts.indices { charts[index].leastLeft = left }
    return charts
  }

  private func legend(on canvas: Canvas) -> LegendRows {
    var names: [Int: String] = [:]
    for panel in panels {
      for (index, series) in panel.series.enumerated() where !series.name.isEmpty {
        names[index] = names[index] ?? series.name.oneLine
      }
    }
    let entries = names.sorted { $0.key < $1.key }.map { Legend.Entry(name: $1, index: $0) }
    return LegendRows(
      entries.count > 1 ? entries : [], on: canvas,
      width: Double(canvas.width) - 2 * Style.margin)
  }
}

/// A legend in rows above the plots.
private struct LegendRows {
  private static let (line, spacing) = (18.0, 20.0)
  /// Beyond so many rows the names are left out and counted.
  private static let mostRows = 6

  private var rows: [[(entry: Legend.Entry, x: Double)]] = []
  private let width: Double

  /// The units it takes.
  var height: Double { rows.isEmpty ? 0 : Double(rows.count) * Self.line + 4 }

  init(_ entries: [Legend.Entry], on canvas: Canvas, width: Double) {
    self.width = width
    let before = Legend.Entry.sample + Legend.Entry.gap
    var end = Double.infinity
    for (index, entry) in entries.enumerated() {
      let name = canvas.shortenedInside(
        entry.name, to: max(40, width / 2 - before - Self.spacing), font: Style.legendFont)
      let length = before + canvas.width(of: name, font: Style.legendFont)
      if end + length > width {
        if rows.count == Self.mostRows {
          let rest = Legend.Entry(name: "and \(entries.count - index) more", index: nil)
          rows.append([(rest, 0)])
          return
        }
        rows.append([])
        end = 0
      }
      rows[rows.count - 1].append((Legend.Entry(name: name, index: entry.index), end))
      end += length + Self.spacing
    }
  }

  /// Draws the rows from `left` on, or from further left where they need the room.
  func draw(on canvas: Canvas, from left: Double, below top: Double) {
    let ends = rows.compactMap(\.last).map { last in
      last.x + Legend.Entry.sample + Legend.Entry.gap
        + canvas.width(of: last.entry.name, font: Style.legendFont)
    }
    let start = max(Style.margin, min(left, Style.margin + width - (ends.max() ?? 0)))
    for (row, entries) in rows.enumerated() {
      for (entry, x) in entries {
        entry.draw(
          on: canvas, at: Position(start + x, top + (Double(row) + 0.5) * Self.line))
      }
    }
  }
}
