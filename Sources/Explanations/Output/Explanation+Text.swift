import TandemRuns

extension Explanation {
  /// The explanation for a terminal: tables, then each step with its formulas.
  public var text: String {
    var lines = [title, ""]
    for note in notes { lines += Explanation.wrapped(Markup(note).plain, to: 96) + [""] }
    for table in tables { lines += table.lines + [""] }
    lines.append("Step by step")
    for (index, step) in steps.enumerated() {
      let number = String(repeating: " ", count: max(0, 4 - "\(index + 1)".count)) + "\(index + 1)"
      lines.append("\(number)  \(step.phase.rawValue): \(Markup(step.title).plain)")
      for formula in step.formulas {
        let symbols = Markup(formula.expression.symbols).plain
        lines.append(
          "        \(Markup(formula.result.symbol).plain) = \(symbols) = \(formula.numbers)"
            + " = \(formula.result.text)")
      }
      if step.formulas.isEmpty {
        for quantity in step.reveals {
          lines.append("        \(Markup(quantity.symbol).plain) = \(quantity.text)")
        }
      }
    }
    return lines.joined(separator: "\n")
  }

  /// A paragraph in lines of at most `width` characters.
  static func wrapped(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? String(word) : " \(word)"
    }
    return line.isEmpty ? lines : lines + [line]
  }
}

extension Explanation.Formula {
  /// The right side with the numbers put in, for a terminal.
  var numbers: String {
    expression.numbers.map {
      switch $0 {
      case .text(let text): Markup(text).plain
      case .number(let quantity): quantity.text
      }
    }.joined()
  }
}

extension Explanation.Table {
  /// Title, column titles and rows, numbers to the right.
  fileprivate var lines: [String] {
    let titles = columns.map { Markup($0).plain }
    var table = TextTable(
      columns.indices.map { column -> (title: String, alignment: TextTable.Alignment) in
        let isNumber = rows.contains { if case .number = $0[column] { true } else { false } }
        return (titles[column], isNumber ? .right : .left)
      })
    for row in rows {
      table.add(
        row.map { cell in
          switch cell {
          case .text(let text): Markup(text).plain
          case .number(let quantity): quantity.text
          case .empty: ""
          }
        })
    }
    // A row of titles that are all empty is an empty line.
    return [title] + table.text.split(separator: "\n").map { "  \($0)" }
  }
}
