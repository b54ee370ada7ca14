import TandemRuns

extension Explanation {
  /// The explanation as one page that needs nothing else: a reader steps through the picture, and
  /// each number appears with the step that computes it. Without scripts everything is shown.
  public func html() -> String {
    let first = firstSteps
    let pen = SVGPen(firstSteps: first)
    figure.draw(on: pen)
    let content = [
      "title": Markup(title).plain.escaped,
      "notes": notes.map { "<p>\(Markup($0).html)</p>" }.joined(separator: "\n"),
      "count": "\(steps.count)",
      "width": "\(Int(figure.width))", "height": "\(Int(figure.height))",
      // A narrow window shrinks the picture so far; from there on it is moved under the window.
      "least-width": "\(Int(0.88 * figure.width))",
      "figure": pen.lines.joined(separator: "\n"),
      "equations": equationList,
      "steps": stepList(first),
      "tables": tables.map { $0.html(first) }.joined(separator: "\n"),
    ]
    let parts = ["style": PackageResources.page_css, "script": PackageResources.page_js]
    let page = PageTemplate(String(decoding: PackageResources.page_html, as: UTF8.self))
      .filled(with: parts.merging(content.mapValues { Array($0.utf8) }) { $1 })
    return String(decoding: page, as: UTF8.self)
  }

  private var equationList: String {
    equations.enumerated().map { index, equation in
      """
      <li data-equation="\(index)"><span class="name">\(equation.title.escaped)</span>\
      <span class="formula">\(Markup(equation.formula).html)</span></li>
      """
    }.joined(separator: "\n")
  }

  private func stepList(_ first: [String: Int]) -> String {
    steps.enumerated().map { index, step in
      let shown =
        step.formulas.map { $0.html(first) }
        + (step.formulas.isEmpty
          ? step.reveals.map {
            "<p class=\"formula\">\(Markup($0.symbol).html) = \($0.html(first))</p>"
          } : [])
      let equation = step.equation.map { " data-equation=\"\($0)\"" } ?? ""
      let lit = step.lit.joined(separator: " ").escaped
      return """
        <section class="step \(step.phase.rawValue)" data-step="\(index + 1)" \
        data-lit="\(lit)"\(equation)>
        <h3><span class="phase">\(step.phase.rawValue)</span> \(Markup(step.title).html)</h3>
        \(shown.joined(separator: "\n"))
        </section>
        """
    }.joined(separator: "\n")
  }
}

extension Quantity {
  /// The number to nine digits; all digits are in its attributes.
  fileprivate func html(_ first: [String: Int]) -> String {
    "<span class=\"number\"\(SVGPen.data(of: self, at: first[id] ?? 0))>\(text)</span>"
  }
}

extension Explanation.Formula {
  fileprivate func html(_ first: [String: Int]) -> String {
    let numbers = expression.numbers.map {
      switch $0 {
      case .text(let text): Markup(text).html
      case .number(let quantity): quantity.html(first)
      }
    }.joined()
    return """
      <p class="formula">\(Markup(result.symbol).html) = \(Markup(expression.symbols).html)\
      <br>= \(numbers)<br>= <b>\(result.html(first))</b></p>
      """
  }
}

extension Explanation.Table {
  fileprivate func html(_ first: [String: Int]) -> String {
    let head =
      columns.allSatisfy(\.isEmpty)
      ? ""
      : "<tr>\(columns.map { "<th>\(Markup($0).html)</th>" }.joined())</tr>\n"
    let body = rows.map { row in
      let cells = row.map { cell in
        switch cell {
        case .text(let text): "<td>\(Markup(text).html)</td>"
        case .number(let quantity): "<td class=\"right\">\(quantity.html(first))</td>"
        case .empty: "<td></td>"
        }
      }
      return "<tr>\(cells.joined())</tr>"
    }.joined(separator: "\n")
    return """
      <div class="scroll"><table><caption>\(Markup(title).html)</caption>
      \(head)\(body)
      </table></div>
      """
  }
}
