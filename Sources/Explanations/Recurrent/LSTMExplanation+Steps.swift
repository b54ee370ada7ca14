extension LSTMExplanation {
  private var equations: [Explanation.Equation] {
    [
      .init(
        "Gates and candidate",
        "a_{k} = u_{k} x_{t} + w_{k} h_{t−1} + b_{k};  i, f, o = σ(a),  g = tanh(a)"),
      .init("Memory", "c_{t} = f_{t} c_{t−1} + i_{t} g_{t}"),
      .init("Output of the cell", "q_{t} = tanh(c_{t}),  h_{t} = o_{t} q_{t}"),
      .init("Output and error", "y_{t} = V h_{t} + d,  E_{t} = ½ (y_{t} − t_{t})^{2}"),
      .init("Error with the outputs", "∂E/∂y_{t} = y_{t} − t_{t}"),
      .init(
        "Back to the cell's output: from its own error and from all gates of the step after it",
        "∂E/∂h_{t} = V ∂E/∂y_{t} + Σ_{k} w_{k} ∂E/∂a_{k,t+1}"),
      .init(
        "Back to the memory: through the output, and straight from the memory after it",
        "∂E/∂c_{t} = (1 − q_{t}^{2}) ∂E/∂q_{t} + f_{t+1} ∂E/∂c_{t+1},  ∂E/∂q_{t} = o_{t} ∂E/∂h_{t}"),
      .init(
        "To the gates",
        "∂E/∂o = q ∂E/∂h,  ∂E/∂i = g ∂E/∂c,  ∂E/∂g = i ∂E/∂c,  ∂E/∂f = c_{t−1} ∂E/∂c"),
      .init("Through σ and tanh", "∂E/∂a = y (1 − y) ∂E/∂y,  of the candidate (1 − g^{2}) ∂E/∂g"),
      .init("To the inputs", "∂E/∂x_{t} = Σ_{k} u_{k} ∂E/∂a_{k,t}"),
      .init(
        "Shared parameters: a sum over the steps",
        "∂E/∂u = Σ_{t} x_{t} ∂E/∂a_{t},  ∂E/∂w = Σ_{t} h_{t−1} ∂E/∂a_{t},  ∂E/∂b = Σ_{t} ∂E/∂a_{t}"
      ),
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
        let (own, shared) = (step.gates[gate], parameters[gate])
        result.append(
          .init(
            .forward, "The \(Self.names[gate]) at step \(number)", equation: 0,
            lit: ["\(letter).\(number)", "x.\(number)", "h.\(index)", "p.\(letter)"],
            [
              .init(
                own.a,
                .sum([
                  .product(shared.u.value, step.x),
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
      result.append(
        .init(
          .forward, "Output and error at step \(number)", equation: 3,
          lit: ["y.\(number)", "h.\(number)"],
          [
            .init(step.y, .sum([.product(v.value, step.h), .quantity(d.value)])),
            .init(step.error, .halfSquare(step.y, step.target)),
          ]))
    }
    result.append(
      .init(
        .forward, "Error of all steps", equation: 3, lit: ["E"],
        [.init(error, .sum(steps.map { .quantity($0.error) }))]))
    return result
  }

  private var backwardSteps: [Explanation.Step] {
    var result: [Explanation.Step] = []
    for (index, step) in steps.enumerated().reversed() {
      let number = index + 1
      let next = index + 1 < steps.count ? steps[index + 1] : nil
      let gatesAfter = next == nil ? [] : Self.letters.map { "\($0).\(number + 1)" }
      result.append(
        .init(
          .backward, "Error with the output of step \(number)", equation: 4, lit: ["y.\(number)"],
          [.init(step.dy, .difference(.quantity(step.y), .quantity(step.target)))]))
      var terms = [Expression.product(v.value, step.dy)]
      if let next {
        for gate in 0..<4 { terms.append(.product(parameters[gate].w.value, next.gates[gate].da)) }
      }
      result.append(
        .init(
          .backward, "Back to the cell's output of step \(number)", equation: 5,
          lit: ["h.\(number)", "y.\(number)"] + gatesAfter, [.init(step.dh, .sum(terms))]))
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
        .init(
          .backward, "Error with the input of step \(number)", equation: 9,
          lit: ["x.\(number)"] + Self.letters.map { "\($0).\(number)" },
          [
            .init(
              step.dx, .sum((0..<4).map { .product(parameters[$0].u.value, step.gates[$0].da) }))
          ]))
    }
    return result
  }

  private var parameterSteps: [Explanation.Step] {
    func sum(_ term: (Int) -> Expression) -> Expression { .sum(steps.indices.map(term)) }
    var result: [Explanation.Step] = (0..<4).map { gate in
      let shared = parameters[gate]
      return .init(
        .backward, "Parameters of the \(Self.names[gate])", equation: 10,
        lit: ["p.\(Self.letters[gate])"],
        [
          .init(shared.u.gradient, sum { .product(steps[$0].x, steps[$0].gates[gate].da) }),
          .init(shared.w.gradient, sum { .product(outputBefore($0), steps[$0].gates[gate].da) }),
          .init(shared.b.gradient, sum { .quantity(steps[$0].gates[gate].da) }),
        ])
    }
    result.append(
      .init(
        .backward, "Parameters of the output", equation: 10, lit: ["p.V"],
        [
          .init(v.gradient, sum { .product(steps[$0].h, steps[$0].dy) }),
          .init(d.gradient, sum { .quantity(steps[$0].dy) }),
        ]))
    result.append(
      .init(
        .update, "Step of all parameters", equation: 11,
        lit: Self.letters.map { "p.\($0)" } + ["p.V"],
        (parameters.flatMap(\.all) + [v, d]).map { $0.step(rate) }))
    result.append(
      .init(
        .update, "Error before the step and with the new parameters", lit: ["E"],
        reveals: [error, errorAfter], []))
    return result
  }
}
