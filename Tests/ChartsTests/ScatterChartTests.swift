import TandemCharts
import Testing

@Suite struct ScatterChartTests {
  private let domain: Domain
  private let layout: ScatterLayout

  init() throws {
    domain = try Domain(halfSide: 2)
    layout = try ScatterLayout(width: 720, height: 640, domain: domain, hasBar: true)
  }

  private func picture(
    real: [SIMD2<Float>] = [], generated: [SIMD2<Float>] = [], p: Float = 0.5, title: String = ""
  ) throws -> Picture {
    let map = try PosteriorMap(columns: 1, rows: 1, values: [p])
    return try ScatterChart(
      domain: domain, real: real, generated: generated, posterior: map, title: title
    ).picture()
  }

  /// The pixels of the plot in which two pictures differ.
  private func changes(_ first: Picture, _ second: Picture) -> [(column: Int, row: Int)] {
    var found: [(column: Int, row: Int)] = []
    for row in Int(layout.plot.y)..<Int(layout.plot.maxY) {
      for column in Int(layout.plot.x)..<Int(layout.plot.maxX)
      where first[column: column, row: row] != second[column: column, row: row] {
        found.append((column, row))
      }
    }
    return found
  }

  @Test(arguments: [0, 0.25, 0.3, 0.5, 0.75, 1] as [Float])
  func everyGroundPixelHasItsPosteriorsColor(p: Float) throws {
    let picture = try picture(p: p)
    let color = PosteriorColors.color(of: p)
    #expect(layout.plot.width == layout.plot.height && layout.plot.width > 500)
    var others = 0
    for row in Int(layout.plot.y)..<Int(layout.plot.maxY) {
      for column in Int(layout.plot.x)..<Int(layout.plot.maxX)
      where picture[column: column, row: row] != color { others += 1 }
    }
    #expect(others == 0)
  }

  @Test func cornersOfTheGroundHaveTheCornersValues() throws {
    let map = try PosteriorMap(columns: 2, rows: 2, values: [0, 0.25, 0.75, 1])
    let picture = try ScatterChart(domain: domain, real: [], generated: [], posterior: map)
      .picture()
    let (left, right) = (Int(layout.plot.x), Int(layout.plot.maxX) - 1)
    let (top, bottom) = (Int(layout.plot.y), Int(layout.plot.maxY) - 1)
    #expect(picture[column: left, row: bottom] == PosteriorColors.color(of: 0))
    #expect(picture[column: right, row: bottom] == PosteriorColors.color(of: 0.25))
    #expect(picture[column: left, row: top] == PosteriorColors.color(of: 0.75))
    #expect(picture[column: right, row: top] == PosteriorColors.color(of: 1))
  }

