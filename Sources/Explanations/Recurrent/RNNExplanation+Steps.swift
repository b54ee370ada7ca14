extension RNNExplanation {
  private var equations: [Explanation.Equation] {
    [
      .init("State", "a_{t} = U x_{t} + W h_{t−1} + b,  h_{t} = tanh(a_{t})"),
      outputEquation,
      slopeEquation,
      .init(
        "Back to the state: from its own output and from the step after it",
        "∂E/∂h_{t} = V^{T} ∂E/∂o_{t} + W^{T} ∂E/∂a_{t+1}"),
      .init("Through tanh", "∂E/∂a_{t} = (1 − h_{t}^{2}) ∂E/∂h_{t}"),
      .init("To the inputs", "∂E/∂x_{t} = U^{T} ∂E/∂a_{t}"),
      .init(
        "Shared parameters: a sum over the steps",
        "∂E/∂W = Σ_{t} ∂E/∂a_{t} h_{t−1}^{T},  ∂E/∂U = Σ_{t} ∂E/∂a_{t} x_{t},  ∂E/∂b = Σ_{t} ∂E/∂a_{t}"
      ),
      outputGradientEquation,
      .step,
    ]
  }

  /// The whole page.
  func explanation() -> Explanation {
    Explanation(
      title: configuration.title, notes: configuration.notes, equations: equations,
      figure: figure, steps: forwardSteps + backwardSteps + parameterSteps, tables: tables)
  }

  var cellParameters: [Parameter] { u + w.joined() + b }
  var outputWeights: [Parameter] { v }
  var outputBias: Parameter { c }
  func outputs(_ index: Int) -> [Quantity] { steps[index].h }
  func outputParts(_ index: Int) -> [String] { (0..<size).map { node(index, $0) } }

  /// The states before step `index`, counted from 0.
  private func before(_ index: Int) -> [Quantity] { index == 0 ? initial : steps[index - 1].h }

  /// The part of the picture that holds a unit at step `index`, counted from 0.
  func node(_ index: Int, _ unit: Int) -> String { "h.\(index + 1).\(unit)" }

  /// What is said behind a title of one unit among several.
  private func naming(_ unit: Int) -> String { size == 1 ? "" : ", unit \(unit + 1)" }

  private var forwardSteps: [Explanation.Step] {
    var result: [Explanation.Step] = []
    for (index, step) in steps.enumerated() {
      for unit in 0..<size {
        var terms = [Expression.product(u[unit].value, ends[index].x)]
        for (from, h) in before(index).enumerated() {
          terms.append(.product(w[unit][from].value, h))
        }
        terms.append(.quantity(b[unit].value))
        result.append(
          .init(
            .forward, "State at step \(index + 1)" + naming(unit), equation: 0,
            lit: [node(index, unit), ends[index].inputPart] + outputParts(index - 1),
            [
              .init(step.a[unit], .sum(terms)),
              .init(step.h[unit], .function(.tanh, .quantity(step.a[unit]))),
            ]))
      }
      result.append(outputStep(index, equation: 1))
    }
    return result + [totalStep(equation: 1)]
  }

  private var backwardSteps: [Explanation.Step] {
    var result: [Explanation.Step] = []
    for (index, step) in steps.enumerated().reversed() {
      result.append(slopeStep(index, equation: 2))
      for unit in 0..<size {
        var terms = [Expression.product(v[unit].value, ends[index].slope)]
        var lit = [node(index, unit), ends[index].outputPart]
        if index + 1 < steps.count {
          for to in 0..<size {
            terms.append(.product(w[to][unit].value, steps[index + 1].da[to]))
            lit.append(node(index + 1, to))
          }
        }
        result += [
          .init(
            .backward, "Back to the state of step \(index + 1)" + naming(unit), equation: 3,
            lit: lit, [.init(step.dh[unit], .sum(terms))]),
          .init(
            .backward, "Through tanh of step \(index + 1)" + naming(unit), equation: 4,
            lit: [node(index, unit)],
            [
              .init(
                step.da[unit],
                .product([.tanhSlope(step.h[unit]), .quantity(step.dh[unit])]))
            ]),
        ]
      }
      result.append(
        inputStep(
          index, equation: 5, lit: outputParts(index),
          (0..<size).map { .product(u[$0].value, step.da[$0]) }))
    }
    return result
  }

  private var parameterSteps: [Explanation.Step] {
    let cell: [Explanation.Step] = (0..<size).map { unit in
      .init(
        .backward, "Weights and bias of the state" + naming(unit), equation: 6,
        lit: ["p.U", "p.W", "p.b"],
        [.init(u[unit].gradient, sum { .product(steps[$0].da[unit], ends[$0].x) })]
          + (0..<size).map { from in
            .init(w[unit][from].gradient, sum { .product(steps[$0].da[unit], before($0)[from]) })
          } + [.init(b[unit].gradient, sum { .quantity(steps[$0].da[unit]) })])
    }
    return cell + closingSteps(outputEquation: 7, stepEquation: 8)
  }
}
