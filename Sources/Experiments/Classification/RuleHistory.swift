import Foundation
import TandemCharts
import TandemRuns

/// What learning rules were found to do at each validation of a comparison.
struct RuleHistory: Codable, Equatable, Sendable {
  /// The rules at one validation, in their order.
  struct Row: Codable, Equatable, Sendable {
    let step: Int
    /// Shares of the test images classified rightly.
    let accuracies: [Double]
    /// Means since the validation before; nil where none was measured.
    let cosines: [Double?]
  }

  /// A mean that is being made.
  private struct Mean: Codable, Equatable, Sendable {
    var sum = 0.0
    var count = 0

    var value: Double? { count > 0 ? sum / Double(count) : nil }

    mutating func add(_ value: Double?) {
      guard let value else { return }
      sum += value
      count += 1
    }
  }

  /// What the rules are called.
  let names: [String]
  private(set) var rows: [Row] = []
  private var cosines: [Mean]

  init(names: [String]) {
    self.names = names
    cosines = names.map { _ in Mean() }
  }

  /// Takes note of a step of one rule.
  mutating func note(_ index: Int, cosine: Double?) { cosines[index].add(cosine) }

  /// Ends the time between two validations.
  mutating func close(step: Int, accuracies: [Double]) {
    rows.append(Row(step: step, accuracies: accuracies, cosines: cosines.map(\.value)))
    cosines = names.map { _ in Mean() }
  }

  /// Whether any cosine was measured.
  var hasCosines: Bool { rows.contains { $0.cosines.contains { $0 != nil } } }

  /// Accuracies over steps.
  func accuracyChart() throws -> LineChart {
    LineChart(
      title: "accuracy on the test images", x: Axis("step"), y: Axis("accuracy"),
      series: try series { $0.accuracies[$1] })
  }

  /// Cosines over steps.
  func cosineChart() throws -> LineChart {
    LineChart(
      title: "cosine of a rule's direction with the true gradient",
      subtitle: "means since the validation before; backpropagation's is 1 by definition",
      x: Axis("step"), y: Axis("cosine"), series: try series { $0.cosines[$1] ?? .nan })
  }

  private func series(_ value: (Row, Int) -> Double) throws -> [LineChart.Series] {
    try names.enumerated().map { index, name in
      try LineChart.Series(
        name, x: rows.map { Double($0.step) }, y: rows.map { value($0, index) })
    }
  }

  /// The rules beside each other: the last and the best accuracy, and the mean cosine of all
  /// validations.
  var table: String {
    var table = TextTable([
      ("RULE", .left), ("ACCURACY", .right), ("BEST", .right), ("COSINE", .right),
    ])
    func text(_ format: String, _ value: Double?) -> String {
      value.map { String(format: format, $0) } ?? "-"
    }
    for (index, name) in names.enumerated() {
      let accuracies = rows.map { $0.accuracies[index] }
      var cosine = Mean()
      for row in rows { cosine.add(row.cosines[index]) }
      table.add([
        name, text("%.2f %%", accuracies.last.map { $0 * 100 }),
        text("%.2f %%", accuracies.max().map { $0 * 100 }), text("%.4f", cosine.value),
      ])
    }
    return table.text
  }
}
