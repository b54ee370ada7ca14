import TandemCharts

/// The values of one run at ascending places.
struct Course: Equatable, Sendable {
  /// Finite, each greater than the one before.
  private(set) var x: [Double] = []
  private(set) var values: [Double] = []
  /// How many points were left out because they lay behind the one before.
  private(set) var leftOut = 0

  /// The values at their places. Of points at one place the last counts; one that lies behind the
  /// point before it, or nowhere, is left out.
  init(x places: [Double], values: [Double]) {
    x.reserveCapacity(places.count)
    self.values.reserveCapacity(places.count)
    var last = -Double.infinity
    for (place, value) in zip(places, values) {
      if place.isFinite, place > last {
        x.append(place)
        self.values.append(value)
        last = place
      } else if !x.isEmpty, place == last {
        self.values[self.values.count - 1] = value
      } else {
        leftOut += 1
      }
    }
  }

  /// The course smoothed by the exponential average without bias, row by row.
  func smoothed(_ weight: Double) -> Course {
    var course = self
    course.values = Smoothing.exponential(values, weight: weight)
    return course
  }

  /// The values at other ascending places, between points on the straight line; NaN before the
  /// first point, behind the last and beside one that is not finite.
  func values(at places: [Double]) -> [Double] {
    if places == x { return values }
    let (x, values) = (x, values)
    var next = 0
    return places.map { place in
      while next < x.count, x[next] < place { next += 1 }
      guard next < x.count else { return .nan }
      if x[next] == place { return values[next] }
      guard next > 0, values[next].isFinite, values[next - 1].isFinite else { return .nan }
      let part = (place - x[next - 1]) / (x[next] - x[next - 1])
      return values[next - 1] + part * (values[next] - values[next - 1])
    }
  }

  /// All places of two ascending lists, ascending, each once.
  static func union(_ a: [Double], _ b: [Double]) -> [Double] {
    if a == b { return a }
    var places: [Double] = []
    places.reserveCapacity(a.count + b.count)
    var (i, j) = (0, 0)
    while i < a.count || j < b.count {
      if j == b.count || (i < a.count && a[i] < b[j]) {
        places.append(a[i])
        i += 1
      } else {
        if i < a.count, a[i] == b[j] { i += 1 }
        places.append(b[j])
        j += 1
      }
    }
    return places
  }
}
