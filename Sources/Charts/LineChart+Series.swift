extension LineChart {
  /// One curve: points (x, y) in their order, broken where a value is NaN.
  public struct Series: Equatable, Sendable {
    /// What the legend calls it; without a name it is not in the legend.
    public let name: String
    /// The places along the x axis.
    public let x: [Double]
    /// The values, one a place.
    public let y: [Double]
    /// The lower and upper edges of a pale band behind the line, one a place; nil for none.
    public let band: (lower: [Double], upper: [Double])?
    /// The weight of the exponential moving average drawn over the pale line of the values, in
    /// 0..<1; 0 for the values alone.
    public var smoothing: Double
    /// The line drawn over the pale line of the values, one a place, where the average is known
    /// already; `smoothing` does not count then.
    public private(set) var smoothed: [Double]?

    /// A curve of the values `y` at the places `x`.
    ///
    /// - Throws: `ChartError.series` unless there are as many of both.
    public init(
      _ name: String = "", x: [Double], y: [Double], smoothing: Double = 0
    ) throws(ChartError) {
      try self.init(name, x: x, y: y, smoothing: smoothing, band: nil)
    }

    /// A curve of values that were smoothed already, drawn over the pale line of the values `y`.
    ///
    /// - Throws: `ChartError.series` unless there are as many of all three.
    public init(
      _ name: String = "", x: [Double], y: [Double], smoothed: [Double]
    ) throws(ChartError) {
      guard smoothed.count == x.count else {
        throw .series(name: name, places: x.count, values: smoothed.count)
      }
      try self.init(name, x: x, y: y, smoothing: 0, band: nil)
      self.smoothed = smoothed
    }

    /// A curve with the band y ± `deviation` behind it, such as the mean of several runs and their
    /// standard deviation.
    ///
    /// - Throws: `ChartError.series` unless there are as many of all three.
    public init(
      _ name: String = "", x: [Double], y: [Double], deviation: [Double], smoothing: Double = 0
    ) throws(ChartError) {
      let count = min(y.count, deviation.count)
      guard y.count == deviation.count else {
        throw .series(name: name, places: x.count, values: count)
      }
      try self.init(
        name, x: x, y: y, lower: zip(y, deviation).map { $0 - $1 },
        upper: zip(y, deviation).map { $0 + $1 }, smoothing: smoothing)
    }

    /// A curve with a band from `lower` to `upper` behind it.
    ///
    /// - Throws: `ChartError.series` unless there are as many of all four.
    public init(
      _ name: String = "", x: [Double], y: [Double], lower: [Double], upper: [Double],
      smoothing: Double = 0
    ) throws(ChartError) {
      try self.init(name, x: x, y: y, smoothing: smoothing, band: (lower, upper))
    }

    private init(
      _ name: String, x: [Double], y: [Double], smoothing: Double,
      band: (lower: [Double], upper: [Double])?
    ) throws(ChartError) {
      for count in [y.count, band?.lower.count ?? x.count, band?.upper.count ?? x.count]
      where count != x.count {
        throw .series(name: name, places: x.count, values: count)
      }
      self.name = name
      self.x = x
      self.y = y
      self.band = band
      self.smoothing = smoothing
    }

    public static func == (first: Series, second: Series) -> Bool {
      func same(_ first: [Double]?, _ second: [Double]?) -> Bool { first == second }
      return first.name == second.name && first.x == second.x && first.y == second.y
        && same(first.band?.lower, second.band?.lower)
        && same(first.band?.upper, second.band?.upper) && first.smoothing == second.smoothing
        && same(first.smoothed, second.smoothed)
    }
  }

  /// The least and the greatest of the values that an axis can show.
  static func extent(
    of values: [[Double]], on scale: Axis.Scale
  ) -> ClosedRange<Double>? {
    var (low, high) = (Double.infinity, -Double.infinity)
    for values in values {
      for value in values where Projection.shows(value, on: scale) {
        low = min(low, value)
        high = max(high, value)
      }
    }
    return low <= high ? low...high : nil
  }

  /// Whether anything can be shown.
  package var hasValues: Bool {
    series.contains { series in
      zip(series.x, series.y).contains {
        Projection.shows($0, on: x.scale) && Projection.shows($1, on: y.scale)
      }
    }
  }

  /// The title lines, with a count of the values left out.
  package var heading: Heading {
    var infinite = 0
    var notPositive = 0
    for series in series {
      for (x, y) in zip(series.x, series.y) where !x.isNaN && !y.isNaN {
        if !Projection.shows(x, on: .linear) || !Projection.shows(y, on: .linear) {
          infinite += 1
        } else if !Projection.shows(x, on: self.x.scale) || !Projection.shows(y, on: self.y.scale) {
          notPositive += 1
        }
      }
    }
    return Heading(
      title: title, subtitle: subtitle,
      notes: [
        infinite == 0 ? "" : "\(infinite) infinite not shown",
        notPositive == 0 ? "" : "\(notPositive) not above 0 not shown",
      ])
  }
}
