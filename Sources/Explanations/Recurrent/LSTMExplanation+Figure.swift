import TandemCharts

extension LSTMExplanation {
  var panels: [(id: String, title: String, parameters: [Parameter])] {
    (0..<4).map { ("p.\(Self.letters[$0])", Self.names[$0], gates[$0].all) }
      + [("p.V", "output", [v, d])]
  }

  /// Time from left to right; in each step the input below, then the gates, the memory, the cell's
  /// output and the network's output above; the shared parameters at the bottom.
  var figure: Figure {
    let (gateDistance, before) = (178.0, 96.0)
    func left(_ index: Int) -> Double { 306 + Double(index) * 394 }
    func middle(_ index: Int) -> Double { left(index) + gateDistance / 2 }
    let heights = (y: 61.0, h: 176.0, c: 292.0, gates: [435.0, 551.0], x: 677.0)
    let tall = Figure.Node.halfHeight(rows: 4)
    let low = Figure.Node.halfHeight(rows: 2)
    let half = Position(Figure.Node.usualWidth / 2, 0)
    let memoryHalf = Position(90, 0)
    let parameters = panelNodes(top: heights.x + low + 28)
    var figure = Figure(
      width: max(left(steps.count - 1) + gateDistance + 106, panelsWidth),
      height: parameters.bottom + 16)
    func edge(_ id: String, _ start: Position, _ end: Position) {
      figure.edges.append(.init(id, from: start, to: end))
    }
    figure.nodes += [
      .init(
        "h.0", "before", at: Position(before, heights.h),
        rows: [.init("h_{0}", initialOutput, .parameter)]),
      .init(
        "c.0", "before", at: Position(before, heights.c),
        rows: [.init("c_{0}", initialMemory, .parameter)]),
      errorNode(at: Position(before, heights.y)),
    ]
    for (index, step) in steps.enumerated() {
      let number = index + 1
      let (h, c) = (Position(middle(index), heights.h), Position(middle(index), heights.c))
      let (x, y) = (Position(middle(index), heights.x), Position(middle(index), heights.y))
      let hBefore = Position(index == 0 ? before : middle(index - 1), heights.h)
      edge(
        "cc.\(number)",
        index == 0
          ? Position(before, c.y) + half : Position(middle(index - 1), c.y) + memoryHalf,
        c - memoryHalf)
      edge("ch.\(number)", c - Position(0, tall), h + Position(0, low))
      edge("hy.\(number)", h - Position(0, low), y + Position(0, tall))
      // Input and output before reach all four gates; three of them make the memory.
      let frame = Box(
        x: left(index) - half.x - 10, y: heights.gates[0] - tall - 10,
        width: gateDistance + 2 * half.x + 20,
        height: heights.gates[1] - heights.gates[0] + 2 * tall + 20)
      figure.frames.append(.init("gates.\(number)", frame))
      edge("x.gates.\(number)", x - Position(0, low), Position(x.x, frame.maxY))
      edge("h.gates.\(number)", hBefore + half, Position(frame.x, heights.gates[0]))
      edge("gates.c.\(number)", Position(c.x, frame.y), c + Position(0, tall))
      edge("o.h.\(number)", Position(frame.maxX - 40, frame.y), h + half + Position(0, low))
      for gate in 0..<4 {
        let own = step.gates[gate]
        let letter = Self.letters[gate]
        // Input gate and candidate on the left, forget gate and output gate on the right.
        let column = gate == 1 || gate == 3 ? 1.0 : 0.0
        figure.nodes.append(
          .init(
            "\(letter).\(number)", "\(Self.names[gate]) \(own.y.symbol)",
            at: Position(left(index) + gateDistance * column, heights.gates[gate < 2 ? 0 : 1]),
            rows: [
              .init("a", own.a, .forward), .init(letter, own.y, .forward),
              .init("∂E/∂\(letter)", own.dy, .backward), .init("∂E/∂a", own.da, .backward),
            ]))
      }
      figure.nodes += [
        .init(
          "c.\(number)", "memory c_{\(number)}", at: c, width: 2 * memoryHalf.x,
          rows: [
            .init("c", step.c, .forward), .init("q = tanh c", step.q, .forward),
            .init("∂E/∂q", step.dq, .backward), .init("∂E/∂c", step.dc, .backward),
          ]),
        .init(
          "h.\(number)", "output h_{\(number)}", at: h,
          rows: [.init("h", step.h, .forward), .init("∂E/∂h", step.dh, .backward)]),
        ends[index].outputNode(at: y),
        ends[index].inputNode(at: x),
      ]
    }
    figure.nodes += parameters.nodes
    return figure
  }

  /// Gates, memories, parameters, and how far the last error reaches.
  var tables: [Explanation.Table] {
    let last = steps.count
    let gates = steps.enumerated().flatMap { index, step in
      zip(Self.names, step.gates).map { name, own -> [Explanation.Table.Cell] in
        [
          .text("\(index + 1)"), .text("\(name) \(own.y.symbol)"), .number(own.a), .number(own.y),
          .number(own.dy), .number(own.da),
        ]
      }
    }
    let cells = steps.enumerated().map { index, step -> [Explanation.Table.Cell] in
      let numbers = [
        step.c, step.q, step.h, step.dc, step.dq, step.dh, step.memoryReach, step.outputReach,
      ]
      return [.text("\(index + 1)")] + numbers.map { .number($0) }
    }
    return [
      .init("Gates", columns: ["step", "", "a", "y", "∂E/∂y", "∂E/∂a"], rows: gates),
      .init(
        "Memory and output; the last two columns are what the last step's error alone sends back",
        columns: [
          "step", "c", "q = tanh c", "h", "∂E/∂c", "∂E/∂q", "∂E/∂h", "∂E_{\(last)}/∂c",
          "∂E_{\(last)}/∂h",
        ], rows: cells),
    ] + closingTables
  }
}
