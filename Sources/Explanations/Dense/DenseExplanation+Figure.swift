import TandemCharts

extension DenseExplanation {
  private var columnDistance: Double { 384 }
  private var rowDistance: Double { 206 }

  private func center(_ layer: Int, _ unit: Int) -> Position {
    let tallest = units.map(\.count).max() ?? 1
    let offset = Double(tallest - units[layer].count) / 2
    return Position(
      90 + Double(layer) * columnDistance, 74 + (Double(unit) + offset) * rowDistance)
  }

  /// The network from left to right, and the error behind it.
  var figure: Figure {
    let tallest = units.map(\.count).max() ?? 1
    let half = Position(Figure.Node.usualWidth / 2, 0)
    let height = 148 + Double(tallest - 1) * rowDistance
    // No numbers stand beside the lines to the error.
    let place = Position(center(units.count - 1, 0).x + 2 * half.x + 50, height / 2)
    var figure = Figure(width: place.x + 90, height: height)
    for layer in weights.indices {
      for weight in weights[layer] {
        let (start, end) = (center(layer, weight.from), center(layer + 1, weight.to))
        figure.edges.append(
          .init(
            weight.name, from: start + half, to: end - half,
            // Off the middle, where lines cross.
            labelAt: start.y == end.y || units[layer].count == 1 || units[layer + 1].count == 1
              ? 0.5 : 0.35,
            rows: [
              .init(weight.value.symbol, weight.value, .parameter),
              .init("∂E/∂w", weight.gradient, .backward),
              .init("w′", weight.after, .parameter),
            ]))
      }
    }
    for (index, unit) in units.last!.enumerated() {
      figure.edges.append(
        .init(
          "E.\(unit.name)", from: center(units.count - 1, index) + half,
          to: place - half))
    }
    for layer in units.indices {
      for (index, unit) in units[layer].enumerated() {
        figure.nodes.append(
          .init(unit.name, unit.name, at: center(layer, index), rows: rows(of: unit)))
      }
    }
    let errorRows =
      errors.map { Figure.Row($0.symbol, $0, .forward) }
      + [Figure.Row("E", error, .forward), Figure.Row("E′", errorAfter, .parameter)]
    figure.nodes.append(.init("E", "error", at: place, rows: errorRows))
    return figure
  }

  private func rows(of unit: Unit) -> [Figure.Row] {
    var rows: [Figure.Row] = []
    if let bias = unit.bias { rows.append(.init("b", bias, .parameter)) }
    if let x = unit.x { rows.append(.init("x", x, .forward)) }
    rows.append(.init("y", unit.y, .forward))
    rows.append(.init("∂E/∂y", unit.dy, .backward))
    if let dx = unit.dx { rows.append(.init("∂E/∂x", dx, .backward)) }
    return rows
  }

  /// Units, parameters and errors.
  var tables: [Explanation.Table] {
    func cell(_ quantity: Quantity?) -> Explanation.Table.Cell {
      quantity.map { .number($0) } ?? .empty
    }
    let unitRows = units.joined().map { unit in
      [.text(unit.name), cell(unit.x), .number(unit.y), cell(unit.dx), .number(unit.dy)]
    }
    var parameterRows: [[Explanation.Table.Cell]] = []
    for layer in weights.indices {
      for weight in weights[layer] {
        parameterRows.append([
          .text(weight.name),
          .text("\(units[layer][weight.from].name) → \(units[layer + 1][weight.to].name)"),
          .number(weight.value), .number(weight.gradient), .number(weight.after),
        ])
      }
      for unit in units[layer + 1] {
        parameterRows.append([
          .text("b_{\(unit.name)}"),
          .text(configuration.layers[layer].freezesBiases ? "bias, left alone" : "bias"),
          cell(unit.bias), cell(unit.biasGradient), cell(unit.biasAfter),
        ])
      }
    }
    return [
      .init("Units", columns: ["unit", "x", "y", "∂E/∂x", "∂E/∂y"], rows: unitRows),
      .init(
        "Weights and biases", columns: ["", "from, to", "value", "∂E/∂w", "after the step"],
        rows: parameterRows),
      .init(
        "Error", columns: ["", "before", "after the step"],
        rows: zip(units.last!, errors).map {
          [.text("E_{\($0.name)}"), .number($1), .empty]
        } + [[.text("E"), .number(error), .number(errorAfter)]]),
    ]
  }
}
