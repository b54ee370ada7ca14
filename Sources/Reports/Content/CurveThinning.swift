/// Which points of a long curve are kept.
package enum CurveThinning {
  /// The indices of at most about `limit` values that show what all of them do: the first, the
  /// last, and of each of equal stretches between them the least and the greatest value and the
  /// first that is not finite. Ascending; all where there are no more than `limit`.
  package static func kept(_ values: [Double], limit: Int) -> [Int] {
    let count = values.count
    guard count > max(limit, 2) else { return Array(values.indices) }
    // Two a stretch, three where a value that is not finite comes to them.
    let perStretch = values.allSatisfy(\.isFinite) ? 2 : 3
    let stretches = max(1, (limit - 2) / perStretch)
    var kept = [0]
    for stretch in 0..<stretches {
      let start = 1 + stretch * (count - 2) / stretches
      let end = 1 + (stretch + 1) * (count - 2) / stretches
      var (least, greatest, broken): (Int?, Int?, Int?) = (nil, nil, nil)
      for index in start..<end {
        let value = values[index]
        guard value.isFinite else {
          broken = broken ?? index
          continue
        }
        if least.map({ value < values[$0] }) ?? true { least = index }
        if greatest.map({ value > values[$0] }) ?? true { greatest = index }
      }
      kept += Set([least, greatest, broken].compactMap { $0 }).sorted()
    }
    return kept + [count - 1]
  }
}
