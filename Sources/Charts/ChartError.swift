/// What can be wrong with a chart.
public enum ChartError: Error, Equatable, Sendable {
  /// Cairo reported a status other than success; `status` is its text.
  case cairo(doing: String, status: String)
  /// A picture needs 1 to 32767 pixels a side, the range Cairo can draw.
  case size(width: Int, height: Int)
  /// The picture leaves no room for a chart of this domain beside its labels.
  case noRoom(width: Int, height: Int)
  /// A picture's pixels are not three bytes for each of width × height.
  case pixels(width: Int, height: Int, count: Int)
  /// A domain's bounds are not finite, or its width or height is zero.
  case domain(x: ClosedRange<Float>, y: ClosedRange<Float>)
  /// A posterior map's values are not columns × rows many, or there are none.
  case posterior(columns: Int, rows: Int, count: Int)
  /// A series has not one value, or one edge of its band, for each place on the x axis.
  case series(name: String, places: Int, values: Int)
  /// A heat map's values are not columns × rows many, or it has not one name a row.
  case heatMap(columns: Int, rows: Int, what: String, count: Int)
}

extension ChartError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .cairo(let doing, let status):
      "chart: Cairo failed \(doing): \(status)"
    case .size(let width, let height):
      "chart: a size of \(width)x\(height) pixels is outside 1...32767 a side"
    case .noRoom(let width, let height):
      "chart: \(width)x\(height) pixels leave no room for the plot beside its labels"
    case .pixels(let width, let height, let count):
      "chart: a picture of \(width)x\(height) pixels needs 3 bytes for each, not \(count) bytes"
    case .domain(let x, let y):
      "chart: the domain x \(x), y \(y) must be finite and wider and higher than zero"
    case .posterior(let columns, let rows, let count):
      "chart: a posterior map of \(columns) columns and \(rows) rows cannot have \(count) values"
    case .series(let name, let places, let values):
      "chart: the series '\(name)' has \(places) places on the x axis, but \(values) values"
    case .heatMap(let columns, let rows, let what, let count):
      "chart: a heat map of \(columns) columns and \(rows) rows cannot have \(count) \(what)"
    }
  }
}
