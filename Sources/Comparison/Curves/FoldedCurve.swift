/// The curve of a group: the mean of its runs and their standard deviation, at common places.
public struct FoldedCurve: Equatable, Sendable {
  /// The places of all runs, ascending.
  public private(set) var x: [Double]
  /// The mean over the runs that have a finite value there, between their rows by interpolation;
  /// NaN where none has one.
  public private(set) var mean: [Double]
  /// The sample standard deviation of those values; 0 where there is one.
  public private(set) var deviation: [Double]
  /// How many values there were.
  public private(set) var counts: [Int]
  /// The values before smoothing, where the curve is of one run and was smoothed.
  public private(set) var raw: [Double]?
  /// The values that the metric can have.
  private let range: ClosedRange<Double>

  /// Folds the courses of a group's runs.
  ///
  /// Each run is smoothed before the runs are folded, so that the band is the spread of the runs
  /// and not of their steps. Beyond the end of a run the mean is over the others.
  ///
  /// - Parameters:
  ///   - smoothing: the weight of the exponential average, in 0..<1; 0 for none.
  ///   - range: the values that the metric can have.
  init(
    _ courses: [Course], smoothing: Double = 0,
    range: ClosedRange<Double> = -.infinity ... .infinity
  ) {
    self.range = range
    let smooth = smoothing > 0 ? courses.map { $0.smoothed(smoothing) } : courses
    guard let first = smooth.first else {
      (x, mean, deviation, counts) = ([], [], [], [])
      return
    }
    if smooth.count == 1 {
      x = first.x
      mean = first.values.map { $0.isFinite ? $0 : .nan }
      deviation = [Double](repeating: 0, count: x.count)
      counts = mean.map { $0.isNaN ? 0 : 1 }
      raw = smoothing > 0 ? courses[0].values : nil
      return
    }
    let places = smooth.dropFirst().reduce(first.x) { Course.union($0, $1.x) }
    let values = smooth.map { $0.values(at: places) }
    var sums = [Double](repeating: 0, count: places.count)
    var numbers = [Int](repeating: 0, count: places.count)
    for values in values {
      for index in places.indices where values[index].isFinite {
        sums[index] += values[index]
        numbers[index] += 1
      }
    }
    let means = zip(sums, numbers).map { $1 > 0 ? $0 / Double($1) : .nan }
    var squares = [Double](repeating: 0, count: places.count)
    for values in values {
      for index in places.indices where values[index].isFinite {
        let distance = values[index] - means[index]
        squares[index] += distance * distance
      }
    }
    x = places
    mean = means
    deviation = zip(squares, numbers).map { $1 > 1 ? ($0 / Double($1 - 1)).squareRoot() : 0 }
    counts = numbers
  }

  /// The edges of the band mean ± deviation, cut where the metric's values end: no run has an
  /// accuracy above 1. Nil where there is no band to draw.
  public var band: (lower: [Double], upper: [Double])? {
    guard counts.contains(where: { $0 > 1 }) else { return nil }
    let (least, greatest) = (range.lowerBound, range.upperBound)
    return (
      zip(mean, deviation).map { max($0 - $1, least) },
      zip(mean, deviation).map { min($0 + $1, greatest) }
    )
  }

  /// The curve with at most about `limit` of its points, which keep what sticks out of mean, band
  /// and raw values.
  package func thinned(limit: Int) -> FoldedCurve {
    let edges = band.map { [$0.lower, $0.upper] } ?? []
    let kept = CurveThinning.kept([mean] + edges + (raw.map { [$0] } ?? []), limit: limit)
    guard kept.count < x.count else { return self }
    func pick<Value>(_ values: [Value]) -> [Value] { kept.map { values[$0] } }
    var curve = self
    (curve.x, curve.mean, curve.deviation) = (pick(x), pick(mean), pick(deviation))
    (curve.counts, curve.raw) = (pick(counts), raw.map(pick))
    return curve
  }
}
