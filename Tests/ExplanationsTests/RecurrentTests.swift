import TandemExplanations
import TandemTensors
import Testing

/// The pages of unrolled networks against the framework's recurrent operation, which computes the
/// same cell over the whole sequence.
@Suite struct RecurrentTests {
  private func tensor(_ values: [Double], _ shape: Shape) -> Tensor {
    Tensor(values, shape, .float64)
  }

  /// Forward the same operations in the same order: to the bit. Backward the sums over the steps
  /// are added in another order.
  private func expectClose(_ page: Explanation, _ ids: [String], _ values: [Double]) {
    let found = page.values
    for (id, value) in zip(ids, values) {
      #expect(abs((found[id] ?? .nan) - value) <= 1e-15, "\(id): \(value)")
    }
  }

  @Test func rnnIsTheFrameworks() throws {
    let page = try explanation(of: "explain-rnn")
    let x = tensor([0.5, -0.3, 0.8], [3, 1, 1]).tracked
    let u = tensor([0.6, -0.4], [2, 1]).tracked
    let w = tensor([0.5, -0.2, 0.3, 0.4], [2, 2]).tracked
    let b = tensor([0.1, 0.0], [2]).tracked
    let v = tensor([0.7, -0.5], [1, 2]).tracked
    let c = tensor([0.05], [1]).tracked
    func outputs(_ u: Tensor, _ w: Tensor, _ b: Tensor, _ v: Tensor, _ c: Tensor) -> (
      h: Tensor, o: Tensor, error: Tensor
    ) {
      let h = x.linear(u, bias: b)
        .recurrent(.tanh, weight: w, hidden: tensor([0, 0], [1, 2])).output
      let o = h.linear(v, bias: c)
      let targets = tensor([0.2, 0.1, 0.6], [3, 1, 1])
      return (h, o, ((o - targets).squared() * 0.5).sum())
    }
    let (h, o, error) = outputs(u, w, b, v, c)
    expect(
      page, (1...3).flatMap { ["h.\($0).0", "h.\($0).1"] }, equal: h.values)
    expect(page, (1...3).map { "o.\($0)" }, equal: o.values)
    expectClose(page, ["E"], [error.scalar])
    let gradients = error.gradients(of: [x, u, w, b, v, c, h, o])
    expectClose(page, (1...3).map { "dx.\($0)" }, gradients[0].values)
    expectClose(page, ["dU.0", "dU.1"], gradients[1].values)
    expectClose(page, ["dW.0.0", "dW.0.1", "dW.1.0", "dW.1.1"], gradients[2].values)
    expectClose(page, ["db.0", "db.1"], gradients[3].values)
    expectClose(page, ["dV.0", "dV.1"], gradients[4].values)
    expectClose(page, ["dc"], gradients[5].values)
    expectClose(page, (1...3).map { "do.\($0)" }, gradients[7].values)
    let new = zip([u, w, b, v, c], gradients[1...5]).map { $0.detached - $1 * 0.1 }
    let after = outputs(new[0], new[1], new[2], new[3], new[4]).error
    expectClose(page, ["E.after"], [after.scalar])
    #expect(try #require(page.values["E.after"]) < error.scalar)
  }

  @Test func lstmIsTheFrameworks() throws {
    let page = try explanation(of: "explain-lstm")
    let x = tensor([1.0, 0.2, -0.4], [3, 1, 1]).tracked
    let u = tensor([1.5, -0.2, 1.2, 0.4], [4, 1]).tracked
    let w = tensor([0.3, 0.1, -0.3, 0.2], [4, 1]).tracked
    let b = tensor([0.2, 2.5, 0.0, 0.6], [4]).tracked
    let projection = x.linear(u, bias: b)
    let (h, _, memory) = projection.recurrent(
      .lstm, weight: w, hidden: tensor([0], [1, 1]), memory: tensor([0.1], [1, 1]))
    let y = h * 0.9
    let targets = tensor([0.1, 0.3, 0.5], [3, 1, 1])
    let error = ((y - targets).squared() * 0.5).sum()
    expect(page, (1...3).map { "h.\($0)" }, equal: h.values)
    expect(page, ["c.3"], equal: memory!.values)
    expect(page, (1...3).map { "y.\($0)" }, equal: y.values)
    expectClose(page, ["E"], [error.scalar])
    let gradients = error.gradients(of: [x, u, w, b, projection])
    let letters = ["i", "f", "g", "o"]
    expectClose(page, (1...3).map { "dx.\($0)" }, gradients[0].values)
    expectClose(page, letters.map { "du_\($0)" }, gradients[1].values)
    expectClose(page, letters.map { "dw_\($0)" }, gradients[2].values)
    expectClose(page, letters.map { "db_\($0)" }, gradients[3].values)
    expectClose(
      page, (1...3).flatMap { step in letters.map { "da.\($0).\(step)" } }, gradients[4].values)
  }

  /// How much of the last step's error reaches the first memory, beside what reaches the last one:
  /// most of it with the forget gates open, next to none with them shut.
  @Test func memoryIsKeptByAnOpenForgetGate() throws {
    func reach(_ bias: Double) throws -> Double {
      let values = try explanation(of: "explain-lstm", "forgetGate.b=\(bias)").values
      return try abs(#require(values["reach.c.1"]) / #require(values["reach.c.3"]))
    }
    #expect(try reach(2.5) > 0.7)
    #expect(try reach(-2.5) < 0.05)
  }

  @Test func oneUnitAndOtherLengths() throws {
    try checkFormulas(
      try explanation(
        of: "explain-rnn", "inputs=[1, 0, 0, 0]", "targets=[0, 0, 0, 1]", "initial=[0.5]",
        "U=[1]", "W=[[0.9]]", "b=[0]", "V=[1]"))
    try checkFormulas(
      try explanation(of: "explain-lstm", "inputs=[0.5]", "targets=[1]"))
  }
}
