extension HeatMap {
  /// Where the values lie on the scale of colours.
  package var projection: Projection {
    Projection(value, around: LineChart.extent(of: [values], on: value.scale))
  }

  /// The part of the scale of colours before a value; NaN where it has none.
  private func part(_ value: Double, _ projection: Projection) -> Double {
    guard projection.scale == .logarithmic else { return projection(value) }
    return value < 0 ? .nan : value == 0 ? 0 : projection(value)
  }

  /// The cells alone as a picture, the lowest row at the bottom.
  ///
  /// Cell `c` begins at the pixel c × width / columns, rounded up.
  ///
  /// - Throws: `ChartError.pixels` for a size below one pixel.
  package func cells(width: Int, height: Int) throws(ChartError) -> Picture {
    guard width > 0, height > 0, !values.isEmpty else {
      throw .pixels(width: width, height: height, count: 0)
    }
    let across = Self.groups(of: columns, on: width)
    let upwards = Self.groups(of: rows, on: height)
    let projection = projection
    let table = (0..<1024).map { colors.color(of: Double($0) / 1023) }
    var pixels = [UInt8](repeating: 0, count: 3 * width * height)
    var last = (rows: 0..<0, start: 0)
    for row in 0..<height {
      // The picture's rows go down.
      let group = upwards[height - 1 - row]
      let start = 3 * row * width
      if group == last.rows {
        for index in 0..<3 * width { pixels[start + index] = pixels[last.start + index] }
        continue
      }
      for column in 0..<width {
        let part = part(mean(across[column], group), projection)
        let color =
          part.isNaN ? ColorMap.undefined : table[Int(min(max(part, 0), 1) * 1023 + 0.5)]
        let at = start + 3 * column
        (pixels[at], pixels[at + 1], pixels[at + 2]) = (color.red, color.green, color.blue)
      }
      last = (group, start)
    }
    return try Picture(width: width, height: height, pixels: pixels)
  }

  /// Which cells each of `pixels` pixels shows: the one it lies in, or all that begin in it.
  private static func groups(of cells: Int, on pixels: Int) -> [Range<Int>] {
    (0..<pixels).map { pixel in
      guard cells > pixels else {
        let cell = pixel * cells / pixels
        return cell..<(cell + 1)
      }
      return (pixel * cells / pixels)..<((pixel + 1) * cells / pixels)
    }
  }

  /// The mean of the cells that have a number.
  private func mean(_ across: Range<Int>, _ upwards: Range<Int>) -> Double {
    var sum = 0.0
    var count = 0
    for row in upwards {
      for column in across {
        let value = values[row * columns + column]
        guard !value.isNaN else { continue }
        sum += value
        count += 1
      }
    }
    return count == 0 ? .nan : sum / Double(count)
  }

  /// The title lines: behind the subtitle the values' range and what has no place on the scale.
  package var heading: Heading {
    var counts = (nan: 0, infinite: 0, zero: 0, negative: 0)
    var (low, high) = (Double.infinity, -Double.infinity)
    for value in values {
      if value.isNaN {
        counts.nan += 1
      } else if value.isInfinite {
        counts.infinite += 1
      } else {
        (low, high) = (min(low, value), max(high, value))
        if value == 0 { counts.zero += 1 }
        if value < 0 { counts.negative += 1 }
      }
    }
    let isLogarithmic = value.scale == .logarithmic
    let unit = value.unit.isEmpty ? "" : " \(value.unit.oneLine)"
    return Heading(
      title: title, subtitle: subtitle,
      notes: [
        low > high
          ? ""
          : low == high
            ? "all \(Ticks.text(low))\(unit)"
            : "\(Ticks.text(low)) to \(Ticks.text(high))\(unit)",
        counts.nan == 0 ? "" : "\(counts.nan) not a number",
        counts.infinite == 0 ? "" : "\(counts.infinite) infinite",
        isLogarithmic && counts.zero > 0 ? "\(counts.zero) zero" : "",
        isLogarithmic && counts.negative > 0 ? "\(counts.negative) below 0" : "",
      ])
  }
}
