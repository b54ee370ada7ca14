import TandemCharts

extension RNNExplanation {
  private var columnWidth: Double { size == 1 ? 270 : 400 }
  private func left(_ index: Int) -> Double { 310 + Double(index) * columnWidth }
  /// The middle of a unit's box; those before the first step stand in a column of their own.
  private func center(_ index: Int, _ unit: Int) -> Position {
    Position(
      index < 0 ? 90 : left(index) + Double(unit) * 178, 240 + Double(unit) * 130)
  }
  /// The middle of a step's column.
  private func middle(_ index: Int) -> Double { left(index) + Double(size - 1) * 89 }

  var panels: [(id: String, title: String, parameters: [Parameter])] {
    [
      ("p.U", "input weights U", u), ("p.W", "recurrent weights W", Array(w.joined())),
      ("p.b", "biases b", b), ("p.V", "output V, c", v + [c]),
    ]
  }

  /// Time from left to right, inputs below, outputs above, the shared parameters at the end.
  var figure: Figure {
    let bottom = 240 + Double(size - 1) * 130 + 150
    let parameters = panelNodes(top: bottom + 60)
    let end = left(steps.count - 1) + Double(size - 1) * 178 + 90
    var figure = Figure(width: max(end, panelsWidth), height: parameters.bottom + 20)
    let tall = Position(0, Figure.Node.halfHeight(rows: 4))
    let low = Position(0, Figure.Node.halfHeight(rows: 2))
    let half = Position(Figure.Node.usualWidth / 2, 0)
    for unit in 0..<size {
      figure.nodes.append(
        .init(
          node(-1, unit), "before", at: center(-1, unit),
          rows: [.init(initial[unit].symbol, initial[unit], .parameter)]))
    }
    for (index, step) in steps.enumerated() {
      let (input, output) = (Position(middle(index), bottom), Position(middle(index), 80))
      for unit in 0..<size {
        let place = center(index, unit)
        for from in 0..<size {
          figure.edges.append(
            .init(
              "W.\(index).\(unit).\(from)", from: center(index - 1, from) + half, to: place - half))
        }
        figure.edges += [
          .init("U.\(index).\(unit)", from: input - low, to: place + tall),
          .init("V.\(index).\(unit)", from: place - tall, to: output + tall),
        ]
        figure.nodes.append(
          .init(
            node(index, unit), step.h[unit].symbol, at: place,
            rows: [
              .init("a", step.a[unit], .forward), .init("h", step.h[unit], .forward),
              .init("∂E/∂h", step.dh[unit], .backward), .init("∂E/∂a", step.da[unit], .backward),
            ]))
      }
      figure.nodes += [ends[index].inputNode(at: input), ends[index].outputNode(at: output)]
    }
    figure.nodes += [errorNode(at: Position(90, 80))] + parameters.nodes
    return figure
  }

  /// States, outputs, parameters, and how far the last error reaches.
  var tables: [Explanation.Table] {
    let units = steps.flatMap { step in
      (0..<size).map { unit -> [Explanation.Table.Cell] in
        [
          .text(step.h[unit].symbol), .number(step.a[unit]), .number(step.h[unit]),
          .number(step.dh[unit]), .number(step.da[unit]), .number(step.reach[unit]),
        ]
      }
    }
    return [
      .init(
        "States; the last column is what the last step's error alone sends back",
        columns: ["", "a", "h", "∂E/∂h", "∂E/∂a", "∂E_{\(steps.count)}/∂h"], rows: units)
    ] + closingTables
  }
}
