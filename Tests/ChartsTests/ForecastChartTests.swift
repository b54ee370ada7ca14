import TandemCharts
import Testing

@Suite struct ForecastChartTests {
  private let times = [1.0, 2, 3, 4, 5]
  private let truth = [10.0, 20, 30, .nan, 50]
  private let forecast = [.nan, 0, 33, 40, 46]

  @Test func theErrorIsThatOfTheTestPart() throws {
    var chart = try ForecastChart(
      times: times, truth: truth, forecast: forecast, testStart: 3, y: Axis("level", unit: "m"))
    // (3² + 4²) / 2 = 12.5
    #expect(chart.error?.rmse == 12.5.squareRoot() && chart.error?.count == 2)
    let lines = try chart.lineChart()
    #expect(lines.subtitle == "RMSE 3.54 m over 2 values of the test part")
    #expect(lines.markers == [LineChart.Marker(at: 3, to: 5, label: "test")])
    #expect(lines.series.map(\.name) == ["truth", "forecast"])
    chart.testStart = nil
    #expect(chart.error?.count == 3)
    #expect(try chart.lineChart().markers.isEmpty)
    chart.testStart = 6
    #expect(chart.error == nil)
    #expect(try chart.lineChart().subtitle == "no value of the test part has a forecast")
    #expect(try chart.picture().height == 440)
  }

  @Test func refusesUnequalCounts() {
    #expect(throws: ChartError.series(name: "forecast", places: 5, values: 1)) {
      _ = try ForecastChart(times: times, truth: truth, forecast: [1])
    }
  }
}
