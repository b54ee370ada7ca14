import TandemRuns

/// The explanation for programs: every number, and every step with its formulas.
public struct ExplanationReport: Encodable, Sendable {
  struct Number: Encodable, Sendable {
    let id: String
    let symbol: String
    let value: Double
    /// The step that computes it, from 1; 0 for what is given.
    let step: Int
  }

  struct Line: Encodable, Sendable {
    let result: String
    let symbols: String
    let numbers: String
    let value: Double
  }

  struct Step: Encodable, Sendable {
    let number: Int
    let phase: Explanation.Step.Phase
    let title: String
    let formulas: [Line]
  }

  let title: String
  let numbers: [Number]
  let steps: [Step]

  /// The numbers and steps of an explanation.
  public init(_ explanation: Explanation) {
    title = explanation.title
    let first = explanation.firstSteps
    numbers = explanation.quantities.map {
      Number(
        id: $0.id, symbol: Markup($0.symbol).plain, value: $0.value, step: first[$0.id] ?? 0)
    }
    steps = explanation.steps.enumerated().map { index, step in
      Step(
        number: index + 1, phase: step.phase, title: Markup(step.title).plain,
        formulas: step.formulas.map {
          Line(
            result: $0.result.id, symbols: Markup($0.expression.symbols).plain,
            numbers: $0.numbers, value: $0.result.value)
        })
    }
  }

  /// The report as indented JSON with sorted keys.
  public func json() throws -> String { try ReportText.json(self) }
}
