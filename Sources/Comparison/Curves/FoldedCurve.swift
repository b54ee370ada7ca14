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

  /// Folds the courses of a group's runs.
  ///
  /// Each run is smoothed before the runs are folded, so that the band is the spread of the runs
  /// and not of their steps. Beyond the end of a run the mean is over the others.
  ///
  /// - Parameter smoothing: the weight of the exponential average, in 0..<1; 0 for none.
  init(_ courses: [Course], smoothing: Double = 0) {
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

  /// Whether anywhere more than one run counts, so that there is a band to draw.
  public var hasBand: Bool { counts.contains { $0 > 1 } }

  /// The curve with only the points that a drawing of so many columns shows: of those within a
  /// column the first, the last, and the lowest and highest of mean, band and raw values (as
  /// M4 of Jugel and others, 2014).
  public func thinned(columns: Int = 2000) -> FoldedCurve {
    guard columns > 0, x.count > 8 * columns, let start = x.first, let end = x.last, start < end
    else { return self }
    let (x, mean, deviation) = (x, mean, deviation)
    let courses =
      [mean] + (raw.map { [$0] } ?? [])
      + (hasBand
        ? [zip(mean, deviation).map { $0 - $1 }, zip(mean, deviation).map { $0 + $1 }] : [])
    let scale = Double(columns) / (end - start)
    var kept: [Int] = []
    var first = 0
    while first < x.count {
      let column = ((x[first] - start) * scale).rounded(.down)
      var last = first
      while last + 1 < x.count, ((x[last + 1] - start) * scale).rounded(.down) == column {
        last += 1
      }
      var indices: Set<Int> = [first, last]
      for values in courses {
        var (low, high) = (-1, -1)
        for index in first...last where values[index].isFinite {
          if low < 0 || values[index] < values[low] { low = index }
          if high < 0 || values[index] > values[high] { high = index }
        }
        if low >= 0 { indices.formUnion([low, high]) }
      }
      // A gap in the curve stays one.
      if let gap = (first...last).first(where: { !mean[$0].isFinite }) { indices.insert(gap) }
      kept += indices.sorted()
      first = last + 1
    }
    var curve = self
    curve.x = kept.map { x[$0] }
    curve.mean = kept.map { mean[$0] }
    curve.deviation = kept.map { deviation[$0] }
    curve.counts = kept.map { counts[$0] }
    curve.raw = raw.map { raw in kept.map { raw[$0] } }
    return curve
  }
}
