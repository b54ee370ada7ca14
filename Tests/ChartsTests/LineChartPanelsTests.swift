import TandemCharts
import Testing

/// Charts below each other.
@Suite struct LineChartPanelsTests {
  private func panels(_ count: Int, names: [String] = ["a", "b"]) throws -> LineChartPanels {
    let panels = try (0..<count).map { index in
      LineChart(
        x: Axis("step"), y: Axis("metric \(index)"),
        series: try names.enumerated().map { place, name in
          // Values of very different widths of labels.
          let scale = Double(place + 1) * (index == 0 ? 1 : 123_456)
          return try .init(name, x: [0, 10], y: [0.5 * scale, 0.7 * scale])
        })
    }
    return LineChartPanels(title: "title", subtitle: "subtitle", panels: panels)
  }

  /// The columns of pixels in which a row has a colour.
  private func columns(_ picture: Picture, _ color: Color, rows: Range<Int>) -> [Int] {
    (0..<picture.width).filter { column in
      rows.contains { picture[column: column, row: $0] == color }
    }
  }

  @Test func plotsOfAColumnBeginAndEndTogether() throws {
    let chart = try panels(2)
    let (width, height) = try chart.size()
    let picture = try chart.picture(width: width, height: height)
    let middle = height / 2
    // Vermillion is the second series, which crosses each plot from end to end.
    let vermillion = Color(0xD55E00)
    let upper = columns(picture, vermillion, rows: 80..<middle)
    let lower = columns(picture, vermillion, rows: middle + 20..<height)
    #expect(abs(try #require(upper.last) - (try #require(lower.last))) <= 1)
    #expect(abs(try #require(upper.first) - (try #require(lower.first))) <= 1)
    #expect(upper.count > width / 2)
  }

  @Test func oneLegendNamesTheSeriesOfAll() throws {
    let named = try panels(2)
    let (width, height) = try named.size()
    let (_, less) = try panels(2, names: ["a"]).size()
    #expect(height > less)
    // The legend's piece of a line is the only vermillion above the plots.
    let picture = try named.picture(width: width, height: height)
    #expect(columns(picture, Color(0xD55E00), rows: 0..<74).count == 22)
  }

  @Test func manyPanelsStandSideBySide() throws {
    let (one, two) = (try panels(3), try panels(4))
    #expect(one.columns == 1 && two.columns == 2)
    #expect(try two.size().width == 2 * one.size().width)
    #expect(try two.size().height < one.size().height)
    let many = try panels(5, names: (0..<60).map { "a run of the name \($0)" })
    let (width, height) = try many.size()
    #expect(try many.picture(width: width, height: height).height == height)
    #expect(try many.svg(width: width, height: height).contains("</svg>"))
  }

  @Test func aCanvasTooSmallHasNoRoom() throws {
    let chart = try panels(3)
    #expect(throws: ChartError.self) { try chart.picture(width: 300, height: 90) }
  }
}
