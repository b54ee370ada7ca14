import Foundation

/// A function of two variables as colours and lines of equal value, with a path over it, such as
/// that of gradient descent over a loss.
public struct SurfaceChart: Chart {
  /// The colours with their axes, title and bar.
  public let map: HeatMap
  /// The path's corners in the values of the axes; a dot marks its start.
  public let path: [Position]
  /// A place to mark with a cross, such as the minimum.
  public let mark: Position?
  /// The values of the lines.
  package let levels: [Double]
  private let x: ClosedRange<Double>
  private let y: ClosedRange<Double>

  /// The chart of `function` at the middles of `columns` × `rows` cells.
  ///
  /// - Parameters:
  ///   - x: The horizontal axis, with its range.
  ///   - y: The vertical axis, with its range.
  ///   - value: What the function's values are; on a logarithmic scale lines stand at equal ratios.
  ///   - lineCount: How many lines of equal value there are.
  /// - Throws: `ChartError.heatMap` where there are no cells.
  public init(
    title: String = "", subtitle: String = "", x: Axis, y: Axis, value: Axis = Axis(),
    columns: Int, rows: Int, lineCount: Int = 12, path: [Position] = [], mark: Position? = nil,
    _ function: (Double, Double) -> Double
  ) throws(ChartError) {
    let (xRange, yRange) = (x.range ?? 0...1, y.range ?? 0...1)
    var values: [Double] = []
    for row in 0..<max(rows, 0) {
      let v = Self.middle(row, of: rows, in: yRange)
      for column in 0..<max(columns, 0) {
        values.append(function(Self.middle(column, of: columns, in: xRange), v))
      }
    }
    var (x, y) = (x, y)
    (x.range, y.range) = (xRange, yRange)
    map = try HeatMap(
      columns: columns, rows: rows, values: values, title: title, subtitle: subtitle, x: x, y: y,
      value: value)
    (self.path, self.mark, self.x, self.y) = (path, mark, xRange, yRange)
    let range = map.projection.range
    levels = (1...max(lineCount, 1)).map { index in
      let part = Double(index) / Double(max(lineCount, 1) + 1)
      let (low, high) = (range.lowerBound, range.upperBound)
      return value.scale == .logarithmic
        ? low * pow(high / low, part) : low + (high - low) * part
    }
  }

  private static func middle(
    _ index: Int, of count: Int, in range: ClosedRange<Double>
  ) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * (Double(index) + 0.5) / Double(count)
  }

  public func draw(on canvas: Canvas) throws(ChartError) {
    try map.draw(on: canvas)
    let heading = map.heading
    let layout = try map.layout(
      on: canvas, heading, right: try map.bar(on: canvas, heading).width)
    func position(_ place: Position) -> Position {
      Position(
        layout.plot.x + (place.x - x.lowerBound) / (x.upperBound - x.lowerBound)
          * layout.plot.width,
        layout.plot.maxY - (place.y - y.lowerBound) / (y.upperBound - y.lowerBound)
          * layout.plot.height)
    }
    canvas.clipped(to: layout.plot) {
      for level in levels {
        for line in segments(at: level) {
          canvas.line(
            from: position(line.0), to: position(line.1), width: 0.8,
            color: Color(0xFFFFFF, alpha: 0.55))
        }
      }
      let corners = path.map(position)
      canvas.polylines([corners], width: 3.4, color: Color(0x000000, alpha: 0.55))
      canvas.polylines([corners], width: 1.8, color: Color(0xFF8C42))
      if corners.count <= 60 {
        for corner in corners { canvas.circle(at: corner, radius: 2, fill: Color(0xFF8C42)) }
      }
      if let start = corners.first {
        canvas.circle(
          at: start, radius: 4.5, fill: Color(0xFF8C42), outline: .white, width: 1.5)
      }
      if let mark {
        let center = position(mark)
        for (width, color) in [(4.5, Color(0x000000)), (2.2, Color.white)] {
          for slope in [1.0, -1.0] {
            canvas.line(
              from: center - Position(6, 6 * slope), to: center + Position(6, 6 * slope),
              width: width, color: color)
          }
        }
      }
    }
  }

  /// The pieces of the line where the function has the value `level`, between the cells' middles:
  /// marching squares, with the value linear along each side.
  package func segments(at level: Double) -> [(Position, Position)] {
    var result: [(Position, Position)] = []
    func place(_ column: Int, _ row: Int) -> Position {
      Position(
        Self.middle(column, of: map.columns, in: x), Self.middle(row, of: map.rows, in: y))
    }
    for row in 0..<max(map.rows - 1, 0) {
      for column in 0..<max(map.columns - 1, 0) {
        let corners = [
          (column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1),
        ].map { (place: place($0, $1), value: map.values[$1 * map.columns + $0]) }
        var crossings: [Position] = []
        for side in 0..<4 {
          let (a, b) = (corners[side], corners[(side + 1) % 4])
          guard (a.value < level) != (b.value < level) else { continue }
          let part = (level - a.value) / (b.value - a.value)
          crossings.append(a.place + (b.place - a.place) * part)
        }
        // Two crossings are a line; four, at a saddle, two lines.
        for index in stride(from: 0, to: crossings.count - 1, by: 2) {
          result.append((crossings[index], crossings[index + 1]))
        }
      }
    }
    return result
  }
}
