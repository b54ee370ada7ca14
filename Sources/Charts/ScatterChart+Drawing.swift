extension ScatterChart {
  /// How the points of one kind are drawn.
  private struct Mark {
    let fill: Color
    let outline: Color

    static let real = Mark(
      fill: Color(0xE2740F, alpha: 0.75), outline: Color(0x5E2B05, alpha: 0.65))
    static let generated = Mark(
      fill: Color(0x266DB8, alpha: 0.75), outline: Color(0x0B2E57, alpha: 0.65))
  }

  /// Paints the posterior, or its neutral colour where there is none.
  func drawGround(on canvas: Canvas, _ layout: ScatterLayout) throws(ChartError) {
    guard let posterior else {
      canvas.fill(layout.plot, color: PosteriorColors.color(of: 0.5))
      return
    }
    let ground = try posterior.picture(
      width: Int(layout.plot.width), height: Int(layout.plot.height))
    try canvas.paint(ground, in: layout.plot)
  }

  /// Draws all finite points and returns how many of each kind lie outside the domain.
  func drawPoints(
    on canvas: Canvas, _ layout: ScatterLayout
  ) -> (real: Int, generated: Int) {
    var outside = (real: 0, generated: 0)
    let radius = Self.radius(points: max(real.count, generated.count)) * layout.unit
    canvas.clipped(to: layout.plot) {
      // In turns, so that neither kind hides the other where they are dense.
      for index in 0..<max(real.count, generated.count) {
        if index < real.count {
          outside.real += draw(real[index], .real, radius, on: canvas, layout)
        }
        if index < generated.count {
          outside.generated += draw(generated[index], .generated, radius, on: canvas, layout)
        }
      }
    }
    return outside
  }

  /// The radius of a dot in design pixels: smaller where there are many.
  private static func radius(points: Int) -> Double {
    points <= 400 ? 3.2 : points <= 1500 ? 2.6 : 2.1
  }

  /// Draws one point and returns 1 when it lies outside the domain, else 0.
  private func draw(
    _ point: SIMD2<Float>, _ mark: Mark, _ radius: Double, on canvas: Canvas,
    _ layout: ScatterLayout
  ) -> Int {
    guard point.x.isFinite, point.y.isFinite else { return 0 }
    let position = layout.position(of: point)
    let edge = 0.6 * layout.unit
    guard !layout.contains(point) else {
      canvas.circle(
        at: position, radius: radius, fill: mark.fill, outline: mark.outline, width: edge)
      return 0
    }
    canvas.polygon(
      Self.pointer(to: position, in: layout.plot, size: 9 * layout.unit), fill: mark.fill,
      outline: mark.outline, width: edge)
    return 1
  }

  /// A triangle in `plot` whose tip touches the border where it is nearest to `target` outside,
  /// moved along the border in the corners so that it is whole.
  private static func pointer(to target: Position, in plot: Box, size: Double) -> [Position] {
    let low = Position(plot.x, plot.y)
    let high = Position(plot.maxX, plot.maxY)
    let beyond = target - target.clamped(lowerBound: low, upperBound: high)
    let half = 0.45 * size
    if abs(beyond.x) >= abs(beyond.y) {
      let x = beyond.x < 0 ? low.x : high.x
      let base = beyond.x < 0 ? x + size : x - size
      let y = min(max(target.y, low.y + half), high.y - half)
      return [Position(x, y), Position(base, y - half), Position(base, y + half)]
    }
    let y = beyond.y < 0 ? low.y : high.y
    let base = beyond.y < 0 ? y + size : y - size
    let x = min(max(target.x, low.x + half), high.x - half)
    return [Position(x, y), Position(x - half, base), Position(x + half, base)]
  }

  /// Draws the frame, the ticks and their numbers.
  func drawAxes(on canvas: Canvas, _ layout: ScatterLayout) {
    let plot = layout.plot
    let unit = layout.unit
    let font = Canvas.Font(size: 12 * unit)
    let length = (5 * unit).rounded()
    let columns = Ticks(
      in: Double(domain.x.lowerBound)...Double(domain.x.upperBound),
      limit: max(3, Int(plot.width / (60 * unit))))
    for (value, label) in zip(columns.values, columns.labels) {
      let x = Self.crisp(layout.x(value), in: plot.x...plot.maxX)
      canvas.line(
        from: Position(x, plot.maxY), to: Position(x, plot.maxY + length), width: 1,
        color: .softInk)
      canvas.text(
        label, at: Position(x, plot.maxY + length + 9 * unit), font: font, color: .ink,
        align: .center, level: .middle)
    }
    let rows = Ticks(
      in: Double(domain.y.lowerBound)...Double(domain.y.upperBound),
      limit: max(3, Int(plot.height / (50 * unit))))
    for (value, label) in zip(rows.values, rows.labels) {
      let y = Self.crisp(layout.y(value), in: plot.y...plot.maxY)
      canvas.line(
        from: Position(plot.x - length, y), to: Position(plot.x, y), width: 1,
        color: .softInk)
      canvas.text(
        label, at: Position(plot.x - length - 4 * unit, y), font: font, color: .ink,
        align: .right, level: .middle)
    }
    drawFrame(of: plot, on: canvas)
  }

  /// Draws the colour bar from 0 at the bottom to 1 at the top, with its label.
  func drawBar(on canvas: Canvas, _ layout: ScatterLayout) throws(ChartError) {
    let bar = layout.bar
    let unit = layout.unit
    let font = Canvas.Font(size: 12 * unit)
    let height = Int(bar.height)
    let ramp = try PosteriorMap(
      columns: 1, rows: height, values: (0..<height).map { (Float($0) + 0.5) / Float(height) })
    try canvas.paint(ramp.picture(width: 1, height: height), in: bar)
    drawFrame(of: bar, on: canvas)
    let length = (4 * unit).rounded()
    let ticks = Ticks(in: 0...1, limit: bar.height < 120 * unit ? 2 : 5)
    for (value, label) in zip(ticks.values, ticks.labels) {
      let y = Self.crisp(bar.maxY - value * bar.height, in: bar.y...bar.maxY)
      canvas.line(
        from: Position(bar.maxX, y), to: Position(bar.maxX + length, y), width: 1,
        color: .softInk)
      canvas.text(
        label, at: Position(bar.maxX + length + 4 * unit, y), font: font, color: .ink,
        level: .middle)
    }
    canvas.text(
      "p(real | x)", at: Position(bar.x, bar.y - 14 * unit), font: font, color: .ink)
  }

  /// Draws the title and, below it, the legend, at the plot's left edge or as far left of it as
  /// they need to end before the picture's edge and the colour bar's label.
  func drawHeading(
    on canvas: Canvas, _ layout: ScatterLayout, outside: (real: Int, generated: Int)
  ) {
    let plot = layout.plot
    let unit = layout.unit
    let margin = 8 * unit
    let titleFont = Canvas.Font(size: 15 * unit, isBold: true)
    let titleEnd = Double(canvas.width) - margin
    let line = canvas.shortened(
      title.split(whereSeparator: \.isNewline).joined(separator: " "), to: titleEnd - margin,
      font: titleFont)
    let titleStart = max(
      margin, min(plot.x, titleEnd - canvas.width(of: line, font: titleFont)))
    canvas.text(
      line, at: Position(titleStart, plot.y - 40 * unit), font: titleFont, color: .ink)

    let font = Canvas.Font(size: 12 * unit)
    let (indent, gap) = (15 * unit, 22 * unit)
    let entries = [
      (Mark.real, "real", outside.real), (Mark.generated, "generated", outside.generated),
    ].map { mark, name, count in (mark, count == 0 ? name : "\(name) (\(count) outside)") }
    let length = entries.reduce(gap * Double(entries.count - 1)) {
      $0 + indent + canvas.width(of: $1.1, font: font)
    }
    let end = posterior == nil ? Double(canvas.width) - margin : layout.bar.x - 2 * margin
    var x = max(margin, min(plot.x, end - length))
    let baseline = plot.y - 14 * unit
    for (mark, label) in entries {
      canvas.circle(
        at: Position(x + 5 * unit, baseline - 4.4 * unit), radius: 4 * unit, fill: mark.fill,
        outline: mark.outline, width: 0.6 * unit)
      canvas.text(label, at: Position(x + indent, baseline), font: font, color: .ink)
      x += indent + canvas.width(of: label, font: font) + gap
    }
  }

  /// A frame of one pixel around a box of whole pixels, outside it.
  private func drawFrame(of box: Box, on canvas: Canvas) {
    canvas.outline(
      Box(x: box.x - 0.5, y: box.y - 0.5, width: box.width + 1, height: box.height + 1), width: 1,
      color: .softInk)
  }

  /// The pixel centre nearest to a tick, in the frame's own pixels at the ends of `range`.
  private static func crisp(_ place: Double, in range: ClosedRange<Double>) -> Double {
    if place <= range.lowerBound + 0.25 { return range.lowerBound - 0.5 }
    if place >= range.upperBound - 0.25 { return range.upperBound + 0.5 }
    return place.rounded(.down) + 0.5
  }
}
