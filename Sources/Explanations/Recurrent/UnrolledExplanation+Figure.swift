import TandemCharts

extension UnrolledExplanation {
  /// The error of all steps, before and after the step.
  func errorNode(at place: Position) -> Figure.Node {
    .init(
      "E", "error", at: place,
      rows: [.init("E", pass.error, .forward), .init("E′", pass.errorAfter, .parameter)])
  }

  /// The parameters, in a row below everything else.
  ///
  /// - Returns: The boxes, and the height at which the lowest ends.
  func panelNodes(top: Double) -> (nodes: [Figure.Node], bottom: Double) {
    let nodes = panels.enumerated().map { column, panel in
      let rows = panel.parameters.flatMap(\.rows)
      return Figure.Node(
        panel.id, panel.title,
        at: Position(116 + 230 * Double(column), top + Figure.Node.halfHeight(rows: rows.count)),
        width: 200, rows: rows)
    }
    return (nodes, nodes.map(\.box.maxY).max() ?? top)
  }

  /// How wide the row of parameters is.
  var panelsWidth: Double { 116 + 230 * Double(panels.count - 1) + 116 }
}

extension UnrolledEnds {
  func inputNode(at place: Position) -> Figure.Node {
    .init(
      inputPart, x.symbol, at: place,
      rows: [.init("x", x, .parameter), .init("∂E/∂x", dx, .backward)])
  }

  func outputNode(at place: Position) -> Figure.Node {
    .init(
      outputPart, output.symbol, at: place,
      rows: [
        .init(letter, output, .forward), .init("target", target, .parameter),
        .init(error.symbol, error, .forward), .init("∂E/∂\(letter)", slope, .backward),
      ])
  }
}
