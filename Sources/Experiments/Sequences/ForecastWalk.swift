import Foundation
import TandemCharts
import TandemDatasets

/// Forecasts of the next step, each from the real history before it, beside what came: a walk
/// through the parts of a series that are not learnt from.
struct ForecastWalk {
  /// Rows of the table, in the order of time.
  let rows: [Int]
  /// What was observed there, in the unit of the data.
  let truth: [Double]
  /// What was forecast.
  let forecast: [Double]
  /// The values one row earlier: the naive forecast.
  let naive: [Double]
  /// The first row of the test part; nil where there is none.
  let testStart: Int?

  init(_ forecasts: [(row: Int, value: Double)], _ windows: ForecastWindows) {
    let series = windows.table.values[0]
    rows = forecasts.map(\.row)
    forecast = forecasts.map(\.value)
    truth = rows.map { series[$0] }
    naive = rows.map { series[$0 - 1] }
    testStart = windows.count(of: .test) > 0 ? windows.rows(of: .test).lowerBound : nil
  }

  /// The root mean squared error over the test part or, where there is none, over all rows.
  var error: Double { error(of: forecast) }

  /// That of forecasting that the last value stays.
  var naiveError: Double { error(of: naive) }

  private func error(of forecast: [Double]) -> Double {
    let squares = rows.indices.filter { rows[$0] >= testStart ?? 0 }
      .map { (forecast[$0] - truth[$0]) * (forecast[$0] - truth[$0]) }
    return (squares.reduce(0, +) / Double(max(squares.count, 1))).squareRoot()
  }

  /// Forecast and truth over time.
  func chart(of windows: ForecastWindows, unit: String, step: Int) throws -> ForecastChart {
    try ForecastChart(
      times: rows.map { Double($0) }, truth: truth, forecast: forecast,
      testStart: testStart.map { Double($0) },
      title: "step \(step)   RMSE \(short(error))   repeating the last value \(short(naiveError))",
      x: Axis("row of the table"), y: Axis(windows.table.columns[0], unit: unit))
  }

  /// A number in four digits.
  private func short(_ value: Double) -> String { String(format: "%.4g", value) }
}
