/// Which points of a long curve are kept.
package enum CurveThinning {
  /// The indices of at most about `limit` points that show what all of them do: the first, the
  /// last, and of each of equal stretches between them, in each of the curve's courses, the least
  /// and the greatest value and the first that is not finite. Ascending; all where there are no
  /// more than `limit`.
  ///
  /// - Parameter courses: Values at the same places, such as a mean and the edges of its band.
  package static func kept(_ courses: [[Double]], limit: Int) -> [Int] {
    let count = courses.first?.count ?? 0
    guard count > max(limit, 2) else { return Array(0..<count) }
    // Two a stretch, three where a value that is not finite comes to them.
    let perStretch = courses.reduce(0) { $0 + ($1.allSatisfy(\.isFinite) ? 2 : 3) }
    let stretches = max(1, (limit - 2) / perStretch)
    var kept = [0]
    for stretch in 0..<stretches {
      let start = 1 + stretch * (count - 2) / stretches
      let end = 1 + (stretch + 1) * (count - 2) / stretches
      var chosen: Set<Int> = []
      for values in courses { chosen.formUnion(extremes(of: values, in: start..<end)) }
      kept += chosen.sorted()
    }
    return kept + [count - 1]
  }

  private static func extremes(of values: [Double], in stretch: Range<Int>) -> [Int] {
    var (least, greatest, broken): (Int?, Int?, Int?) = (nil, nil, nil)
    for index in stretch {
      let value = values[index]
      guard value.isFinite else {
        broken = broken ?? index
        continue
      }
      if least.map({ value < values[$0] }) ?? true { least = index }
      if greatest.map({ value > values[$0] }) ?? true { greatest = index }
    }
    return [least, greatest, broken].compactMap { $0 }
  }
}
