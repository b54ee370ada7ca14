extension HeatMap {
  /// The bar that explains the colours: its ticks, and the width it takes right of the plot.
  package struct Bar {
    let side: ChartLayout.Side
    let ticks: Ticks
    let labelWidth: Double
    package let width: Double
  }

  private static let (barGap, barWidth) = (16.0, 14.0)

  /// The plot with its axes beside `right` units for the bar.
  package func layout(
    on canvas: Canvas, _ heading: Heading, right: Double
  ) throws(ChartError) -> ChartLayout {
    try ChartLayout(
      on: canvas, heading: heading, x: side(x, count: columns, columnNames),
      y: side(y, count: rows, rowNames), right: right)
  }

  /// An axis over cells; names stand at 0, 1, 2, …, whatever the axis would count.
  private func side(_ axis: Axis, count: Int, _ names: [String]) -> ChartLayout.Side {
    let isWhole = axis.range == nil || Self.isWhole(axis.range, count)
    return .init(
      axis: axis, projection: edges(names.isEmpty ? axis : Axis(), count: count),
      marks: names.isEmpty ? .numbers(wholeOnly: isWhole) : .names(names))
  }

  /// A linear axis over the cells' edges: cells are equally wide.
  private func edges(_ axis: Axis, count: Int) -> Projection {
    var axis = axis
    axis.scale = .linear
    return Projection(axis, around: -0.5...(Double(max(1, count)) - 0.5))
  }

  /// Whether the middles of cells over a range are whole numbers.
  private static func isWhole(_ range: ClosedRange<Double>?, _ count: Int) -> Bool {
    guard let range, count > 0 else { return false }
    let cell = (range.upperBound - range.lowerBound) / Double(count)
    let first = range.lowerBound + cell / 2
    return abs(cell - cell.rounded()) < 1e-6 && abs(first - first.rounded()) < 1e-6
  }

  /// The bar for a plot as high as the canvas allows.
  package func bar(on canvas: Canvas, _ heading: Heading) throws(ChartError) -> Bar {
    let height = try layout(on: canvas, heading, right: 0).plot.height
    let side = ChartLayout.Side(
      axis: value, projection: projection, marks: .numbers(wholeOnly: false))
    let ticks = side.ticks(limit: Int(height / 34)) { places, _ in
      zip(places.dropFirst(), places).allSatisfy {
        ($0 - $1) * height >= 2.2 * Style.tickFont.size
      }
    }
    let labelWidth =
      ticks.labels.map { canvas.width(of: $0, font: Style.tickFont) }.max() ?? 0
    let title = value.label.isEmpty ? 0 : Style.axisFont.size + 8
    return Bar(
      side: side, ticks: ticks, labelWidth: labelWidth,
      width: Self.barGap + Self.barWidth + Style.tickLength + 4 + labelWidth + title)
  }

  /// Draws the bar with its frame, ticks, labels and title.
  func draw(_ bar: Bar, on canvas: Canvas, beside plot: Box) throws(ChartError) {
    let box = Box(
      x: plot.maxX + Self.barGap, y: plot.y, width: Self.barWidth, height: plot.height)
    let rows = max(2, Int((box.height * canvas.columnsPerUnit).rounded()))
    let pixels = (0..<rows).flatMap { row in
      let color = colors.color(of: 1 - (Double(row) + 0.5) / Double(rows))
      return [color.red, color.green, color.blue]
    }
    try canvas.paint(try Picture(width: 1, height: rows, pixels: pixels), in: box)
    for value in bar.ticks.minor { tick(value, Style.minorTickLength) }
    for (value, label) in zip(bar.ticks.values, bar.ticks.labels) {
      let y = tick(value, Style.tickLength)
      canvas.text(
        label, at: Position(box.maxX + Style.tickLength + 4, y), font: Style.tickFont,
        color: .ink, level: .middle)
    }
    let title = canvas.shortened(
      self.value.label, to: Double(canvas.height) - 2 * Style.margin, font: Style.axisFont)
    let reach = canvas.width(of: title, font: Style.axisFont) / 2
    let middle = min(
      max(plot.y + plot.height / 2, Style.margin + reach),
      Double(canvas.height) - Style.margin - reach)
    let line = box.maxX + Style.tickLength + 4 + bar.labelWidth + 8 + Style.axisFont.size - 2
    canvas.turned(around: Position(line, middle)) {
      canvas.text(
        title, at: Position(0, 0), font: Style.axisFont, color: .ink, align: .center)
    }

    @discardableResult
    func tick(_ value: Double, _ length: Double) -> Double {
      let y = box.maxY - bar.side.projection(value) * box.height
      let line = min(max(y.rounded(.down) + 0.5, box.y + 0.5), box.maxY - 0.5)
      canvas.line(
        from: Position(box.maxX, line), to: Position(box.maxX + length, line), width: 1,
        color: .softInk)
      return y
    }
  }
}
