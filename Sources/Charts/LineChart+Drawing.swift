extension LineChart {
  /// All series in units of the canvas, reduced to `columns` columns of pixels a unit.
  package func curves(_ layout: ChartLayout, columns: Double) -> [Curve] {
    series.enumerated().map { index, series in
      var smoothed = series.smoothed
      if smoothed == nil, series.smoothing > 0, series.smoothing < 1 {
        smoothed = Smoothing.exponential(series.y, weight: series.smoothing)
      }
      return Curve(
        lines: lines(of: series.y, at: series.x, layout, columns),
        smoothed: smoothed.map { lines(of: $0, at: series.x, layout, columns) } ?? [],
        band: series.band.map { outlines(of: $0, at: series.x, layout, columns) } ?? [],
        index: index)
    }
  }

  private func lines(
    of values: [Double], at places: [Double], _ layout: ChartLayout, _ columns: Double
  ) -> [[Position]] {
    var reduction = Reduction(columns: columns)
    for (place, value) in zip(places, values) {
      if let position = position(place, value, layout) {
        reduction.add(position)
      } else {
        reduction.cut()
      }
    }
    reduction.cut()
    return reduction.lines
  }

  /// The band's outlines: along the upper edge and back along the lower one. On a logarithmic axis
  /// a lower edge that is not above zero lies below the plot.
  private func outlines(
    of band: (lower: [Double], upper: [Double]), at places: [Double], _ layout: ChartLayout,
    _ columns: Double
  ) -> [[Position]] {
    var upper = Reduction(columns: columns)
    var lower = Reduction(columns: columns)
    for (index, place) in places.enumerated() {
      let low = band.lower[index]
      let floor =
        y.scale == .logarithmic && low <= 0 ? layout.y.projection.range.lowerBound / 10 : low
      if let top = position(place, band.upper[index], layout),
        let bottom = position(place, floor, layout)
      {
        upper.add(top)
        lower.add(bottom)
      } else {
        upper.cut()
        lower.cut()
      }
    }
    upper.cut()
    lower.cut()
    return zip(upper.lines, lower.lines).map { $0 + $1.reversed() }
  }

  /// The place of a point, or nil where it has none. Cairo's numbers end at 2^23 pixels: what lies
  /// far outside the plot is moved nearer.
  private func position(_ place: Double, _ value: Double, _ layout: ChartLayout) -> Position? {
    guard Projection.shows(place, on: x.scale), Projection.shows(value, on: y.scale) else {
      return nil
    }
    let far = Position(repeating: 50_000)
    return Position(layout.x(place), layout.y(value)).clamped(lowerBound: -far, upperBound: far)
  }

  /// The markers within the plot with the places of their lines and, where one ends, of its span.
  private func spans(_ layout: ChartLayout) -> [(marker: Marker, from: Double, to: Double?)] {
    let plot = layout.plot
    return markers.compactMap { marker in
      guard Projection.shows(marker.x, on: x.scale) else { return nil }
      let start = layout.x(marker.x)
      let end = marker.end.flatMap { Projection.shows($0, on: x.scale) ? layout.x($0) : nil }
      guard max(start, end ?? start) >= plot.x - 0.5, min(start, end ?? start) <= plot.maxX + 0.5
      else { return nil }
      return (marker, start, end)
    }
  }

  /// Tints the spans of the markers that have one.
  func drawSpans(on canvas: Canvas, _ layout: ChartLayout) {
    for span in spans(layout) {
      guard let end = span.to else { continue }
      canvas.fill(
        Box(
          x: min(span.from, end), y: layout.plot.y, width: abs(end - span.from),
          height: layout.plot.height), color: Style.tint)
    }
  }

  /// Draws the markers' lines and labels.
  func drawMarkers(on canvas: Canvas, _ layout: ChartLayout) {
    let plot = layout.plot
    for span in spans(layout) {
      let x = layout.crisp(span.from)
      canvas.polylines(
        [[Position(x, plot.y), Position(x, plot.maxY)]], width: 1, color: .softInk,
        dashes: [4, 3])
    }
    for (box, label) in markerLabels(on: canvas, layout) {
      canvas.fill(box, color: Color(0xFFFFFF, alpha: 0.8))
      canvas.text(
        label, at: Position(box.x + 3, box.y + box.height / 2), font: Style.noteFont,
        color: .ink, level: .middle)
    }
  }

  /// The places of the markers' labels.
  func markerBoxes(on canvas: Canvas, _ layout: ChartLayout) -> [Box] {
    markerLabels(on: canvas, layout).map(\.box)
  }

  /// Right of each line's top, or left of it where the plot ends, one below another where they
  /// would meet.
  private func markerLabels(
    on canvas: Canvas, _ layout: ChartLayout
  ) -> [(box: Box, label: String)] {
    let plot = layout.plot
    var placed: [(box: Box, label: String)] = []
    for span in spans(layout) where !span.marker.label.isEmpty {
      let label = canvas.shortened(
        span.marker.label.oneLine, to: plot.width / 2, font: Style.noteFont)
      let width = canvas.width(of: label, font: Style.noteFont) + 6
      let line = max(span.from, plot.x)
      let isRight = line + 3 + width <= plot.maxX
      var box = Box(
        x: isRight ? line + 3 : line - 3 - width, y: plot.y + 3, width: width, height: 16)
      while placed.contains(where: { $0.box.meets(box) }), box.maxY + 16 < plot.maxY {
        box.y += 16
      }
      placed.append((box, label))
    }
    return placed
  }
}

extension Canvas {
  /// How many columns of pixels a unit is wide; vectors are made for two.
  var columnsPerUnit: Double {
    if case .pixels(let scale) = medium { scale } else { 2 }
  }
}
