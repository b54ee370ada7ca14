/// A matrix as a picture: columns along the x axis, rows upwards along the y axis, a colour for
/// each value and a bar that explains the colours.
///
/// A cell is a rectangle of whole pixels; where there are more cells than pixels, a pixel has the
/// mean of its cells. Cells without a number are grey. On a logarithmic scale zero has the lowest
/// colour and a negative value is grey; infinite values have the colour of the scale's end. The
/// subtitle ends with the range of the values and the count of those that could not be shown.
public struct HeatMap: Chart {
  /// The line in bold above the plot.
  public var title: String
  /// The line below the title.
  public var subtitle: String
  /// The horizontal axis; its range counts from the first column's left edge to the last one's
  /// right, nil for columns numbered from 0.
  public var x: Axis
  /// The vertical axis; its range counts from the first row's lower edge to the last one's upper,
  /// nil for rows numbered from 0.
  public var y: Axis
  /// What the colours stand for, their scale and, unless the data decide, their range.
  public var value: Axis
  /// The colours.
  public var colors: ColorMap
  /// How many columns there are.
  public let columns: Int
  /// How many rows there are.
  public let rows: Int
  /// The values, the lowest row first: `values[row * columns + column]`.
  public let values: [Double]
  /// The rows' names, such as layers; empty for numbers.
  public let rowNames: [String]
  /// The columns' names, which are turned where they have no room side by side; empty for numbers.
  public let columnNames: [String]

  /// A heat map of `columns` × `rows` values.
  ///
  /// - Throws: `ChartError.heatMap` unless there is one value a cell and one name a row or column, or
  ///   none.
  public init(
    columns: Int, rows: Int, values: [Double], rowNames: [String] = [], columnNames: [String] = [],
    title: String = "", subtitle: String = "", x: Axis = Axis(), y: Axis = Axis(),
    value: Axis = Axis(),
    colors: ColorMap = .viridis
  ) throws(ChartError) {
    let (area, overflow) = columns.multipliedReportingOverflow(by: rows)
    guard columns >= 0, rows >= 0, !overflow, area == values.count else {
      throw .heatMap(columns: columns, rows: rows, what: "values", count: values.count)
    }
    guard rowNames.isEmpty || rowNames.count == rows else {
      throw .heatMap(columns: columns, rows: rows, what: "row names", count: rowNames.count)
    }
    guard columnNames.isEmpty || columnNames.count == columns else {
      throw .heatMap(columns: columns, rows: rows, what: "column names", count: columnNames.count)
    }
    (self.columns, self.rows, self.values) = (columns, rows, values)
    (self.rowNames, self.columnNames) = (rowNames, columnNames)
    (self.title, self.subtitle) = (title, subtitle)
    (self.x, self.y, self.value, self.colors) = (x, y, value, colors)
  }

  /// The axis range of cells whose middles are evenly spaced from `first` to `last`: half a cell
  /// wider at each end.
  public static func range(
    ofMiddles first: Double, _ last: Double, count: Int
  ) -> ClosedRange<Double> {
    guard count > 1, first < last else { return (first - 0.5)...(first + 0.5) }
    let half = (last - first) / Double(count - 1) / 2
    return (first - half)...(last + half)
  }

  public func draw(on canvas: Canvas) throws(ChartError) {
    let heading = heading
    let bar = try bar(on: canvas, heading)
    let layout = try layout(on: canvas, heading, right: bar.width)
    canvas.fill(layout.plot, color: ColorMap.undefined)
    if values.isEmpty {
      canvas.text(
        "no values",
        at: Position(layout.plot.x + layout.plot.width / 2, layout.plot.y + layout.plot.height / 2),
        font: Style.axisFont, color: .ink, align: .center, level: .middle)
    } else {
      let density = canvas.columnsPerUnit
      let cells = try cells(
        width: max(1, Int((layout.plot.width * density).rounded())),
        height: max(1, Int((layout.plot.height * density).rounded())))
      try canvas.paint(cells, in: layout.plot)
    }
    layout.drawAxes(on: canvas)
    try draw(bar, on: canvas, beside: layout.plot)
    heading.draw(on: canvas, from: layout.plot.x)
  }
}
