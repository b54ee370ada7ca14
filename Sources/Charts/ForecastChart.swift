/// A forecast beside what came: both over time, the test part tinted, the error in the subtitle.
public struct ForecastChart: Chart {
  /// The line in bold above the plot.
  public var title: String
  /// The horizontal axis, time.
  public var x: Axis
  /// The vertical axis; its unit is that of the error too.
  public var y: Axis
  /// When each value was observed.
  public let times: [Double]
  /// What was observed; NaN where nothing was.
  public let truth: [Double]
  /// What was forecast; NaN where nothing was.
  public let forecast: [Double]
  /// When the test part begins; it lasts to the end. Without one all of it is a test.
  public var testStart: Double?

  /// A chart of a forecast.
  ///
  /// - Throws: `ChartError.series` unless there are as many values as times.
  public init(
    times: [Double], truth: [Double], forecast: [Double], testStart: Double? = nil,
    title: String = "", x: Axis = Axis("time"), y: Axis = Axis()
  ) throws(ChartError) {
    for (name, count) in [("truth", truth.count), ("forecast", forecast.count)]
    where count != times.count {
      throw .series(name: name, places: times.count, values: count)
    }
    (self.times, self.truth, self.forecast) = (times, truth, forecast)
    (self.testStart, self.title, self.x, self.y) = (testStart, title, x, y)
  }

  /// The root mean squared error, √(Σ (forecast - truth)² / n), over the times of the test part
  /// that have both values, and their number n; nil where there are none.
  public var error: (rmse: Double, count: Int)? {
    var sum = 0.0
    var count = 0
    for (time, (truth, forecast)) in zip(times, zip(truth, forecast))
    where time >= testStart ?? -.infinity && truth.isFinite && forecast.isFinite {
      sum += (forecast - truth) * (forecast - truth)
      count += 1
    }
    return count == 0 ? nil : ((sum / Double(count)).squareRoot(), count)
  }

  /// The curves, the marker of the test part and the error.
  ///
  /// - Throws: nothing that the initialiser would not have thrown.
  public func lineChart() throws(ChartError) -> LineChart {
    let unit = y.unit.isEmpty ? "" : " \(y.unit)"
    let part = testStart == nil ? "" : " of the test part"
    let subtitle =
      error.map {
        "RMSE \(Ticks.text($0.rmse))\(unit) over \($0.count) "
          + ($0.count == 1 ? "value" : "values") + part
      } ?? "no value\(part) has a forecast"
    let last = times.filter { $0.isFinite }.max()
    return LineChart(
      title: title, subtitle: subtitle, x: x, y: y,
      series: [
        try LineChart.Series("truth", x: times, y: truth),
        try LineChart.Series("forecast", x: times, y: forecast),
      ],
      markers: testStart.map { [LineChart.Marker(at: $0, to: last, label: "test")] } ?? [])
  }

  public func draw(on canvas: Canvas) throws(ChartError) {
    try lineChart().draw(on: canvas)
  }
}
