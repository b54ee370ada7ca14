extension RNNExplanation {
  private var equations: [Explanation.Equation] {
    [
      .init("State", "a_{t} = U x_{t} + W h_{t−1} + b,  h_{t} = tanh(a_{t})"),
      .init("Output", "o_{t} = V h_{t} + c"),
      .init("Error", "E = Σ_{t} E_{t},  E_{t} = ½ (o_{t} − t_{t})^{2}"),
      .init("Error with the outputs", "∂E/∂o_{t} = o_{t} − t_{t}"),
      .init(
        "Back to the state: from its own output and from the step after it",
        "∂E/∂h_{t} = V^{T} ∂E/∂o_{t} + W^{T} ∂E/∂a_{t+1}"),
      .init("Through tanh", "∂E/∂a_{t} = (1 − h_{t}^{2}) ∂E/∂h_{t}"),
      .init(
        "Shared parameters: a sum over the steps",
        "∂E/∂W = Σ_{t} ∂E/∂a_{t} h_{t−1}^{T},  ∂E/∂U = Σ_{t} ∂E/∂a_{t} x_{t},  ∂E/∂b = Σ_{t} ∂E/∂a_{t}"
      ),
      .init("and of the output", "∂E/∂V = Σ_{t} ∂E/∂o_{t} h_{t}^{T},  ∂E/∂c = Σ_{t} ∂E/∂o_{t}"),
      .init("To the inputs", "∂E/∂x_{t} = U^{T} ∂E/∂a_{t}"),
      .init("Step", "w′ = w − η ∂E/∂w"),
    ]
  }

  /// The whole page.
  func explanation() -> Explanation {
    var page = Explanation(
      title: configuration.title, notes: configuration.notes, equations: equations)
    page.steps = forwardSteps + backwardSteps + parameterSteps
    page.figure = figure
    page.tables = tables
    return page
  }

  /// The states before step `index`, counted from 0.
  private func before(_ index: Int) -> [Quantity] { index == 0 ? initial : steps[index - 1].h }

  func node(_ index: Int, _ unit: Int) -> String { "h.\(index + 1).\(unit)" }

  private var forwardSteps: [Explanation.Step] {
    var result: [Explanation.Step] = []
    for (index, step) in steps.enumerated() {
      for unit in 0..<size {
        var terms = [Expression.product(u[unit].value, step.x)]
        for (from, h) in before(index).enumerated() {
          terms.append(.product(w[unit][from].value, h))
        }
        terms.append(.quantity(b[unit].value))
        result.append(
          .init(
            .forward, "State at step \(index + 1)" + (size == 1 ? "" : ", unit \(unit + 1)"),
            equation: 0,
            lit: [node(index, unit), "x.\(index + 1)"] + (0..<size).map { node(index - 1, $0) },
            [
              .init(step.a[unit], .sum(terms)),
              .init(step.h[unit], .function(.tanh, .quantity(step.a[unit]))),
            ]))
      }
      let terms = (0..<size).map { Expression.product(v[$0].value, step.h[$0]) }
      result.append(
        .init(
          .forward, "Output at step \(index + 1)", equation: 1,
          lit: ["o.\(index + 1)"] + (0..<size).map { node(index, $0) },
          [
            .init(step.o, .sum(terms + [.quantity(c.value)])),
            .init(step.error, .halfSquare(step.o, step.target)),
          ]))
    }
    result.append(
      .init(
        .forward, "Error of all steps", equation: 2, lit: ["E"],
        [.init(error, .sum(steps.map { .quantity($0.error) }))]))
    return result
  }

  private var backwardSteps: [Explanation.Step] {
    var result: [Explanation.Step] = []
    for (index, step) in steps.enumerated().reversed() {
      let number = index + 1
      result.append(
        .init(
          .backward, "Error with the output of step \(number)", equation: 3,
          lit: ["o.\(number)"],
          [.init(step.dO, .difference(.quantity(step.o), .quantity(step.target)))]))
      for unit in 0..<size {
        var terms = [Expression.product(v[unit].value, step.dO)]
        var lit = [node(index, unit), "o.\(number)"]
        if index + 1 < steps.count {
          for to in 0..<size {
            terms.append(.product(w[to][unit].value, steps[index + 1].da[to]))
            lit.append(node(index + 1, to))
          }
        }
        let name = "step \(number)" + (size == 1 ? "" : ", unit \(unit + 1)")
        result.append(
          .init(
            .backward, "Back to the state of \(name)", equation: 4, lit: lit,
            [.init(step.dh[unit], .sum(terms))]))
        result.append(
          .init(
            .backward, "Through tanh of \(name)", equation: 5, lit: [node(index, unit)],
            [
              .init(
                step.da[unit],
                .product([.tanhSlope(step.h[unit]), .quantity(step.dh[unit])]))
            ]))
      }
      result.append(
        .init(
          .backward, "Error with the input of step \(number)", equation: 8,
          lit: ["x.\(number)"] + (0..<size).map { node(index, $0) },
          [.init(step.dx, .sum((0..<size).map { .product(u[$0].value, step.da[$0]) }))]))
    }
    return result
  }

  private var parameterSteps: [Explanation.Step] {
    func sum(_ term: (Int) -> Expression) -> Expression { .sum(steps.indices.map(term)) }
    var result: [Explanation.Step] = []
    for unit in 0..<size {
      result.append(
        .init(
          .backward, "Weights and bias of the state" + (size == 1 ? "" : ", unit \(unit + 1)"),
          equation: 6, lit: ["p.U", "p.W", "p.b"],
          [.init(u[unit].gradient, sum { .product(steps[$0].da[unit], steps[$0].x) })]
            + (0..<size).map { from in
              .init(
                w[unit][from].gradient, sum { .product(steps[$0].da[unit], before($0)[from]) })
            } + [.init(b[unit].gradient, sum { .quantity(steps[$0].da[unit]) })]))
    }
    result.append(
      .init(
        .backward, "Weights and bias of the output", equation: 7, lit: ["p.V"],
        (0..<size).map { unit in
          .init(v[unit].gradient, sum { .product(steps[$0].dO, steps[$0].h[unit]) })
        } + [.init(c.gradient, sum { .quantity(steps[$0].dO) })]))
    result.append(
      .init(
        .update, "Step of all parameters", equation: 9, lit: ["p.U", "p.W", "p.b", "p.V"],
        (u + w.joined() + b + v + [c]).map { $0.step(rate) }))
    result.append(
      .init(
        .update, "Error before the step and with the new parameters", lit: ["E"],
        reveals: [error, errorAfter], []))
    return result
  }
}
