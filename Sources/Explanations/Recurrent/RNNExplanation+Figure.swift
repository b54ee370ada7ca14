import TandemCharts

extension RNNExplanation {
  private var columnWidth: Double { size == 1 ? 250 : 380 }
  private func left(_ index: Int) -> Double { 310 + Double(index) * columnWidth }
  private func center(_ index: Int, _ unit: Int) -> Position {
    Position(left(index) + Double(unit) * 166, 240 + Double(unit) * 130)
  }
  /// The middle of a step's column.
  private func middle(_ index: Int) -> Double { left(index) + Double(size - 1) * 83 }

  /// Time from left to right, inputs below, outputs above, the shared parameters at the end.
  var figure: Figure {
    let bottom = 240 + Double(size - 1) * 130 + 150
    let end = left(steps.count - 1) + Double(size - 1) * 166 + 90
    var figure = Figure(width: end, height: 0)
    let tall = Figure.Node.halfHeight(rows: 4)
    let low = Figure.Node.halfHeight(rows: 2)
    let half = 74.0
    for unit in 0..<size {
      let place = center(-1, unit)
      figure.nodes.append(
        .init(
          node(-1, unit), "before", at: Position(90, place.y),
          rows: [.init(initial[unit].symbol, initial[unit], .parameter)]))
    }
    for (index, step) in steps.enumerated() {
      let (input, output) = (Position(middle(index), bottom), Position(middle(index), 80))
      for unit in 0..<size {
        let place = center(index, unit)
        for from in 0..<size {
          let start =
            index == 0
            ? Position(90 + half, center(-1, from).y) : center(index - 1, from) + Position(half, 0)
          figure.edges.append(
            .init("W.\(index).\(unit).\(from)", from: start, to: place - Position(half, 0)))
        }
        figure.edges.append(
          .init("U.\(index).\(unit)", from: input - Position(0, low), to: place + Position(0, tall))
        )
        figure.edges.append(
          .init(
            "V.\(index).\(unit)", from: place - Position(0, tall), to: output + Position(0, tall)))
      }
      for unit in 0..<size {
        figure.nodes.append(
          .init(
            node(index, unit), step.h[unit].symbol, at: center(index, unit),
            rows: [
              .init("a", step.a[unit], .forward), .init("h", step.h[unit], .forward),
              .init("∂E/∂h", step.dh[unit], .backward), .init("∂E/∂a", step.da[unit], .backward),
            ]))
      }
      figure.nodes.append(
        .init(
          "x.\(index + 1)", step.x.symbol, at: input,
          rows: [.init("x", step.x, .parameter), .init("∂E/∂x", step.dx, .backward)]))
      figure.nodes.append(
        .init(
          "o.\(index + 1)", step.o.symbol, at: output,
          rows: [
            .init("o", step.o, .forward), .init("target", step.target, .parameter),
            .init("E_{\(index + 1)}", step.error, .forward), .init("∂E/∂o", step.dO, .backward),
          ]))
    }
    figure.nodes.append(
      .init(
        "E", "error", at: Position(90, 80),
        rows: [.init("E", error, .forward), .init("E′", errorAfter, .parameter)]))
    var y = bottom + 60
    func panel(_ id: String, _ title: String, _ parameters: [Parameter], _ column: Int) {
      let rows = parameters.flatMap(\.rows)
      let height = 28 + 16 * Double(rows.count)
      figure.nodes.append(
        .init(
          id, title, at: Position(130 + 220 * Double(column), bottom + 60 + height / 2),
          width: 190, rows: rows))
      y = max(y, bottom + 60 + height)
    }
    panel("p.U", "input weights U", u, 0)
    panel("p.W", "recurrent weights W", Array(w.joined()), 1)
    panel("p.b", "biases b", b, 2)
    panel("p.V", "output V, c", v + [c], 3)
    figure.width = max(figure.width, 130 + 220 * 3 + 130)
    figure.height = y + 20
    return figure
  }

  /// States, outputs, parameters, and how far the last error reaches.
  var tables: [Explanation.Table] {
    var units: [[Explanation.Table.Cell]] = []
    var outputs: [[Explanation.Table.Cell]] = []
    for (index, step) in steps.enumerated() {
      for unit in 0..<size {
        units.append([
          .text(step.h[unit].symbol), .number(step.a[unit]), .number(step.h[unit]),
          .number(step.dh[unit]), .number(step.da[unit]), .number(step.reach[unit]),
        ])
      }
      outputs.append([
        .text("\(index + 1)"), .number(step.x), .number(step.o), .number(step.target),
        .number(step.error), .number(step.dO), .number(step.dx),
      ])
    }
    return [
      .init(
        "States; the last column is what the last step's error alone sends back",
        columns: ["", "a", "h", "∂E/∂h", "∂E/∂a", "∂E_{\(steps.count)}/∂h"], rows: units),
      .init(
        "Inputs and outputs",
        columns: ["step", "x", "o", "target", "E_{t}", "∂E/∂o", "∂E/∂x"], rows: outputs),
      .init(
        "Parameters", columns: ["", "value", "gradient", "after the step"],
        rows: (u + w.joined() + b + v + [c]).map(\.cells)),
      .init(
        "Error", columns: ["before", "after the step"],
        rows: [[.number(error), .number(errorAfter)]]),
    ]
  }
}
