import TandemCharts

extension LSTMExplanation {
  /// Time from left to right; in each step the input below, then the gates, the memory, the cell's
  /// output and the network's output above; the shared parameters at the bottom.
  var figure: Figure {
    func left(_ index: Int) -> Double { 280 + Double(index) * 370 }
    func middle(_ index: Int) -> Double { left(index) + 83 }
    let heights = (y: 60.0, h: 190.0, c: 320.0, gates: [460.0, 566.0], x: 690.0)
    let tall = Figure.Node.halfHeight(rows: 4)
    let low = Figure.Node.halfHeight(rows: 2)
    let half = Position(74, 0)
    var figure = Figure(width: max(left(steps.count - 1) + 166 + 110, 1150), height: 945)
    func gatePlace(_ index: Int, _ gate: Int) -> Position {
      // Input gate and candidate on the left, forget gate and output gate on the right.
      let column = gate == 1 || gate == 3 ? 1.0 : 0.0
      return Position(left(index) + 166 * column, heights.gates[gate < 2 ? 0 : 1])
    }
    func edge(_ id: String, _ start: Position, _ end: Position) {
      figure.edges.append(.init(id, from: start, to: end))
    }
    figure.nodes += [
      .init(
        "h.0", "before", at: Position(90, heights.h),
        rows: [.init("h_{0}", initialOutput, .parameter)]),
      .init(
        "c.0", "before", at: Position(90, heights.c),
        rows: [.init("c_{0}", initialMemory, .parameter)]),
    ]
    for (index, step) in steps.enumerated() {
      let number = index + 1
      let (h, c) = (Position(middle(index), heights.h), Position(middle(index), heights.c))
      let (x, y) = (Position(middle(index), heights.x), Position(middle(index), heights.y))
      let (hBefore, cBefore) =
        index == 0
        ? (Position(90, heights.h), Position(90, heights.c))
        : (Position(middle(index - 1), heights.h), Position(middle(index - 1), heights.c))
      edge("cc.\(number)", cBefore + half, c - half)
      edge("ch.\(number)", c - Position(0, tall), h + Position(0, low))
      edge("hy.\(number)", h - Position(0, low), y + Position(0, tall))
      // Input and output before reach all four gates; three of them make the memory.
      let frame = Box(
        x: left(index) - 84, y: heights.gates[0] - tall - 10, width: 334,
        height: heights.gates[1] - heights.gates[0] + 2 * tall + 20)
      figure.frames.append(.init("gates.\(number)", frame))
      edge("x.gates.\(number)", x - Position(0, low), Position(x.x, frame.maxY))
      edge("h.gates.\(number)", hBefore + half, Position(frame.x, heights.gates[0]))
      edge("gates.c.\(number)", Position(c.x, frame.y), c + Position(0, tall))
      edge("o.h.\(number)", Position(frame.maxX - 40, frame.y), h + Position(74, low))
      for gate in 0..<4 {
        let own = step.gates[gate]
        figure.nodes.append(
          .init(
            "\(Self.letters[gate]).\(number)", "\(Self.names[gate]) \(own.y.symbol)",
            at: gatePlace(index, gate),
            rows: [
              .init("a", own.a, .forward), .init(Self.letters[gate], own.y, .forward),
              .init("∂E/∂\(Self.letters[gate])", own.dy, .backward),
              .init("∂E/∂a", own.da, .backward),
            ]))
      }
      figure.nodes += [
        .init(
          "c.\(number)", "memory c_{\(number)}", at: c,
          rows: [
            .init("c", step.c, .forward), .init("q = tanh c", step.q, .forward),
            .init("∂E/∂q", step.dq, .backward), .init("∂E/∂c", step.dc, .backward),
          ]),
        .init(
          "h.\(number)", "output h_{\(number)}", at: h,
          rows: [.init("h", step.h, .forward), .init("∂E/∂h", step.dh, .backward)]),
        .init(
          "y.\(number)", "y_{\(number)}", at: y,
          rows: [
            .init("y", step.y, .forward), .init("target", step.target, .parameter),
            .init("E_{\(number)}", step.error, .forward), .init("∂E/∂y", step.dy, .backward),
          ]),
        .init(
          "x.\(number)", "x_{\(number)}", at: x,
          rows: [.init("x", step.x, .parameter), .init("∂E/∂x", step.dx, .backward)]),
      ]
    }
    figure.nodes.append(
      .init(
        "E", "error", at: Position(90, heights.y),
        rows: [.init("E", error, .forward), .init("E′", errorAfter, .parameter)]))
    let panels: [(id: String, title: String, parameters: [Parameter])] =
      (0..<4).map { ("p.\(Self.letters[$0])", Self.names[$0], parameters[$0].all) }
      + [("p.V", "output", [v, d])]
    for (place, panel) in panels.enumerated() {
      figure.nodes.append(
        .init(
          panel.id, panel.title, at: Position(115 + 230 * Double(place), 840), width: 190,
          rows: panel.parameters.flatMap(\.rows)))
    }
    return figure
  }

  /// Gates, memories, parameters, and how far the last error reaches.
  var tables: [Explanation.Table] {
    var gates: [[Explanation.Table.Cell]] = []
    var cells: [[Explanation.Table.Cell]] = []
    var outputs: [[Explanation.Table.Cell]] = []
    for (index, step) in steps.enumerated() {
      for (gate, own) in step.gates.enumerated() {
        gates.append([
          .text("\(index + 1)"), .text("\(Self.names[gate]) \(own.y.symbol)"), .number(own.a),
          .number(own.y), .number(own.dy), .number(own.da),
        ])
      }
      cells.append([
        .text("\(index + 1)"), .number(step.c), .number(step.q), .number(step.h),
        .number(step.dc), .number(step.dq), .number(step.dh), .number(step.memoryReach),
        .number(step.outputReach),
      ])
      outputs.append([
        .text("\(index + 1)"), .number(step.x), .number(step.y), .number(step.target),
        .number(step.error), .number(step.dy), .number(step.dx),
      ])
    }
    let last = steps.count
    return [
      .init("Gates", columns: ["step", "", "a", "y", "∂E/∂y", "∂E/∂a"], rows: gates),
      .init(
        "Memory and output; the last two columns are what the last step's error alone sends back",
        columns: [
          "step", "c", "q = tanh c", "h", "∂E/∂c", "∂E/∂q", "∂E/∂h", "∂E_{\(last)}/∂c",
          "∂E_{\(last)}/∂h",
        ], rows: cells),
      .init(
        "Inputs and outputs",
        columns: ["step", "x", "y", "target", "E_{t}", "∂E/∂y", "∂E/∂x"], rows: outputs),
      .init(
        "Parameters", columns: ["", "value", "gradient", "after the step"],
        rows: (parameters.flatMap(\.all) + [v, d]).map(\.cells)),
      .init(
        "Error", columns: ["before", "after the step"],
        rows: [[.number(error), .number(errorAfter)]]),
    ]
  }
}
