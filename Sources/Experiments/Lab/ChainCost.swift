import TandemCharts
import TandemRuns
import TandemTensors

/// What the gradients of a chain of weights cost: each weight's chain by itself, and all of them in
/// one pass from back to front.
///
/// `de/dw_i` is the product of the weights behind w_i and the value in front of it. By itself each
/// takes the way from the error to its weight anew, `n + (n - 1) + …` in all; from back to front
/// what reaches one layer is what the layer before it needs. Both are counted as they run.
public struct ChainCost: Sendable {
  /// What a chain of one length took, in multiplications.
  public struct Row: Sendable, Equatable {
    public let depth: Int
    /// The gradient of each weight found by itself, all together.
    public let alone: Int
    /// All gradients in one backward pass.
    public let together: Int
  }

  public let rows: [Row]

  /// Counts the multiplications for chains of these lengths.
  public init(depths: ClosedRange<Int>) {
    rows = depths.map { depth in
      let weights = (0..<depth).map { Tensor(0.5 + 0.1 * Double($0 % 5), .float64).tracked }
      let x = Tensor(0.7, .float64)
      let error = weights.reduce(x) { $1 * $0 }
      func count(_ body: () -> [Tensor]) -> Int {
        OperationCount.measured(body).count.multiplications
      }
      let alone = weights.reduce(0) { total, weight in
        total + count { error.gradients(of: [weight], keepGraph: true) }
      }
      return Row(depth: depth, alone: alone, together: count { error.gradients(of: weights) })
    }
  }

  /// The counts over the chain's length.
  public func chart() throws -> LineChart {
    let depths = rows.map { Double($0.depth) }
    return LineChart(
      title: "What the gradients of a chain cost",
      subtitle: "multiplications, counted as they ran",
      x: Axis("weights in the chain"), y: Axis("multiplications"),
      series: [
        try LineChart.Series(
          "each weight's chain alone", x: depths, y: rows.map { Double($0.alone) }),
        try LineChart.Series("one backward pass", x: depths, y: rows.map { Double($0.together) }),
      ])
  }

  /// The counts as a table.
  var text: String {
    var table = TextTable([
      ("WEIGHTS", .right), ("EACH ALONE", .right), ("ONE PASS", .right),
    ])
    for row in rows { table.add(["\(row.depth)", "\(row.alone)", "\(row.together)"]) }
    return """
      Multiplications of the gradients of e = w_n … w_1 x by all its weights, counted as they ran: \
      each by itself
      from the error on, n (n + 1) / 2, and all in one pass from back to front, 2n - 1.

      \(table.text)

      """
  }
}
