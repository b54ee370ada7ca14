/// Where the parts of a chart with axes lie on a canvas.
package struct ChartLayout {
  /// The ticks along an axis.
  package enum Marks: Equatable, Sendable {
    /// Numbers chosen for the axis' range; only whole ones where `wholeOnly` is true.
    case numbers(wholeOnly: Bool)
    /// A name at each of the values 0, 1, 2, …
    case names([String])
  }

  /// An axis with the place of its values and its kind of ticks.
  package struct Side {
    let axis: Axis
    package let projection: Projection
    let marks: Marks
  }

  /// The plot: whole units.
  package let plot: Box
  /// The horizontal axis.
  package let x: Side
  /// The vertical axis.
  package let y: Side
  /// What stands along the horizontal axis.
  package let xTicks: Ticks
  /// What stands along the vertical axis.
  package let yTicks: Ticks
  /// Whether the horizontal axis' labels read upwards.
  let areLabelsTurned: Bool

  /// Fits the plot between heading, ticks, axis titles, `left` units at least on its left and
  /// `right` units kept free on its right. Names along the horizontal axis that have no room side
  /// by side are turned.
  ///
  /// - Throws: `ChartError.noRoom` when the plot would be below 48 × 32 units.
  init(
    on canvas: Canvas, heading: Heading, x: Side, y: Side, left: Double = 0, right: Double = 0
  ) throws(ChartError) {
    let level = Result { () throws(ChartError) in
      try ChartLayout(on: canvas, heading, x, y, left, right, turnedTo: nil)
    }
    let shown = (try? level.get())?.xTicks.values.count ?? 0
    if case .names(let names) = x.marks, shown < names.count {
      self = try ChartLayout(
        on: canvas, heading, x, y, left, right, turnedTo: 0.3 * Double(canvas.height))
    } else {
      self = try level.get()
    }
  }

  /// - Parameter longest: The most units that a turned label of the horizontal axis takes; nil for
  ///   labels that are not turned.
  private init(
    on canvas: Canvas, _ heading: Heading, _ x: Side, _ y: Side, _ least: Double, _ right: Double,
    turnedTo longest: Double?
  ) throws(ChartError) {
    let font = Style.tickFont
    let size = Position(Double(canvas.width), Double(canvas.height))
    func turned(_ label: String) -> String {
      longest.map { canvas.shortened(label, to: $0, font: font) } ?? label
    }
    var labelHeight = font.size
    if longest != nil, case .names(let names) = x.marks {
      labelHeight = names.map { canvas.width(of: turned($0.oneLine), font: font) }.max() ?? 0
    }
    let bottom =
      Style.margin + Style.tickLength + 4 + labelHeight
      + (x.axis.label.isEmpty ? 0 : Style.axisFont.size + 8)
    let height = (size.y - heading.height - bottom).rounded(.down)
    guard height >= 32 else { throw .noRoom(width: canvas.width, height: canvas.height) }

    let isNamed = y.marks != .numbers(wholeOnly: true) && y.marks != .numbers(wholeOnly: false)
    let spacing = (isNamed ? 1.15 : 2.2) * font.size
    let yTicks = y.ticks(limit: Int(height / 34)) { places, _ in
      zip(places.dropFirst(), places).allSatisfy { ($0 - $1) * height >= spacing }
    }
    let labels = yTicks.labels.map { canvas.shortened($0, to: 0.3 * size.x, font: font) }
    let widest = labels.map { canvas.width(of: $0, font: font) }.max() ?? 0
    let title = y.axis.label.isEmpty ? 0 : Style.axisFont.size + 10
    let left = max(least, (Style.margin + title + widest + Style.tickLength + 4).rounded(.up))

    var free = Style.margin + right
    var width = 0.0
    var xTicks = Ticks(values: [], labels: [])
    // The last label may reach over the canvas' end: then the plot ends earlier, once.
    for _ in 0..<2 {
      width = (size.x - left - free).rounded(.down)
      guard width >= 48 else { throw .noRoom(width: canvas.width, height: canvas.height) }
      xTicks = x.ticks(limit: Int(width / 52)) { places, labels in
        if longest != nil {
          return zip(places.dropFirst(), places).allSatisfy {
            ($0 - $1) * width >= 1.15 * font.size
          }
        }
        let halves = labels.map { canvas.width(of: $0, font: font) / 2 }
        return places.indices.dropFirst().allSatisfy {
          (places[$0] - places[$0 - 1]) * width >= halves[$0] + halves[$0 - 1] + 12
        }
      }
      guard let value = xTicks.values.last, let label = xTicks.labels.last else { break }
      let half = (longest == nil ? canvas.width(of: label, font: font) : font.size) / 2
      let end = left + x.projection(value) * width + half
      let over = end - (size.x - 10)
      guard over > 0 else { break }
      free += over
    }
    plot = Box(x: left, y: heading.height, width: width, height: height)
    (self.x, self.y) = (x, y)
    self.xTicks = Ticks(
      values: xTicks.values, labels: xTicks.labels.map(turned), minor: xTicks.minor)
    areLabelsTurned = longest != nil
    self.yTicks = Ticks(values: yTicks.values, labels: labels, minor: yTicks.minor)
  }

  /// The horizontal place of a value on the x axis.
  package func x(_ value: Double) -> Double { plot.x + x.projection(value) * plot.width }

  /// The vertical place of a value on the y axis.
  package func y(_ value: Double) -> Double { plot.maxY - y.projection(value) * plot.height }
}

extension ChartLayout.Side {
  /// The most ticks up to `limit` steps whose labels fit; `fits` takes their places as parts of
  /// the axis and their labels.
  func ticks(limit: Int, fits: ([Double], [String]) -> Bool) -> Ticks {
    var ticks = Ticks(values: [], labels: [])
    for limit in stride(from: max(2, limit), through: 1, by: -1) {
      ticks = self.ticks(limit: limit)
      if fits(ticks.values.map { projection($0) }, ticks.labels) { break }
    }
    return ticks
  }

  private func ticks(limit: Int) -> Ticks {
    let range = projection.range
    switch marks {
    case .names(let names):
      let stride = max(1, (names.count + limit * 3 - 1) / (limit * 3))
      let shown = names.indices.filter { $0.isMultiple(of: stride) }
      return Ticks(values: shown.map { Double($0) }, labels: shown.map { names[$0].oneLine })
    case .numbers where projection.scale == .logarithmic:
      return Ticks(logarithmicIn: range, limit: limit)
    case .numbers(let wholeOnly):
      let length = min(range.upperBound - range.lowerBound, 1e6)
      // A step of at least one is a whole number.
      return Ticks(
        in: range, limit: wholeOnly ? min(limit, max(1, Int(length))) : limit, style: .short)
    }
  }
}
