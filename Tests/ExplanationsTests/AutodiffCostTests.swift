import TandemExplanations
import Testing

@Suite struct AutodiffCostTests {
  private let cost = AutodiffCost(inputs: [1, 8], outputs: [1, 8, 64], hidden: 4)

  private func row(_ inputs: Int, _ outputs: Int) throws -> AutodiffCost.Row {
    try #require(cost.rows.first { $0.inputs == inputs && $0.outputs == outputs })
  }

  @Test func forwardWinsWithFewInputsAndManyOutputs() throws {
    #expect(try row(1, 64).winner == "forward")
    #expect(try row(8, 1).winner == "reverse")
    #expect(try row(8, 64).winner == "forward")
    #expect(try row(1, 1).winner == "reverse")
  }

  @Test func jacobiansAreEqual() {
    for row in cost.rows { #expect(row.difference < 1e-14) }
  }

  /// The network's own products, and a row of reverse mode: back through both matrices, and the
  /// tanh between them.
  @Test func countsAreThoseOfTheNetwork() throws {
    for row in cost.rows {
      #expect(row.evaluation == 4 * row.inputs + 4 * row.outputs)
      // Per output: m h + h n products of matrices, h squares and h products at the tanh.
      #expect(
        row.reverse == row.evaluation + row.outputs * (4 * row.outputs + 4 * row.inputs + 8))
    }
  }

  @Test func tableAndChartAreMade() throws {
    #expect(cost.text.contains("forward") && cost.text.contains("reverse"))
    #expect(try cost.json().contains("\"evaluation\""))
    #expect(try !cost.chart().png().isEmpty)
  }
}
