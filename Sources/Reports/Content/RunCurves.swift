import TandemComparison
import TandemRuns

/// The curves of a run, as the page's script reads them.
struct RunCurves: Encodable {
  /// The points of all metrics on the three axes, ascending in steps; NaN where the file has none.
  struct Axis: Encodable {
    var step: [Int] = []
    var epoch: [Double] = []
    var seconds: [Double] = []
  }

  /// The values of one metric.
  struct Series: Encodable {
    let name: String
    /// The places of the values on the axis; nil where there is one for each.
    let rows: [Int]?
    let values: [Double]
  }

  private(set) var axis = Axis()
  private(set) var series: [Series] = []
  /// Metrics whose curves lost points.
  private(set) var thinned = 0

  /// The curves of at most `limit` points.
  init(_ history: MetricsHistory, limit: Int) {
    var curves: [(name: String, points: [Point], values: [Double])] = []
    for name in history.keys {
      guard let whole = history.series(name) else { continue }
      let kept = CurveThinning.kept([whole.values], limit: limit)
      if kept.count < whole.values.count { thinned += 1 }
      // A damaged file may hold steps out of order; Swift's sort keeps equal ones in theirs.
      let order = kept.sorted { whole.steps[$0] < whole.steps[$1] }
      curves.append(
        (
          name,
          order.map {
            Point(step: whole.steps[$0], seconds: whole.seconds[$0], epoch: whole.epochs[$0])
          },
          order.map { whole.values[$0] }
        ))
    }
    let points = Set(curves.lazy.flatMap(\.points)).sorted()
    for point in points {
      axis.step.append(point.step)
      axis.epoch.append(point.epoch)
      axis.seconds.append(point.seconds)
    }
    let places = Dictionary(uniqueKeysWithValues: points.enumerated().map { ($1, $0) })
    series = curves.map { curve in
      let rows = curve.points.compactMap { places[$0] }
      let isWhole = rows.elementsEqual(points.indices)
      return Series(name: curve.name, rows: isWhole ? nil : rows, values: curve.values)
    }
  }

  /// A row's place on the axes; equal where all its numbers have the same bits, NaN included.
  private struct Point: Hashable, Comparable {
    let step: Int
    let seconds: Double
    let epoch: Double

    static func == (a: Point, b: Point) -> Bool {
      a.step == b.step && a.seconds.bitPattern == b.seconds.bitPattern
        && a.epoch.bitPattern == b.epoch.bitPattern
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(step)
      hasher.combine(seconds.bitPattern)
      hasher.combine(epoch.bitPattern)
    }

    static func < (a: Point, b: Point) -> Bool {
      (a.step, a.seconds) < (b.step, b.seconds)
    }
  }
}
