/// Where the curves of two groups part, by steps.
public struct Parting: Sendable, Equatable, Encodable {
  /// What is compared.
  public enum Kind: String, Codable, Sendable {
    /// The rows of two runs, value by value.
    case rows
    /// Mean ± standard deviation of two groups (of a single run, its curve): they part where these
    /// have no value in common.
    case bands
  }

  /// The index of the one group.
  public let first: Int
  /// The index of the other.
  public let second: Int
  /// What is compared.
  public let kind: Kind
  /// The first step at which they are apart; nil where they never are.
  public let step: Int?
  /// The step from which on they are apart to the end of the shorter curve; nil where they are
  /// together there.
  public let lastingFrom: Int?
  /// The greatest distance between the two curves, of groups between their means; nil where no
  /// finite values were compared.
  public let greatestDistance: Double?
  /// How many steps were compared: those that both have, by rows, or all of both within their
  /// common range, by bands.
  public let compared: Int

  /// Compares two runs at the steps of which both have a row.
  init(_ first: Int, _ second: Int, rows a: Course, _ b: Course) {
    var apart = Apart()
    var j = 0
    for (i, place) in a.x.enumerated() {
      while j < b.x.count, b.x[j] < place { j += 1 }
      guard j < b.x.count else { break }
      guard b.x[j] == place else { continue }
      let (one, other) = (a.values[i], b.values[j])
      apart.add(place, abs(one - other), one != other && !(one.isNaN && other.isNaN))
    }
    (self.first, self.second, kind) = (first, second, .rows)
    (step, lastingFrom) = (apart.step, apart.lastingFrom)
    (greatestDistance, compared) = (apart.greatest, apart.count)
  }

  /// Compares the bands of two groups, between their places on straight lines.
  init(_ first: Int, _ second: Int, bands a: FoldedCurve, _ b: FoldedCurve) {
    let places = Course.union(a.x, b.x)
    func values(_ curve: FoldedCurve) -> (mean: [Double], deviation: [Double]) {
      (
        Course(x: curve.x, values: curve.mean).values(at: places),
        Course(x: curve.x, values: curve.deviation).values(at: places)
      )
    }
    let (one, other) = (values(a), values(b))
    var apart = Apart()
    for (index, place) in places.enumerated() {
      let distance = abs(one.mean[index] - other.mean[index])
      guard distance.isFinite else { continue }
      apart.add(place, distance, distance > one.deviation[index] + other.deviation[index])
    }
    (self.first, self.second, kind) = (first, second, .bands)
    (step, lastingFrom) = (apart.step, apart.lastingFrom)
    (greatestDistance, compared) = (apart.greatest, apart.count)
  }

  /// Follows two curves from step to step.
  private struct Apart {
    var step: Int?
    var lastingFrom: Int?
    var greatest: Double?
    var count = 0

    mutating func add(_ place: Double, _ distance: Double, _ isApart: Bool) {
      count += 1
      if distance.isFinite { greatest = max(greatest ?? 0, distance) }
      guard isApart else {
        lastingFrom = nil
        return
      }
      // Steps are whole numbers of at most 2^53.
      let place = Int(exactly: place.rounded()) ?? .max
      step = step ?? place
      lastingFrom = lastingFrom ?? place
    }
  }
}