  @Test func withoutPosteriorTheGroundIsNeutralAndThereIsNoBar() throws {
    let picture = try ScatterChart(domain: domain, real: [], generated: []).picture()
    let plain = try ScatterLayout(width: 720, height: 640, domain: domain, hasBar: false)
    for place in [(plain.plot.x, plain.plot.y), (plain.plot.maxX - 1, plain.plot.maxY - 1)] {
      #expect(
        picture[column: Int(place.0), row: Int(place.1)] == PosteriorColors.color(of: 0.5))
    }
    // Right of the plot's middle, where the bar would be, all is white.
    for column in (Int(plain.plot.maxX) + 1)..<720 {
      #expect(picture[column: column, row: 320] == .white)
    }
  }

  @Test func barRunsFromZeroAtTheBottomToOne() throws {
    let picture = try picture()
    let height = Int(layout.bar.height)
    for pixel in [0, 1, height / 3, height / 2, height - 1] {
      let p = (Float(pixel) + 0.5) / Float(height)
      for column in [Int(layout.bar.x), Int(layout.bar.maxX) - 1] {
        #expect(
          picture[column: column, row: Int(layout.bar.maxY) - 1 - pixel]
            == PosteriorColors.color(of: p))
      }
    }
  }

  @Test(arguments: [[0, 0], [1.5, -0.75], [-1.9, 1.9]] as [SIMD2<Float>])
  func aPointAppearsAtItsPlaceOnly(point: SIMD2<Float>) throws {
    let empty = try picture()
    let place = Position(
      layout.plot.x + (Double(point.x) + 2) / 4 * layout.plot.width,
      layout.plot.y + (2 - Double(point.y)) / 4 * layout.plot.height)
    for isReal in [true, false] {
      let drawn = try isReal ? picture(real: [point]) : picture(generated: [point])
      let spots = changes(empty, drawn)
      #expect(spots.count > 25)
      for spot in spots {
        let offset = Position(Double(spot.column) + 0.5, Double(spot.row) + 0.5) - place
        #expect((offset * offset).sum().squareRoot() < 4.5)
      }
      let center = drawn[column: Int(place.x), row: Int(place.y)]
      #expect((center.red > center.blue) == isReal)
    }
  }

  @Test func pointsThatAreNotFiniteAreLeftOut() throws {
    let wrong: [SIMD2<Float>] = [[.nan, 0], [0, .infinity], [-.infinity, .nan]]
    #expect(try picture(real: wrong, generated: wrong) == picture())
  }

  @Test(
    arguments: [
      ([3, 0.5], 1, 0), ([-900, 0.5], -1, 0), ([0.5, 2.01], 0, 1),
      ([0.5, -Float.greatestFiniteMagnitude], 0, -1),
    ] as [(SIMD2<Float>, Int, Int)])
  func aPointOutsideIsMarkedAtTheNearestBorder(
    point: SIMD2<Float>, right: Int, up: Int
  ) throws {
    let empty = try picture()
    let drawn = try picture(generated: [point])
    let spots = changes(empty, drawn)
    #expect(!spots.isEmpty)
    let plot = layout.plot
    for spot in spots {
      let x = Double(spot.column) + 0.5
      let y = Double(spot.row) + 0.5
      let along = right == 0 ? x - layout.x(0.5) : y - layout.y(0.5)
      #expect(abs(along) < 6)
      let depth =
        switch (right, up) {
        case (1, _): plot.maxX - x
        case (-1, _): x - plot.x
        case (_, 1): y - plot.y
        default: plot.maxY - y
        }
      #expect(depth > 0 && depth < 11)
    }
    // The legend, in the rows above the plot, counts it.
    let legend = (Int(plot.y) - 30)..<(Int(plot.y) - 4)
    let counted = legend.contains { row in
      (Int(plot.x)..<Int(plot.maxX)).contains {
        empty[column: $0, row: row] != drawn[column: $0, row: row]
      }
    }
    #expect(counted)
  }

  @Test func ticksStandAtTheirValues() throws {
    let picture = try picture()
    let row = Int(layout.plot.maxY) + 3
    let dark = (Int(layout.plot.x) - 4...Int(layout.plot.maxX) + 4).filter {
      picture[column: $0, row: row] != .white
    }
    let expected = Ticks(in: -2...2, limit: 8).values.map { layout.x($0) }
    #expect(dark.count == 9 && expected.count == 9)
    for (column, x) in zip(dark, expected) { #expect(abs(Double(column) + 0.5 - x) <= 0.51) }
  }

  @Test func aLongTitleIsCutBeforeTheEdge() throws {
    let long = try picture(title: String(repeating: "modes 8/8   ", count: 40))
    let none = try picture()
    var changed = 0
    for row in 0..<640 {
      for column in 0..<720 where long[column: column, row: row] != none[column: column, row: row] {
        changed += 1
        #expect(column >= 7 && column < 713 && row < 40)
      }
    }
    #expect(changed > 1000)
    #expect(try picture(title: "a\nb") == picture(title: "a b"))
  }

  @Test func theSameChartHasTheSamePixels() throws {
    let ring = (0..<300).map { index in
      SIMD2<Float>(Float(index % 17) / 5 - 1.6, Float(index % 23) / 7 - 1.6)
    }
    let first = try picture(real: ring, generated: ring.reversed(), title: "step 2000")
    let second = try picture(real: ring, generated: ring.reversed(), title: "step 2000")
    #expect(first == second)
    #expect(try first != picture(real: ring, generated: ring.reversed(), title: "step 2001"))
  }

  @Test func bothAxesHaveOneScaleAndThePlotWholePixels() throws {
    for (x, y) in [(-4...4, -1...1), (0...1, 0...5), (-3...(-1), 7...9)]
      as [(ClosedRange<Float>, ClosedRange<Float>)]
    {
      for (width, height) in [(720, 640), (360, 320), (1440, 900)] {
        let layout = try ScatterLayout(
          width: width, height: height, domain: try Domain(x: x, y: y), hasBar: true)
        let plot = layout.plot
        for length in [plot.x, plot.y, plot.width, plot.height, layout.bar.x] {
          #expect(length == length.rounded())
        }
        let horizontal = plot.width / Double(x.upperBound - x.lowerBound)
        let vertical = plot.height / Double(y.upperBound - y.lowerBound)
        #expect(abs(horizontal / vertical - 1) < 0.02)
        #expect(plot.x > 0 && plot.y > 0 && plot.maxY < Double(height))
        #expect(layout.bar.maxX < Double(width))
      }
    }
  }

  @Test func refusesPicturesTooSmall() throws {
    let chart = ScatterChart(domain: domain, real: [], generated: [])
    #expect(throws: ChartError.noRoom(width: 60, height: 60)) {
      _ = try chart.picture(width: 60, height: 60)
    }
    #expect(throws: ChartError.size(width: 0, height: 640)) {
      _ = try chart.picture(width: 0, height: 640)
    }
  }
}
