import TandemRuns

/// One metric of all groups.
public struct MetricComparison: Sendable {
  /// What a table says of a group.
  public struct Row: Sendable, Equatable, Encodable {
    /// The group's index.
    public let group: Int
    /// The last values of its runs.
    public let final: Spread
    /// The best values of its runs; nil where no direction is known or no value is finite.
    public let best: Spread?
    /// The steps of the best values, in the order of the runs.
    public let bestSteps: [Int]
    /// Each run that has the metric.
    public let runs: [RunMetric]
  }

  /// The metric's name.
  public let name: String
  /// Which values are better; nil where nothing is known of it.
  public let direction: MetricDirection?
  /// The unit of its values; empty where none is known.
  public let unit: String
  /// The groups that have the metric.
  public let rows: [Row]
  /// Its curve in each group along the comparison's quantity; nil where no run has the metric.
  public let curves: [FoldedCurve?]
  /// Where the curves of two groups part: of each pair up to six groups, of the first group and
  /// each other beyond.
  public let partings: [Parting]
  /// What was left out of the curves, a line each.
  let notes: [String]

  private static let mostPairedGroups = 6

  init(
    _ name: String, _ groups: [RunGroup], along quantity: Quantity, smoothing: Double
  ) throws(ComparisonError) {
    self.name = name
    let runs = groups.flatMap(\.runs)
    let direction = MetricDirection.of(name, in: runs)
    self.direction = direction
    unit = Self.unit(of: name, runs)
    rows = groups.enumerated().compactMap { index, group in
      let runs = group.runs.compactMap { RunMetric($0, name, direction) }
      guard let final = Spread(runs.map(\.final)) else { return nil }
      return Row(
        group: index, final: final, best: Spread(runs.compactMap(\.best)),
        bestSteps: runs.compactMap(\.bestStep), runs: runs)
    }
    var notes: [String] = []
    let range = Self.range(of: name, runs)
    var curves: [FoldedCurve?] = []
    var stepCourses: [[Course]] = []
    for group in groups {
      var along: [Course] = []
      var steps: [Course] = []
      for run in group.runs {
        guard let series = run.series[name] else { continue }
        let course = Course(
          x: try quantity.places(of: series, in: run), values: series.values)
        if course.leftOut > 0 {
          notes.append(
            "\(run.path): \(course.leftOut) values of \(name) whose \(quantity) does not grow are"
              + " not in the curve")
        }
        along.append(course)
        steps.append(
          quantity == .step
            ? course : Course(x: series.steps.map(Double.init), values: series.values))
      }
      curves.append(along.isEmpty ? nil : FoldedCurve(along, smoothing: smoothing, range: range))
      stepCourses.append(steps)
    }
    self.curves = curves
    self.notes = notes
    let stepCurves =
      quantity == .step
      ? curves : stepCourses.map { $0.isEmpty ? nil : FoldedCurve($0, smoothing: smoothing) }
    partings = Self.pairs(groups.count).compactMap { first, second in
      guard let a = stepCurves[first], let b = stepCurves[second] else { return nil }
      return stepCourses[first].count == 1 && stepCourses[second].count == 1
        ? Parting(first, second, rows: stepCourses[first][0], stepCourses[second][0])
        : Parting(first, second, bands: a, b)
    }
  }

  private static func pairs(_ count: Int) -> [(Int, Int)] {
    let firsts = count <= mostPairedGroups ? count : 1
    return (0..<firsts).flatMap { first in (first + 1..<max(count, first + 1)).map { (first, $0) } }
  }

  /// The values that the metric can have by its name, unless a run has others: a share may have
  /// been recorded in percent.
  private static func range(of name: String, _ runs: [ComparedRun]) -> ClosedRange<Double> {
    let range = MetricName.range(of: name)
    let isKept = runs.allSatisfy { run in
      run.series[name]?.values.allSatisfy { !$0.isFinite || range.contains($0) } ?? true
    }
    return isKept ? range : -.infinity ... .infinity
  }

  /// Bits and nats are told by the metrics' names: a loss beside which bits stand is in nats.
  private static func unit(of name: String, _ runs: [ComparedRun]) -> String {
    let parts = name.split(separator: "/", maxSplits: 1)
    let rest = parts.count > 1 ? "/\(parts[1])" : ""
    switch parts.first {
    case "bits": return "bits"
    case "loss" where runs.allSatisfy({ $0.metrics.contains("bits\(rest)") }): return "nats"
    default: return ""
    }
  }
}
