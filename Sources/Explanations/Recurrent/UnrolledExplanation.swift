/// A network unrolled over a few steps, and what its page has whatever the cell.
protocol UnrolledExplanation {
  var pass: UnrolledPass { get }
  /// What comes in and goes out, step by step.
  var ends: [UnrolledEnds] { get }
  /// Everything that the steps share but for the output's weights and bias.
  var cellParameters: [Parameter] { get }
  var outputWeights: [Parameter] { get }
  var outputBias: Parameter { get }
  /// The cell's outputs at a step, counted from 0: one for each of the output's weights.
  func outputs(_ index: Int) -> [Quantity]
  /// The parts of the picture that hold them.
  func outputParts(_ index: Int) -> [String]
  /// The parts of the picture that hold the parameters, with their titles; the output's is last.
  var panels: [(id: String, title: String, parameters: [Parameter])] { get }
}

/// The number that comes in at a step, and the output with its error.
struct UnrolledEnds {
  let x, dx, target, output, slope, error: Quantity
  /// The step, from 1.
  let step: Int
  /// The output's letter.
  let letter: String

  init(_ pass: UnrolledPass, step: Int, output letter: String, target: Double) {
    (self.step, self.letter) = (step, letter)
    x = pass.trace.value("x\(step)", "x.\(step)", "x_{\(step)}")
    dx = pass.trace.slope("x\(step)", "dx.\(step)", "∂E/∂x_{\(step)}")
    self.target = Quantity("t.\(step)", "t_{\(step)}", target)
    output = pass.trace.value("\(letter)\(step)", "\(letter).\(step)", "\(letter)_{\(step)}")
    slope = pass.trace.slope(
      "\(letter)\(step)", "d\(letter).\(step)", "∂E/∂\(letter)_{\(step)}")
    error = pass.error(ofStep: step)
  }

  /// The parts of the picture that hold the input and the output.
  var inputPart: String { "x.\(step)" }
  var outputPart: String { "\(letter).\(step)" }
}

extension UnrolledExplanation {
  private var parameters: [Parameter] { cellParameters + outputWeights + [outputBias] }
  private var outputPanel: String { panels[panels.count - 1].id }

  /// A sum over the steps, as the gradient of what they share is.
  func sum(_ term: (Int) -> Expression) -> Expression { .sum(ends.indices.map(term)) }

  /// The equation of the output and of the error.
  var outputEquation: Explanation.Equation {
    let (y, bias) = (ends[0].letter, outputBias.value.symbol)
    return .init(
      "Output and error",
      "\(y)_{t} = V h_{t} + \(bias),  E_{t} = ½ (\(y)_{t} − t_{t})^{2},  E = Σ_{t} E_{t}")
  }

  /// That of the first step back.
  var slopeEquation: Explanation.Equation {
    let y = ends[0].letter
    return .init("Error with the outputs", "∂E/∂\(y)_{t} = \(y)_{t} − t_{t}")
  }

  /// That of the output's parameters.
  var outputGradientEquation: Explanation.Equation {
    let (y, bias) = (ends[0].letter, outputBias.value.symbol)
    return .init(
      "and of the output",
      "∂E/∂V = Σ_{t} ∂E/∂\(y)_{t} h_{t}^{T},  ∂E/∂\(bias) = Σ_{t} ∂E/∂\(y)_{t}")
  }

  /// Forward from the cell to the error of a step, counted from 0.
  func outputStep(_ index: Int, equation: Int) -> Explanation.Step {
    let end = ends[index]
    let terms = zip(outputWeights, outputs(index)).map { Expression.product($0.value, $1) }
    return .init(
      .forward, "Output and error at step \(end.step)", equation: equation,
      lit: [end.outputPart] + outputParts(index),
      [
        .init(end.output, .sum(terms + [.quantity(outputBias.value)])),
        .init(end.error, .halfSquare(end.output, end.target)),
      ])
  }

  func totalStep(equation: Int) -> Explanation.Step {
    .init(
      .forward, "Error of all steps", equation: equation, lit: ["E"],
      [.init(pass.error, sum { .quantity(ends[$0].error) })])
  }

  /// Back from the error of a step to its output.
  func slopeStep(_ index: Int, equation: Int) -> Explanation.Step {
    let end = ends[index]
    return .init(
      .backward, "Error with the output of step \(end.step)", equation: equation,
      lit: [end.outputPart],
      [.init(end.slope, .difference(.quantity(end.output), .quantity(end.target)))])
  }

  /// Back from what the input of a step decides to the input.
  func inputStep(
    _ index: Int, equation: Int, lit: [String], _ terms: [Expression]
  ) -> Explanation.Step {
    let end = ends[index]
    return .init(
      .backward, "Error with the input of step \(end.step)", equation: equation,
      lit: [end.inputPart] + lit, [.init(end.dx, .sum(terms))])
  }

  /// The gradients of the output's parameters, the step of all, and what it did to the error.
  func closingSteps(outputEquation: Int, stepEquation: Int) -> [Explanation.Step] {
    var gradients = outputWeights.enumerated().map { unit, weight in
      Explanation.Formula(weight.gradient, sum { .product(outputs($0)[unit], ends[$0].slope) })
    }
    gradients.append(.init(outputBias.gradient, sum { .quantity(ends[$0].slope) }))
    return [
      .init(
        .backward, "Parameters of the output", equation: outputEquation, lit: [outputPanel],
        gradients),
      .init(
        .update, "Step of all parameters", equation: stepEquation, lit: panels.map(\.id),
        parameters.map { $0.step(pass.rate) }),
      .errors(pass.error, pass.errorAfter, withNew: "parameters"),
    ]
  }

  /// Inputs and outputs, parameters, and the error.
  var closingTables: [Explanation.Table] {
    let y = ends[0].letter
    return [
      .init(
        "Inputs and outputs",
        columns: ["step", "x", y, "target", "E_{t}", "∂E/∂\(y)", "∂E/∂x"],
        rows: ends.map { end -> [Explanation.Table.Cell] in
          let numbers = [end.x, end.output, end.target, end.error, end.slope, end.dx]
          return [.text("\(end.step)")] + numbers.map { .number($0) }
        }),
      .init(
        "Parameters", columns: ["", "value", "gradient", "after the step"],
        rows: parameters.map(\.cells)),
      .init(
        "Error", columns: ["before", "after the step"],
        rows: [[.number(pass.error), .number(pass.errorAfter)]]),
    ]
  }
}
