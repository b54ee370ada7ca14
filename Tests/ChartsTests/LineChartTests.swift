import Foundation
import TandemCharts
import Testing

@Suite struct LineChartTests {
  private let blue = Color(0x0072B2)
  private let vermillion = Color(0xD55E00)

  /// A chart over fixed ranges, so that places on it do not depend on the values.
  private func chart(
    _ series: [LineChart.Series], scale: Axis.Scale = .linear, markers: [LineChart.Marker] = []
  ) -> LineChart {
    LineChart(
      title: "title", x: Axis("step", range: 0...10),
      y: Axis("loss", scale: scale, range: scale == .linear ? 0...1 : 0.01...100), series: series,
      markers: markers)
  }

  private func layout(of chart: LineChart) throws -> ChartLayout {
    try chart.chartLayout(on: Canvas(width: 720, height: 440))
  }

  private func color(
    _ picture: Picture, _ layout: ChartLayout, _ x: Double, _ y: Double
  ) -> Color {
    picture[column: Int(layout.x(x)), row: Int(layout.y(y))]
  }

  /// The pixels of the plot that have a colour.
  private func count(_ color: Color, _ picture: Picture, _ layout: ChartLayout) -> Int {
    var found = 0
    for row in Int(layout.plot.y)..<Int(layout.plot.maxY) {
      for column in Int(layout.plot.x)..<Int(layout.plot.maxX)
      where picture[column: column, row: row] == color { found += 1 }
    }
    return found
  }

