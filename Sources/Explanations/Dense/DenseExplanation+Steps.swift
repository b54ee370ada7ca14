extension DenseExplanation {
  /// The equations in the order in which the steps number them.
  private var equations: [Explanation.Equation] {
    let rules = Set(configuration.layers.map(\.activation.rule)).sorted()
    let (loss, slope) =
      configuration.loss == .halfSquaredError
      ? ("E = Σ_{j} ½ (y_{j} − t_{j})^{2}", "∂E/∂y_{j} = y_{j} − t_{j}")
      : (
        "E = Σ_{j} −t_{j} ln y_{j} − (1 − t_{j}) ln(1 − y_{j})",
        "∂E/∂y_{j} = (y_{j} − t_{j}) / (y_{j} (1 − y_{j}))"
      )
    return [
      .init("Total input", "x_{j} = Σ_{i} w_{ij} y_{i} + b_{j}"),
      .init("Output", "y_{j} = f(x_{j});  " + rules.joined(separator: ";  ")),
      .init("Error", loss),
      .init("Error with the outputs", slope),
      .init("Back through a unit", "∂E/∂x_{j} = f′(x_{j}) ∂E/∂y_{j}"),
      .init(
        "To the weights", "∂E/∂w_{ij} = y_{i} ∂E/∂x_{j},  ∂E/∂b_{j} = ∂E/∂x_{j}"),
      .init("To the units below", "∂E/∂y_{i} = Σ_{j} w_{ij} ∂E/∂x_{j}"),
      .step,
    ]
  }

  /// The whole page.
  func explanation() -> Explanation {
    Explanation(
      title: configuration.title, notes: configuration.notes, equations: equations,
      figure: figure, steps: forwardSteps + backwardSteps + updateSteps, tables: tables)
  }

  private var forwardSteps: [Explanation.Step] {
    var steps: [Explanation.Step] = []
    for layer in 1..<units.count {
      for (index, unit) in units[layer].enumerated() {
        let incoming = weights[layer - 1].filter { $0.to == index }
        var terms = incoming.map { weight -> Expression in
          .product([.quantity(weight.value), .quantity(units[layer - 1][weight.from].y)])
        }
        terms.append(.quantity(unit.bias!))
        steps.append(
          .init(
            .forward, "Total input of \(unit.name)", equation: 0,
            lit: [unit.name] + incoming.flatMap { [$0.name, units[layer - 1][$0.from].name] },
            [.init(unit.x!, .sum(terms))]))
        steps.append(
          .init(
            .forward, "Output of \(unit.name)", equation: 1, lit: [unit.name],
            [.init(unit.y, configuration.layers[layer - 1].activation.formula(unit.x!))]))
      }
    }
    let formulas = zip(units.last!, zip(targets, errors)).map { unit, pair in
      Explanation.Formula(pair.1, errorTerm(unit.y, pair.0))
    }
    let sum = Explanation.Formula(error, .sum(errors.map { .quantity($0) }))
    steps.append(
      .init(
        .forward, "Error", equation: 2, lit: units.last!.map(\.name) + ["E"], formulas + [sum]))
    return steps
  }

  private func errorTerm(_ y: Quantity, _ t: Quantity) -> Expression {
    switch configuration.loss {
    case .halfSquaredError:
      return .product([.constant(0.5), .squared(.difference(.quantity(y), .quantity(t)))])
    case .crossEntropy:
      let no = Expression.difference(.constant(1), .quantity(t))
      return .difference(
        .negative(.product([.quantity(t), .function(.logarithm, .quantity(y))])),
        .product([no, .function(.logarithm, .difference(.constant(1), .quantity(y)))]))
    }
  }

  private func errorSlope(_ y: Quantity, _ t: Quantity) -> Expression {
    let difference = Expression.difference(.quantity(y), .quantity(t))
    switch configuration.loss {
    case .halfSquaredError: return difference
    case .crossEntropy:
      return .quotient(
        difference, .product([.quantity(y), .difference(.constant(1), .quantity(y))]))
    }
  }

  private var backwardSteps: [Explanation.Step] {
    var steps: [Explanation.Step] = []
    for (unit, target) in zip(units.last!, targets) {
      steps.append(
        .init(
          .backward, "Error with the output of \(unit.name)", equation: 3, lit: [unit.name, "E"],
          [.init(unit.dy, errorSlope(unit.y, target))]))
    }
    for layer in (1..<units.count).reversed() {
      let activation = configuration.layers[layer - 1].activation
      for (index, unit) in units[layer].enumerated() {
        steps.append(
          .init(
            .backward, "Back through \(unit.name)", equation: 4, lit: [unit.name],
            [
              .init(
                unit.dx!,
                .product([.quantity(unit.dy)] + activation.derivative(x: unit.x!, y: unit.y)))
            ]))
        let incoming = weights[layer - 1].filter { $0.to == index }
        let formulas = incoming.map { weight in
          Explanation.Formula(
            weight.gradient,
            .product([.quantity(units[layer - 1][weight.from].y), .quantity(unit.dx!)]))
        }
        steps.append(
          .init(
            .backward, "Weights into \(unit.name)", equation: 5,
            lit: [unit.name] + incoming.map(\.name),
            formulas + [.init(unit.biasGradient!, .quantity(unit.dx!))]))
      }
      for (index, unit) in units[layer - 1].enumerated() {
        let outgoing = weights[layer - 1].filter { $0.from == index }
        let terms = outgoing.map { weight -> Expression in
          .product([.quantity(weight.value), .quantity(units[layer][weight.to].dx!)])
        }
        steps.append(
          .init(
            .backward, "Error with the output of \(unit.name)", equation: 6,
            lit: [unit.name] + outgoing.flatMap { [$0.name, units[layer][$0.to].name] },
            [.init(unit.dy, .sum(terms))]))
      }
    }
    return steps
  }

  private var updateSteps: [Explanation.Step] {
    configuration.layers.indices.map { layer -> Explanation.Step in
      var formulas = weights[layer].map { weight in
        Explanation.Formula(weight.after, step(weight.value, weight.gradient))
      }
      let frozen = configuration.layers[layer].freezesBiases
      for unit in units[layer + 1] {
        formulas.append(
          .init(
            unit.biasAfter!,
            frozen ? .quantity(unit.bias!) : step(unit.bias!, unit.biasGradient!)))
      }
      return .init(
        .update, "Step of layer \(layer + 1)" + (frozen ? ", biases left alone" : ""), equation: 7,
        lit: weights[layer].map(\.name), formulas)
    } + [.errors(error, errorAfter, withNew: "weights")]
  }

  private func step(_ value: Quantity, _ gradient: Quantity) -> Expression {
    .difference(.quantity(value), .product([.quantity(rate), .quantity(gradient)]))
  }
}
