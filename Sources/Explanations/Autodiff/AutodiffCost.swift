import Foundation
import TandemCharts
import TandemRuns
import TandemTensors

/// What the Jacobian of a network costs in forward and in reverse mode, counted as it is computed.
///
/// The network has n inputs, a layer of tanh units and m outputs, `W_2 tanh(W_1 x)`. Forward mode
/// finds the Jacobian by columns, one for each input, reverse mode by rows, one for each output.
public struct AutodiffCost: Sendable, JSONReport {
  /// One network.
  public struct Row: Sendable, Encodable {
    public let inputs: Int
    public let outputs: Int
    /// Multiplications of the network itself.
    public let evaluation: Int
    /// Multiplications of the whole Jacobian by columns, the evaluation among them.
    public let forward: Int
    /// Multiplications of the whole Jacobian by rows, the evaluation among them.
    public let reverse: Int
    /// The greatest difference between the two Jacobians' elements.
    public let difference: Double

    /// Which mode takes less.
    public var winner: String {
      forward < reverse ? "forward" : forward > reverse ? "reverse" : "equal"
    }
  }

  /// Units of the hidden layer.
  public let hidden: Int
  /// The networks, those of few inputs first.
  public let rows: [Row]

  /// Counts for every pair of these numbers of inputs and outputs.
  public init(inputs: [Int], outputs: [Int], hidden: Int = 16) {
    self.hidden = hidden
    rows = inputs.flatMap { inputs in
      outputs.map { AutodiffCost.measure(inputs: inputs, hidden: hidden, outputs: $0) }
    }
  }

  private static func measure(inputs: Int, hidden: Int, outputs: Int) -> Row {
    var random = RandomStream(seed: 1, name: "autodiff-cost")
    let w1 = random.normal([hidden, inputs], deviation: 1 / Double(inputs).squareRoot(), .float64)
    let w2 = random.normal([outputs, hidden], deviation: 1 / Double(hidden).squareRoot(), .float64)
    let x = random.normal([1, inputs], .float64)
    func network(_ x: Tensor) -> Tensor { x.linear(w1).tanh().linear(w2) }
    func unit(_ index: Int, of count: Int) -> Tensor {
      Tensor((0..<count).map { $0 == index ? 1 : 0 }, [1, count], .float64)
    }

    let evaluation = OperationCount.measured { network(x) }.count
    let (columns, forward) = OperationCount.measured {
      let map = Linearization(of: { network($0[0]) }, at: [x])
      return (0..<inputs).map { map([unit($0, of: inputs)]).values }
    }
    let (rows, reverse) = OperationCount.measured {
      let leaf = x.tracked
      let y = network(leaf)
      return (0..<outputs).map {
        y.gradient(of: leaf, upstream: unit($0, of: outputs), keepGraph: true).values
      }
    }
    var difference = 0.0
    for row in 0..<outputs {
      for column in 0..<inputs {
        difference = max(difference, abs(rows[row][column] - columns[column][row]))
      }
    }
    return Row(
      inputs: inputs, outputs: outputs, evaluation: evaluation.multiplications,
      forward: forward.multiplications, reverse: reverse.multiplications, difference: difference)
  }

  /// The counts as a table, and what was counted.
  public var text: String {
    var table = TextTable([
      ("INPUTS", .right), ("OUTPUTS", .right), ("NETWORK", .right), ("FORWARD MODE", .right),
      ("REVERSE MODE", .right), ("LESS", .left),
    ])
    for row in rows {
      table.add([
        "\(row.inputs)", "\(row.outputs)", "\(row.evaluation)", "\(row.forward)",
        "\(row.reverse)", row.winner,
      ])
    }
    let worst = rows.map(\.difference).max() ?? 0
    return """
      \(table.text)
      Multiplications, counted as they ran in float64. NETWORK is one pass of W2 tanh(W1 x) with \
      \(hidden) hidden units; the modes are for its whole Jacobian, forward mode by a pass for each \
      input, reverse mode by a pass for each output. The greatest difference between the two \
      Jacobians is \(String(format: "%.1e", worst)).
      """
  }

  /// Reverse mode's multiplications beside forward mode's over the number of outputs, a line for
  /// each number of inputs: above one forward mode takes less.
  public func chart() throws -> LineChart {
    let inputs = Set(rows.map(\.inputs)).sorted()
    let outputs = Set(rows.map(\.outputs)).sorted().map(Double.init)
    var series = try inputs.map { count in
      let own = rows.filter { $0.inputs == count }
      return try LineChart.Series(
        count == 1 ? "1 input" : "\(count) inputs", x: own.map { Double($0.outputs) },
        y: own.map { Double($0.reverse) / Double($0.forward) })
    }
    series.append(
      try LineChart.Series("equal", x: outputs, y: outputs.map { _ in 1 }))
    return LineChart(
      title: "When forward mode beats reverse mode",
      subtitle: "multiplications of the whole Jacobian: above 1 forward mode takes fewer",
      x: Axis("outputs", scale: .logarithmic), y: Axis("reverse / forward", scale: .logarithmic),
      series: series)
  }
}