  @Test func aLineHasItsColorAtItsPlaces() throws {
    // In the middle of a pixel row, so that the line of 1.8 pixels covers it wholly.
    let empty = chart([])
    let layout = try layout(of: empty)
    let row = (layout.plot.y + layout.plot.height / 3).rounded() + 0.5
    let value = (layout.plot.maxY - row) / layout.plot.height
    let drawn = try chart([.init(x: [0, 10], y: [value, value])]).picture()
    for x in [0.05, 1, 3.3, 9.95] { #expect(color(drawn, layout, x, value) == blue) }
    #expect(count(blue, drawn, layout) == Int(layout.plot.width))
    #expect(try count(blue, empty.picture(), layout) == 0)
  }

  @Test func notANumberBreaksTheLine() throws {
    let y = [0.5, 0.5, .nan, 0.5, 0.5]
    let chart = chart([try .init(x: [0, 2, 4, 6, 8], y: y)])
    let layout = try layout(of: chart)
    let curve = try #require(chart.curves(layout, columns: 1).first)
    #expect(curve.lines.map(\.count) == [2, 2])
    let picture = try chart.picture()
    // A curve out of sight, so that nothing is said of an empty chart.
    let blank = try self.chart([.init(x: [0], y: [9])]).picture()
    for column in Int(layout.x(2)) + 3..<Int(layout.x(6)) - 3 {
      for row in Int(layout.plot.y)..<Int(layout.plot.maxY) {
        #expect(picture[column: column, row: row] == blank[column: column, row: row])
      }
    }
  }

  @Test func aLonePointIsADot() throws {
    let chart = chart([try .init(x: [1, 2, 3], y: [.nan, 0.5, .nan])])
    let layout = try layout(of: chart)
    #expect(color(try chart.picture(), layout, 2, 0.5) == blue)
  }

  @Test func valuesStandAtTheirDecades() throws {
    let chart = chart([try .init(x: [0, 10], y: [1, 1])], scale: .logarithmic)
    let layout = try layout(of: chart)
    #expect(layout.yTicks.labels == ["0.01", "0.1", "1", "10", "100"])
    for (index, value) in layout.yTicks.values.enumerated() {
      let expected = layout.plot.maxY - Double(index) / 4 * layout.plot.height
      #expect(abs(layout.y(value) - expected) < 1e-9)
    }
  }

  @Test func ticksStandAtTheirValues() throws {
    let chart = chart([])
    let layout = try layout(of: chart)
    let picture = try chart.picture()
    #expect(layout.xTicks.values == (0...10).map { Double($0) })
    let row = Int(layout.plot.maxY) + 4
    let dark = (Int(layout.plot.x) - 4...Int(layout.plot.maxX) + 4).filter {
      picture[column: $0, row: row] != .white
    }
    #expect(dark == (0...10).map { Int(layout.x(Double($0))) })
  }

  @Test func labelsDoNotMeetAndStayOnTheCanvas() throws {
    let canvas = try Canvas(width: 1, height: 1)
    let font = Canvas.Font(size: 11)
    for width in [240, 400, 720, 1200] {
      for (end, scale) in [(1e6, Axis.Scale.linear), (123_456, .linear), (1e9, .logarithmic)] {
        let chart = LineChart(
          x: Axis("step", scale: scale, range: 1...end), y: Axis(range: 0...1e5), series: [])
        let layout = try chart.chartLayout(on: Canvas(width: width, height: 200))
        var last = 0.0
        for (value, label) in zip(layout.xTicks.values, layout.xTicks.labels) {
          let half = canvas.width(of: label, font: font) / 2
          #expect(layout.x(value) - half > last + 5)
          last = layout.x(value) + half
        }
        #expect(last <= Double(width) - 5 && !layout.xTicks.values.isEmpty)
      }
    }
  }

  @Test func theLegendIsForSeveralSeriesAndCoversNone() throws {
    let low = try LineChart.Series("low", x: [0, 10], y: [0.1, 0.2])
    let high = try LineChart.Series("high", x: [0, 10], y: [0.9, 0.2])
    let canvas = try Canvas(width: 720, height: 440)
    #expect(try chart([low]).layout(on: canvas).legend == nil)
    let inside = try chart([low, high]).layout(on: canvas)
    let legend = try #require(inside.legend)
    #expect(legend.box.x > 500 && legend.box.maxX < inside.chart.plot.maxX)
    for curve in chart([low, high]).curves(inside.chart, columns: 1) {
      #expect(!curve.crosses(legend.box))
    }
    // A curve through every corner and edge leaves only the room beside the plot.
    let x = (0..<400).map { Double($0) / 40 }
    let wide = try LineChart.Series("wide", x: x, y: x.map { abs(sin(20 * $0)) })
    let beside = try chart([low, wide]).layout(on: canvas)
    let outside = try #require(beside.legend)
    #expect(outside.box.x >= beside.chart.plot.maxX && outside.box.maxX <= 720)
    #expect(beside.chart.plot.width < inside.chart.plot.width)
  }

  @Test func bandsSmoothingAndMarkersAreDrawn() throws {
    let x = (0...100).map { Double($0) / 10 }
    let banded = try LineChart.Series(
      x: x, y: x.map { _ in 0.5 }, deviation: x.map { _ in 0.2 })
    let chart = chart([banded])
    let layout = try layout(of: chart)
    let picture = try chart.picture()
    // 0.2 of the blue on white, 0xCCE3F0, as Cairo rounds it; away from the grid.
    #expect(color(picture, layout, 0.5, 0.37) == Color(0xCCE2EF))
    #expect(color(picture, layout, 0.5, 0.63) == Color(0xCCE2EF))
    #expect(color(picture, layout, 0.5, 0.73) == .white)
    #expect(color(picture, layout, 0.5, 0.27) == .white)

    let rough = try LineChart.Series(
      x: x, y: x.indices.map { $0.isMultiple(of: 2) ? 0.2 : 0.8 }, smoothing: 0.9)
    let curve = try #require(self.chart([rough]).curves(layout, columns: 1).first)
    #expect(curve.lines.count == 1 && curve.smoothed.count == 1)
    let middle = try #require(curve.smoothed[0].last)
    #expect(abs(middle.y - layout.y(0.5)) < 20)

    let marked = try self.chart([], markers: [.init(at: 7.25, to: 9.5, label: "test")]).picture()
    let blank = try self.chart([]).picture()
    let lower = Int(layout.plot.maxY) - 30
    #expect(marked[column: Int(layout.x(8.2)), row: lower] != .white)
    #expect(blank[column: Int(layout.x(8.2)), row: lower] == .white)
    #expect(marked[column: Int(layout.x(9.7)), row: lower] == .white)
    let line = (Int(layout.plot.y)..<Int(layout.plot.maxY)).filter {
      marked[column: Int(layout.x(7.25)), row: $0] == Color(0x5A5A5A)
    }
    #expect(line.count > Int(layout.plot.height) / 3)
  }

  @Test func smoothingHasNoBiasAndSkipsGaps() {
    #expect(Smoothing.exponential([3, 3, 3], weight: 0.5) == [3, 3, 3])
    #expect(Smoothing.exponential([1, 4], weight: 0.5) == [1, 3])
    let gap = Smoothing.exponential([1, .nan, 4], weight: 0.5)
    #expect(gap[0] == 1 && gap[1].isNaN && gap[2] == 3)
    #expect(Smoothing.exponential([1, 4], weight: 0) == [1, 4])
    #expect(Smoothing.exponential([1, 4], weight: 1) == [1, 4])
  }

  @Test func fourteenSeriesHaveFourteenLooks() {
    var looks: Set<String> = []
    for index in 0..<28 {
      looks.insert("\(Palette.color(of: index)) \(Palette.dashes(of: index, width: 1))")
    }
    #expect(looks.count == 28)
    #expect(Palette.dashes(of: 6, width: 2).isEmpty && Palette.dashes(of: 7, width: 2) == [8, 4])
  }

  @Test func hundredThousandPointsAreReducedAndFast() throws {
    let x = (0..<100_000).map { Double($0) / 10_000 }
    var y = x.map { 0.3 + 0.1 * sin(1000 * $0) }
    y[50_003] = 0.9  // one outlier in one pixel column must stay
    let chart = chart([try .init("a", x: x, y: y), try .init("b", x: x, y: y)])
    let layout = try layout(of: chart)
    let curve = try #require(chart.curves(layout, columns: 1).first)
    #expect(curve.lines.count == 1 && curve.lines[0].count <= 4 * Int(layout.plot.width + 2))
    #expect(curve.lines[0].contains { abs($0.y - layout.y(0.9)) < 1e-6 })
    let time = try ContinuousClock().measure { _ = try chart.picture() }
    #expect(time < .seconds(1))
  }

  @Test func reducedLinesAreThoseOfAllPoints() throws {
    let values = (0..<3000).map { index in abs(sin(Double(index * index % 977))) }
    var reduction = Reduction(columns: 1)
    for (index, value) in values.enumerated() { reduction.add([Double(index) / 100, value]) }
    reduction.cut()
    for column in 0..<30 {
      let all = values[100 * column..<100 * (column + 1)]
      let kept = reduction.lines[0].filter { Int($0.x) == column }.map(\.y)
      #expect(kept.first == all.first && kept.last == all.last && kept.count <= 4)
      #expect(kept.min() == all.min() && kept.max() == all.max())
    }
  }

  @Test func emptyConstantAndInfiniteSeriesAreDrawn() throws {
    let wrong: [Double] = [.infinity, -.infinity, .nan, 1e300, -1e300]
    let cases: [([Double], [Double])] = [
      ([], []), ([1], [2]), ([1, 2], [0, 0]), ([1, 2], [5e-300, 5e-300]), ([5, 5], [1, 2]),
      (wrong, wrong), (wrong, [1, 2, 3, 4, 5]), ([1, 2, 3, 4, 5], wrong),
      ([1, 2], [-1.7e308, 1.7e308]), ([1, 2], [1e289, -1e289]),
      ([1e-200, 1e200], [1e-200, 1e200]),
    ]
    for (x, y) in cases {
      for scale in [Axis.Scale.linear, .logarithmic] {
        let series = try LineChart.Series("s", x: x, y: y, deviation: y, smoothing: 0.5)
        let chart = LineChart(
          x: Axis(scale: scale), y: Axis(scale: scale), series: [series, series])
        #expect(try chart.picture().width == 720)
      }
    }
    let mixed = LineChart(
      y: Axis(scale: .logarithmic),
      series: [try .init(x: [1, 2, 3, 4], y: [.infinity, 0, .nan, 1])])
    #expect(mixed.heading.subtitle == "1 infinite not shown  ·  1 not above 0 not shown")
    #expect(!LineChart(series: []).hasValues && mixed.hasValues)
    let empty = chart([])
    let note = try layout(of: empty).plot
    let picture = try empty.picture()
    let written = (0..<40).contains {
      picture[column: Int(note.x + note.width / 2) + $0, row: Int(note.y + note.height / 2)]
        != .white
    }
    #expect(written)
  }

  @Test func unusableRangesFallBackToTheData() throws {
    for range in [5.0...5.0, 0 ... .infinity, -1...1] {
      let chart = LineChart(
        y: Axis(scale: .logarithmic, range: range), series: [try .init(x: [0, 1], y: [1, 100])])
      let layout = try layout(of: chart)
      #expect(layout.y.projection.range.lowerBound > 0.5)
      #expect(layout.y.projection.range.upperBound < 200)
    }
  }

  @Test func scaleAndVectorsShowTheSame() throws {
    let chart = chart([
      try .init("a", x: [0, 10], y: [0.2, 0.8]), try .init("b", x: [0, 10], y: [0.3, 0.3]),
    ])
    let double = try chart.picture(width: 300, height: 200, scale: 2)
    #expect(double.width == 600 && double.height == 400)
    let layout = try chart.chartLayout(on: Canvas(width: 300, height: 200))
    let at = Position(layout.x(5), layout.y(0.3))
    #expect(double[column: Int(2 * at.x), row: Int(2 * at.y)] == vermillion)
    let svg = try chart.svg(width: 300, height: 200)
    #expect(svg.hasPrefix("<?xml") && svg.contains("</svg>"))
    #expect(svg.contains("width=\"300px\"") || svg.contains("width=\"300\""))
    #expect(try chart.picture() == chart.picture())
  }

  @Test func refusesUnequalCountsAndSmallSizes() throws {
    #expect(throws: ChartError.series(name: "a", places: 2, values: 1)) {
      _ = try LineChart.Series("a", x: [1, 2], y: [1])
    }
    #expect(throws: ChartError.series(name: "a", places: 2, values: 3)) {
      _ = try LineChart.Series("a", x: [1, 2], y: [1, 2], lower: [0, 0], upper: [1, 2, 3])
    }
    #expect(
      ChartError.series(name: "a", places: 2, values: 1).description
        == "chart: the series 'a' has 2 places on the x axis, but 1 values")
    #expect(throws: ChartError.noRoom(width: 60, height: 300)) {
      _ = try chart([]).picture(width: 60, height: 300)
    }
    #expect(throws: ChartError.noRoom(width: 300, height: 60)) {
      _ = try chart([]).picture(width: 300, height: 60)
    }
    for scale in [0, -1, .nan, .infinity] {
      #expect(throws: ChartError.self) { _ = try chart([]).picture(scale: scale) }
    }
    let canvas = try Canvas(width: 4, height: 4, medium: .vectors)
    #expect(throws: ChartError.self) { _ = try canvas.picture() }
    #expect(throws: ChartError.self) { _ = try Canvas(width: 4, height: 4).svg() }
  }
}
