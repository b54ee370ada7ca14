/// One series as it is drawn: its lines and the edges of its band in units of the canvas.
package struct Curve {
  /// The lines of the values, broken where there is none.
  package let lines: [[Position]]
  /// The smoothed lines, or none.
  package let smoothed: [[Position]]
  /// The outlines of the band, one for each unbroken part.
  let band: [[Position]]
  /// The place among the series, which gives colour and line style.
  let index: Int

  private static let width = 1.8

  /// Draws the band.
  func drawBand(on canvas: Canvas) {
    for outline in band where outline.count > 2 { canvas.polygon(outline, fill: color(0.2)) }
  }

  /// Draws the line, or the pale one and the smoothed one over it.
  func drawLines(on canvas: Canvas) {
    let dashes = Palette.dashes(of: index, width: Self.width)
    if smoothed.isEmpty {
      canvas.polylines(lines, width: Self.width, color: color(1), dashes: dashes)
    } else {
      canvas.polylines(lines, width: 1, color: color(0.3))
      canvas.polylines(smoothed, width: Self.width, color: color(1), dashes: dashes)
    }
  }

  /// Whether a line, or an edge of the band, enters `box`.
  package func crosses(_ box: Box) -> Bool {
    (lines + smoothed + band).contains { line in
      line.count == 1
        ? box.isCrossed(from: line[0], to: line[0])
        : zip(line, line.dropFirst()).contains { box.isCrossed(from: $0, to: $1) }
    }
  }

  private func color(_ alpha: Double) -> Color {
    var color = Palette.color(of: index)
    color.alpha = alpha
    return color
  }
}

extension Box {
  /// Whether two boxes have a place in common.
  func meets(_ other: Box) -> Bool {
    x < other.maxX && other.x < maxX && y < other.maxY && other.y < maxY
  }

  /// Whether a straight line touches the box: Liang and Barsky's clipping (1984).
  func isCrossed(from start: Position, to end: Position) -> Bool {
    let way = end - start
    var (first, last) = (0.0, 1.0)
    for (speed, distance) in [
      (-way.x, start.x - x), (way.x, maxX - start.x), (-way.y, start.y - y),
      (way.y, maxY - start.y),
    ] {
      if speed == 0 {
        if distance < 0 { return false }
      } else if speed < 0 {
        first = max(first, distance / speed)
      } else {
        last = min(last, distance / speed)
      }
    }
    return first <= last
  }
}

/// A line reduced to what its pixels show: of the points that follow each other in one column of
/// pixels the first, the lowest, the highest and the last (Jugel and others, M4, 2014).
package struct Reduction {
  private let columns: Double
  private var line: [Position] = []
  private var column = Int.min
  private var ends = (first: Position.zero, last: Position.zero)
  private var low = (at: 0, position: Position.zero)
  private var high = (at: 0, position: Position.zero)
  private var count = 0
  /// The finished lines.
  package private(set) var lines: [[Position]] = []

  /// A reduction to `columns` columns a unit.
  package init(columns: Double) { self.columns = columns }

  /// Takes the next point of the line.
  package mutating func add(_ position: Position) {
    let column = Int((position.x * columns).rounded(.down))
    if column != self.column {
      flush()
      self.column = column
      (ends.first, low, high) = (position, (0, position), (0, position))
    } else {
      if position.y < low.position.y { low = (count, position) }
      if position.y > high.position.y { high = (count, position) }
    }
    ends.last = position
    count += 1
  }

  /// Ends the line; the next point begins another.
  package mutating func cut() {
    flush()
    if !line.isEmpty { lines.append(line) }
    line = []
    column = Int.min
  }

  private mutating func flush() {
    guard count > 0 else { return }
    line.append(ends.first)
    let (early, late) = low.at < high.at ? (low, high) : (high, low)
    for extreme in [early, late]
    where extreme.at > 0 && extreme.at < count - 1 && extreme.position != line[line.count - 1] {
      line.append(extreme.position)
    }
    if count > 1 { line.append(ends.last) }
    count = 0
  }
}
