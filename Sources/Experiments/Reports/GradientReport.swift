import Foundation
import TandemLayers
import TandemRuns
import TandemTensors

/// What `tandem gradcheck` tells: gradients by backpropagation beside central differences.
public struct GradientReport: JSONReport {
  /// One gradient of one case.
  struct Row: Encodable {
    let subject: String
    let tensor: String
    let order: Int
    let worstError: Double
    let tolerance: Double
    let element: Int
    let backpropagated: Double
    let difference: Double
    let checked: Int

    var isPassed: Bool { worstError <= tolerance }
  }

  var rows: [Row] = []

  /// Whether every error is within its tolerance.
  public var isPassed: Bool { rows.allSatisfy(\.isPassed) }

  /// Checks every primitive and every layer by their examples.
  public static func ofEverything() -> GradientReport {
    var report = GradientReport()
    for primitive in PrimitiveCatalogue.all {
      for example in primitive.examples {
        report.add("\(primitive.name) \(example.name)", example.inputs, nil, example.body)
      }
    }
    for layer in LayerCatalogue.cases {
      let (tensors, names) = layer.arguments
      report.add(layer.name, tensors, names, layer.output)
    }
    return report
  }

  /// Checks the networks and losses of an experiment at a reduced size: narrow layers, small
  /// images, few samples a batch, some elements of each parameter.
  ///
  /// - Throws: What is wrong with the data, where a network's shape depends on them.
  public init(of experiment: Experiment) throws {
    for example in try experiment.configuration.gradientCases() { add(example) }
  }

  /// A report of nothing yet.
  package init() {}

  /// Checks both orders of a case.
  package mutating func add(
    _ subject: String, _ arguments: [Tensor], _ names: [String]?, _ f: ([Tensor]) -> Tensor
  ) {
    let check = GradientCheck()
    append(subject, order: 1, check.firstOrder(arguments, names: names, f))
    append(subject, order: 2, check.secondOrder(arguments, names: names, f))
  }

  /// Checks both orders of a loss with respect to a network's parameters, at some elements of each.
  package mutating func add(_ example: GradientCase) {
    let (parameters, names, loss) = (example.parameters, example.names, example.loss)
    add(example.subject, order: 1) { check in
      check.firstOrder(parameters, names: names, loss)
    }
    add(example.subject, order: 2) { check in
      check.secondOrder(parameters, names: names, loss)
    }
  }

  /// Checks by differences of one width or, where these do not agree, of narrower ones.
  ///
  /// ReLU and its kin have kinks, and a difference across one is far off, whatever the gradient. A
  /// narrower one crosses fewer; a wrong gradient agrees with none of them.
  private mutating func add(
    _ subject: String, order: Int, _ check: (GradientCheck) -> [GradientCheck.Result]
  ) {
    let tolerance = GradientReport.tolerance(order: order)
    func results(step: Double) -> [GradientCheck.Result] {
      check(GradientCheck(step: step, elementLimit: 12))
    }
    var best = results(step: 1e-5)
    for step in [1e-6, 1e-7] where best.contains(where: { !($0.worstError <= tolerance) }) {
      best = zip(best, results(step: step)).map { $0.worstError <= $1.worstError ? $0 : $1 }
    }
    append(subject, order: order, best)
  }

  /// The greatest relative error that a derivative of first or second order may have.
  private static func tolerance(order: Int) -> Double { order == 1 ? 1e-6 : 1e-5 }

  private mutating func append(
    _ subject: String, order: Int, _ results: [GradientCheck.Result]
  ) {
    rows += results.map { result in
      Row(
        subject: subject, tensor: result.name, order: order, worstError: result.worstError,
        tolerance: GradientReport.tolerance(order: order), element: result.element,
        backpropagated: result.backpropagated, difference: result.difference,
        checked: result.checked)
    }
  }

  public var text: String {
    var table = TextTable([
      ("", .left), ("SUBJECT", .left), ("WITH RESPECT TO", .left), ("ORDER", .right),
      ("WORST ERROR", .right), ("ELEMENT", .right), ("BACKPROPAGATED", .right),
      ("DIFFERENCE", .right), ("CHECKED", .right),
    ])
    for row in rows {
      table.add([
        row.isPassed ? "ok" : "FAILED", row.subject, row.tensor, "\(row.order)",
        String(format: "%.1e", row.worstError), "\(row.element)",
        String(format: "%.9g", row.backpropagated), String(format: "%.9g", row.difference),
        "\(row.checked)",
      ])
    }
    let failures = rows.count { !$0.isPassed }
    let worst = rows.map(\.worstError).max() ?? 0
    return table.text
      + "\n\(rows.count) gradients checked, \(failures) failed, worst relative error "
      + String(format: "%.1e", worst)
  }
}
