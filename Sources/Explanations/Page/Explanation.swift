/// One forward and one backward pass through a small network, number by number.
///
/// What is explained fills it in; `text`, `html()` and `picture()` show it.
public struct Explanation: Sendable {
  /// A line about the experiment.
  public var title: String
  /// What a reader should know before the first step, a paragraph each, as markup.
  public var notes: [String]
  /// The rules that the steps follow.
  public var equations: [Equation]
  /// The network's picture.
  public var figure: Figure
  /// The way through it, from the inputs to the new weights.
  public var steps: [Step]
  /// All numbers, for reading at leisure.
  public var tables: [Table]

  /// A rule that steps follow, such as one of the equations of backprop.
  public struct Equation: Sendable {
    /// What it finds, in a few words.
    public var title: String
    /// The equation as markup.
    public var formula: String

    /// A rule with its title.
    public init(_ title: String, _ formula: String) {
      self.title = title
      self.formula = formula
    }

    /// Gradient descent.
    static let step = Equation("Step", "w′ = w − η ∂E/∂w")
  }

  /// A number and how it follows from others.
  public struct Formula: Sendable {
    /// The left side.
    public var result: Quantity
    /// The right side.
    public var expression: Expression

    /// `result = expression`.
    public init(_ result: Quantity, _ expression: Expression) {
      self.result = result
      self.expression = expression
    }
  }

  /// What is computed at once.
  public struct Step: Sendable {
    /// Which way the step goes.
    public enum Phase: String, Sendable, Encodable {
      case forward, backward, update
    }

    public var phase: Phase
    /// What it computes, as markup.
    public var title: String
    /// The number of the equation that it follows, from 0.
    public var equation: Int?
    public var formulas: [Formula]
    /// Numbers that appear with it beside the formulas' results.
    public var reveals: [Quantity]
    /// The parts of the picture that it is about.
    public var lit: [String]

    /// A step of the given formulas.
    public init(
      _ phase: Phase, _ title: String, equation: Int? = nil, lit: [String] = [],
      reveals: [Quantity] = [], _ formulas: [Formula]
    ) {
      (self.phase, self.title, self.equation, self.lit) = (phase, title, equation, lit)
      (self.reveals, self.formulas) = (reveals, formulas)
    }

    /// The last step: the error before the update, and with what the update has made new.
    static func errors(_ before: Quantity, _ after: Quantity, withNew parts: String) -> Step {
      Step(
        .update, "Error before the step and with the new \(parts)", lit: ["E"],
        reveals: [before, after], [])
    }
  }

  /// Numbers in rows and columns.
  public struct Table: Sendable {
    /// What stands in a cell.
    public enum Cell: Sendable {
      case text(String)
      case number(Quantity)
      case empty
    }

    public var title: String
    /// The columns' titles as markup.
    public var columns: [String]
    public var rows: [[Cell]]

    /// A table of rows with as many cells as there are columns.
    public init(_ title: String, columns: [String], rows: [[Cell]]) {
      (self.title, self.columns, self.rows) = (title, columns, rows)
    }

    /// The numbers of a matrix; `columns` gives its width.
    public init(_ title: String, matrix: [Quantity], columns: Int) {
      self.init(
        title, columns: Array(repeating: "", count: columns),
        rows: stride(from: 0, to: matrix.count, by: columns).map { start in
          matrix[start..<(start + columns)].map { .number($0) }
        })
    }
  }

  /// An explanation of the given parts.
  public init(
    title: String, notes: [String], equations: [Equation], figure: Figure, steps: [Step],
    tables: [Table]
  ) {
    (self.title, self.notes, self.equations) = (title, notes, equations)
    (self.figure, self.steps, self.tables) = (figure, steps, tables)
  }

  /// The step, counted from 1, with which each number appears; those that no step computes are
  /// there from the start.
  public var firstSteps: [String: Int] {
    var found: [String: Int] = [:]
    for (index, step) in steps.enumerated() {
      for quantity in step.formulas.map(\.result) + step.reveals where found[quantity.id] == nil {
        found[quantity.id] = index + 1
      }
    }
    return found
  }

  /// Every number on the page, each once, in the order in which they appear.
  public var quantities: [Quantity] {
    var seen: Set<String> = []
    var result: [Quantity] = []
    func add(_ quantity: Quantity) {
      if seen.insert(quantity.id).inserted { result.append(quantity) }
    }
    func add(_ expression: Expression) {
      for case .number(let quantity) in expression.numbers { add(quantity) }
    }
    for step in steps {
      for formula in step.formulas {
        add(formula.expression)
        add(formula.result)
      }
      step.reveals.forEach(add)
    }
    for table in tables {
      for case .number(let quantity) in table.rows.joined() { add(quantity) }
    }
    figure.quantities.forEach(add)
    return result
  }
}
