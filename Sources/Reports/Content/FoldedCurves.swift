import TandemComparison

/// The curves of a comparison, as the page's script reads them.
struct FoldedCurves: Encodable {
  /// Runs that are shown as one.
  struct Group: Encodable {
    let name: String
    /// Their places among the page's runs.
    let runs: [Int]
    let curves: [Curve]
  }

  /// One metric of a group.
  struct Curve: Encodable {
    let name: String
    /// The places along the quantity, ascending.
    let x: [Double]
    let values: [Double]
    /// The edges of the band behind the line; nil for none.
    let lower: [Double]?
    let upper: [Double]?
    /// The values before smoothing, where they are of one run and were smoothed.
    let raw: [Double]?
  }

  let quantity: Quantity
  let isLogarithmic: Bool
  /// What bands are, and how curves were smoothed.
  let meaning: [String]
  let groups: [Group]
  /// Curves that lost points.
  let thinned: Int

  /// The curves of at most `limit` points.
  init(_ comparison: Comparison, _ drawing: Comparison.Drawing, limit: Int) {
    quantity = comparison.request.quantity
    isLogarithmic = drawing.isLogarithmic
    meaning = comparison.meaning
    var thinned = 0
    var end = 0
    groups = comparison.groups.enumerated().map { index, group in
      let start = end
      end += group.runs.count
      let curves = comparison.metrics.compactMap { metric -> Curve? in
        guard let whole = metric.curves[index] else { return nil }
        let curve = whole.thinned(limit: limit)
        if curve.x.count < whole.x.count { thinned += 1 }
        let band = curve.band
        return Curve(
          name: metric.name, x: curve.x, values: curve.mean, lower: band?.lower,
          upper: band?.upper, raw: curve.raw)
      }
      return Group(name: group.label, runs: Array(start..<end), curves: curves)
    }
    self.thinned = thinned
  }
}
