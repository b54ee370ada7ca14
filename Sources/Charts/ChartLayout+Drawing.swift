extension ChartLayout {
  /// Draws the grid lines at the labelled ticks.
  func drawGrid(on canvas: Canvas) {
    for value in xTicks.values {
      let x = crisp(x(value))
      canvas.line(
        from: Position(x, plot.y), to: Position(x, plot.maxY), width: 1, color: Style.grid)
    }
    for value in yTicks.values {
      let y = crisp(y(value))
      canvas.line(
        from: Position(plot.x, y), to: Position(plot.maxX, y), width: 1, color: Style.grid)
    }
  }

  /// Draws the lines, ticks, labels and titles of both axes, just outside the plot.
  func drawAxes(on canvas: Canvas) {
    let (left, bottom) = (plot.x - 0.5, plot.maxY + 0.5)
    canvas.line(
      from: Position(left, plot.y), to: Position(left, bottom + 0.5), width: 1,
      color: .softInk)
    canvas.line(
      from: Position(left - 0.5, bottom), to: Position(plot.maxX, bottom), width: 1,
      color: .softInk)
    func tick(x value: Double, _ length: Double) {
      let x = crisp(x(value))
      canvas.line(
        from: Position(x, bottom), to: Position(x, bottom + length), width: 1,
        color: .softInk)
    }
    func tick(y value: Double, _ length: Double) {
      let y = crisp(y(value))
      canvas.line(
        from: Position(left - length, y), to: Position(left, y), width: 1, color: .softInk)
    }
    for value in xTicks.minor { tick(x: value, Style.minorTickLength) }
    for value in yTicks.minor { tick(y: value, Style.minorTickLength) }
    let labelLine = bottom + Style.tickLength + 4 + Style.tickFont.size / 2
    for (value, label) in zip(xTicks.values, xTicks.labels) {
      tick(x: value, Style.tickLength)
      if areLabelsTurned {
        canvas.turned(around: Position(x(value), bottom + Style.tickLength + 4)) {
          canvas.text(
            label, at: Position(0, 0), font: Style.tickFont, color: .ink, align: .right,
            level: .middle)
        }
        continue
      }
      canvas.text(
        label, at: Position(x(value), labelLine), font: Style.tickFont, color: .ink,
        align: .center, level: .middle)
    }
    for (value, label) in zip(yTicks.values, yTicks.labels) {
      tick(y: value, Style.tickLength)
      canvas.text(
        label, at: Position(left - Style.tickLength - 3, y(value)), font: Style.tickFont,
        color: .ink, align: .right, level: .middle)
    }
    drawTitles(on: canvas)
  }

  private func drawTitles(on canvas: Canvas) {
    let font = Style.axisFont
    let xTitle = canvas.shortened(
      x.axis.label, to: Double(canvas.width) - 2 * Style.margin, font: font)
    let half = canvas.width(of: xTitle, font: font) / 2
    let middle = plot.x + plot.width / 2
    canvas.text(
      xTitle,
      at: Position(
        min(max(middle, Style.margin + half), Double(canvas.width) - Style.margin - half),
        Double(canvas.height) - Style.margin + 1),
      font: font, color: .ink, align: .center)
    let yTitle = canvas.shortened(
      y.axis.label, to: Double(canvas.height) - 2 * Style.margin, font: font)
    let reach = canvas.width(of: yTitle, font: font) / 2
    let height = min(
      max(plot.y + plot.height / 2, Style.margin + reach),
      Double(canvas.height) - Style.margin - reach)
    canvas.turned(around: Position(Style.margin + font.size - 3, height)) {
      canvas.text(yTitle, at: Position(0, 0), font: font, color: .ink, align: .center)
    }
  }

  /// The pixel centre nearest to a place, for lines one unit wide.
  func crisp(_ place: Double) -> Double { place.rounded(.down) + 0.5 }
}
