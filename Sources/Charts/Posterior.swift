/// The part of the plane that a chart shows.
public struct Domain: Equatable, Sendable {
  /// The horizontal bounds.
  public let x: ClosedRange<Float>
  /// The vertical bounds.
  public let y: ClosedRange<Float>

  /// A domain of the given bounds.
  ///
  /// - Throws: `ChartError.domain` when a bound is not finite or a side has no length.
  public init(x: ClosedRange<Float>, y: ClosedRange<Float>) throws(ChartError) {
    guard [x, y].allSatisfy({ ($0.upperBound - $0.lowerBound).isNormal }) else {
      throw .domain(x: x, y: y)
    }
    self.x = x
    self.y = y
  }

  /// A square of the given half side about the origin.
  ///
  /// - Throws: `ChartError.domain` when `halfSide` is not finite or not positive.
  public init(halfSide: Float) throws(ChartError) {
    guard halfSide > 0 else { throw .domain(x: 0...0, y: 0...0) }
    try self.init(x: -halfSide...halfSide, y: -halfSide...halfSide)
  }

  /// The centres of `columns` × `rows` equal cells: row by row upwards, each from the left.
  ///
  /// Cell (column, row) is at `row * columns + column`, the order of `PosteriorMap.values`.
  public func cellCenters(columns: Int, rows: Int) -> [SIMD2<Float>] {
    guard columns > 0, rows > 0 else { return [] }
    let width = x.upperBound - x.lowerBound
    let height = y.upperBound - y.lowerBound
    var centers: [SIMD2<Float>] = []
    centers.reserveCapacity(columns * rows)
    for row in 0..<rows {
      let v = y.lowerBound + height * (Float(row) + 0.5) / Float(rows)
      for column in 0..<columns {
        centers.append(
          SIMD2(x.lowerBound + width * (Float(column) + 0.5) / Float(columns), v))
      }
    }
    return centers
  }
}

/// A discriminator's posterior p(real | x) at the cell centres of a chart's domain.
public struct PosteriorMap: Equatable, Sendable {
  /// Cells in a row.
  public let columns: Int
  /// Rows of cells.
  public let rows: Int
  /// p(real | x) at `Domain.cellCenters(columns:rows:)`: row-major, the lowest row first.
  public let values: [Float]

  /// A map of the given values.
  ///
  /// - Throws: `ChartError.posterior` unless there are `columns * rows` values, at least one.
  public init(columns: Int, rows: Int, values: [Float]) throws(ChartError) {
    let (cells, overflow) = columns.multipliedReportingOverflow(by: rows)
    guard columns > 0, rows > 0, !overflow, values.count == cells else {
      throw .posterior(columns: columns, rows: rows, count: values.count)
    }
    self.columns = columns
    self.rows = rows
    self.values = values
  }

  /// The map as a picture of `width` × `height` pixels over the domain, in `PosteriorColors`.
  ///
  /// The posterior is interpolated bilinearly between cell centres, and constant beyond the outer
  /// ones. Interpolating it rather than its colours keeps 0.5 neutral on every edge from 0 to 1.
  package func picture(width: Int, height: Int) throws(ChartError) -> Picture {
    let across = Self.blends(pixels: width, cells: columns)
    let up = Self.blends(pixels: height, cells: rows)
    var pixels: [UInt8] = []
    pixels.reserveCapacity(3 * max(0, width) * max(0, height))
    for v in up.reversed() {
      let low = v.cell * columns
      let high = v.next * columns
      for u in across {
        let below = values[low + u.cell].mixed(with: values[low + u.next], by: u.part)
        let above = values[high + u.cell].mixed(with: values[high + u.next], by: u.part)
        let color = PosteriorColors.color(of: below.mixed(with: above, by: v.part))
        pixels.append(color.red)
        pixels.append(color.green)
        pixels.append(color.blue)
      }
    }
    return try Picture(width: width, height: height, pixels: pixels)
  }

  /// For each pixel centre along an axis the two cells it lies between, and how far towards `next`.
  private static func blends(pixels: Int, cells: Int) -> [(cell: Int, next: Int, part: Float)] {
    (0..<max(0, pixels)).map { pixel in
      let center = (Float(pixel) + 0.5) / Float(pixels) * Float(cells) - 0.5
      let position = min(max(center, 0), Float(cells - 1))
      let cell = Int(position)
      return (cell, min(cell + 1, cells - 1), position - Float(cell))
    }
  }
}

extension Float {
  /// `self` at `part` 0, exactly, towards `other` at 1; a neighbour of no weight has no say.
  fileprivate func mixed(with other: Float, by part: Float) -> Float {
    part == 0 ? self : self + (other - self) * part
  }
}
