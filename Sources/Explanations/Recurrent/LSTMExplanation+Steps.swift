extension LSTMExplanation {
  private var equations: [Explanation.Equation] {
    [
      .init(
        "Gates and candidate",
        "a_{k} = u_{k} x_{t} + w_{k} h_{t−1} + b_{k};  i, f, o = σ(a),  g = tanh(a)"),
      .init("Memory", "c_{t} = f_{t} c_{t−1} + i_{t} g_{t}"),
      .init("Output of the cell", "q_{t} = tanh(c_{t}),  h_{t} = o_{t} q_{t}"),
      outputEquation,
      slopeEquation,
      .init(
        "Back to the cell's output: from its own error and from all gates of the step after it",
        "∂E/∂h_{t} = V ∂E/∂y_{t} + Σ_{k} w_{k} ∂E/∂a_{k,t+1}"),
      .init(
        "Back to the memory: through the output, and straight from the memory after it",
        "∂E/∂c_{t} = (1 − q_{t}^{2}) ∂E/∂q_{t} + f_{t+1} ∂E/∂c_{t+1},  ∂E/∂q_{t} = o_{t} ∂E/∂h_{t}"),
      .init(
        "To the gates, and through their σ and the candidate's tanh",
        "∂E/∂o = q ∂E/∂h,  ∂E/∂i = g ∂E/∂c,  ∂E/∂g = i ∂E/∂c,  ∂E/∂f = c_{t−1} ∂E/∂c;  "
          + "∂E/∂a = y (1 − y) ∂E/∂y for y = i, f, o,  (1 − g^{2}) ∂E/∂g for g"),
      .init("To the inputs", "∂E/∂x_{t} = Σ_{k} u_{k} ∂E/∂a_{k,t}"),
      .init(
        "Shared parameters: a sum over the steps",
        "∂E/∂u = Σ_{t} x_{t} ∂E/∂a_{t},  ∂E/∂w = Σ_{t} h_{t−1} ∂E/∂a_{t},  ∂E/∂b = Σ_{t} ∂E/∂a_{t}"
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

  var cellParameters: [Parameter] { gates.flatMap(\.all) }
  var outputWeights: [Parameter] { [v] }
  var outputBias: Parameter { d }
  func outputs(_ index: Int) -> [Quantity] { [steps[index].h] }
  func outputParts(_ index: Int) -> [String] { ["h.\(index + 1)"] }

  private func outputBefore(_ index: Int) -> Quantity {
    index == 0 ? initialOutput : steps[index - 1].h
  }

  private func memoryBefore(_ index: Int) -> Quantity {
    index == 0 ? initialMemory : steps[index - 1].c
  }

  private var forwardSteps: [Explanation.Step] {
    var result: [Explanation.Step] = []
    for (index, step) in steps.enumerated() {
      let number = index + 1
      for gate in 0..<4 {
        let letter = Self.letters[gate]
        let (own, shared) = (step.gates[gate], gates[gate])
        result.append(
          .init(
            .forward, "The \(Self.names[gate]) at step \(number)", equation: 0,
            lit: ["\(letter).\(number)", ends[index].inputPart, "h.\(index)", "p.\(letter)"],
            [
              .init(
                own.a,
                .sum([
                  .product(shared.u.value, ends[index].x),
                  .product(shared.w.value, outputBefore(index)), .quantity(shared.b.value),
                ])),
              .init(own.y, .function(letter == "g" ? .tanh : .logistic, .quantity(own.a))),
            ]))
      }
      result.append(
        .init(
          .forward, "Memory at step \(number)", equation: 1,
          lit: ["c.\(number)", "c.\(index)", "i.\(number)", "f.\(number)", "g.\(number)"],
          [
            .init(
              step.c,
              .sum([
                .product(step.gates[1].y, memoryBefore(index)),
                .product(step.gates[0].y, step.gates[2].y),
              ]))
          ]))
      result.append(
        .init(
          .forward, "Output of the cell at step \(number)", equation: 2,
          lit: ["h.\(number)", "c.\(number)", "o.\(number)"],
          [
            .init(step.q, .function(.tanh, .quantity(step.c))),
            .init(step.h, .product(step.gates[3].y, step.q)),
          ]))
      result.append(outputStep(index, equation: 3))
    }
    return result + [totalStep(equation: 3)]
  }

  private var backwardSteps: [Explanation.Step] {
    var result: [Explanation.Step] = []
    for (index, step) in steps.enumerated().reversed() {
      let number = index + 1
      let next = index + 1 < steps.count ? steps[index + 1] : nil
      let gatesAfter = next == nil ? [] : Self.letters.map { "\($0).\(number + 1)" }
      result.append(slopeStep(index, equation: 4))
      var terms = [Expression.product(v.value, ends[index].slope)]
      if let next {
        for gate in 0..<4 { terms.append(.product(gates[gate].w.value, next.gates[gate].da)) }
      }
      result.append(
        .init(
          .backward, "Back to the cell's output of step \(number)", equation: 5,
          lit: ["h.\(number)", ends[index].outputPart] + gatesAfter, [.init(step.dh, .sum(terms))]))
      var memory = [Expression.product([.tanhSlope(step.q), .quantity(step.dq)])]
      if let next { memory.append(.product(next.gates[1].y, next.dc)) }
      result.append(
        .init(
          .backward, "Back to the memory of step \(number)", equation: 6,
          lit: ["c.\(number)", "h.\(number)"] + (next == nil ? [] : ["c.\(number + 1)"]),
          [
            .init(step.dq, .product(step.gates[3].y, step.dh)),
            .init(step.dc, .sum(memory)),
          ]))
      let sources: [(Quantity, Quantity)] = [
        (step.gates[2].y, step.dc), (memoryBefore(index), step.dc), (step.gates[0].y, step.dc),
        (step.q, step.dh),
      ]
      for gate in 0..<4 {
        let own = step.gates[gate]
        let letter = Self.letters[gate]
        let slope: [Expression] =
          letter == "g"
          ? [.tanhSlope(own.y)]
          : [.quantity(own.y), .difference(.constant(1), .quantity(own.y))]
        result.append(
          .init(
            .backward, "To the \(Self.names[gate]) of step \(number)", equation: 7,
            lit: ["\(letter).\(number)", letter == "o" ? "h.\(number)" : "c.\(number)"],
            [
              .init(own.dy, .product(sources[gate].0, sources[gate].1)),
              .init(own.da, .product(slope + [.quantity(own.dy)])),
            ]))
      }
      result.append(
        inputStep(
          index, equation: 8, lit: Self.letters.map { "\($0).\(number)" },
          (0..<4).map { .product(gates[$0].u.value, step.gates[$0].da) }))
    }
    return result
  }

  private var parameterSteps: [Explanation.Step] {
    let cell: [Explanation.Step] = (0..<4).map { gate in
      let shared = gates[gate]
      return .init(
        .backward, "Parameters of the \(Self.names[gate])", equation: 9,
        lit: ["p.\(Self.letters[gate])"],
        [
          .init(shared.u.gradient, sum { .product(ends[$0].x, steps[$0].gates[gate].da) }),
          .init(shared.w.gradient, sum { .product(outputBefore($0), steps[$0].gates[gate].da) }),
          .init(shared.b.gradient, sum { .quantity(steps[$0].gates[gate].da) }),
        ])
    }
    return cell + closingSteps(outputEquation: 10, stepEquation: 11)
  }
}
