import TandemRuns

/// What `tandem compare` tells.
public struct ComparisonReport: JSONReport {
  struct Group: Encodable {
    let label: String
    let runs: [Run]
  }

  struct Run: Encodable {
    let id: String
    let path: String
    let experiment: String
    let seed: UInt64?
    let status: RunStatus
    /// Its last step that has metrics.
    let step: Int?
    let totalSteps: Int?
    let seconds: Double?
  }

  struct Metric: Encodable {
    let name: String
    let unit: String
    let better: MetricDirection?
    let groups: [MetricComparison.Row]
    let partings: [Parting]
  }

  let groups: [Group]
  let metrics: [Metric]
  let differences: [KeyDifference]
  let quantity: Quantity
  let smoothing: Double
  /// What to know of the numbers, a line each.
  public let notes: [String]

  /// The report of a comparison.
  public init(_ comparison: Comparison) {
    groups = comparison.groups.map { group in
      Group(
        label: group.label,
        runs: group.runs.map { run in
          Run(
            id: run.id, path: run.path, experiment: run.experiment, seed: run.seed,
            status: run.summary.status, step: run.lastStep, totalSteps: run.summary.totalSteps,
            seconds: run.seconds)
        })
    }
    metrics = comparison.metrics.map {
      Metric(
        name: $0.name, unit: $0.unit, better: $0.direction, groups: $0.rows, partings: $0.partings)
    }
    differences = comparison.differences
    quantity = comparison.request.quantity
    smoothing = comparison.request.smoothing
    notes = comparison.notes
  }

  /// The tables one below another, each under a heading.
  public var text: String {
    var parts = [metricTable.text]
    if let table = differenceTable { parts.append("What differs\n\n\(table.text)") }
    if let table = partingTable { parts.append("Where the curves part\n\n\(table.text)") }
    parts.append("Runs\n\n\(runTable.text)")
    return parts.joined(separator: "\n\n")
  }

  /// The groups' labels as tables show them: long ones cut inside, with a number where that makes
  /// two of them alike.
  private var labels: [String] {
    let short = groups.map { ValueText.cell($0.label) }
    return short.enumerated().map { index, label in
      short.count { $0 == label } == 1 ? label : "\(index + 1): \(label)"
    }
  }

  private var metricTable: TextTable {
    let labels = labels
    var table = TextTable([
      ("METRIC", .left), ("GROUP", .left), ("N", .right), ("FINAL", .left), ("BEST", .left),
      ("AT STEP", .right), ("STEPS", .right), ("TIME", .right),
    ])
    for metric in metrics {
      for row in metric.groups {
        let members = groups[row.group].runs
        table.add([
          metric.name, labels[row.group], "\(row.runs.count)", ValueText.spread(row.final),
          ValueText.spread(row.best), ValueText.range(row.bestSteps),
          ValueText.range(members.compactMap(\.step)),
          ValueText.spreadOfTimes(members.compactMap(\.seconds)),
        ])
      }
    }
    return table
  }

  /// The differing keys with their values side by side: a column a group, or a column a key where
  /// that is narrower.
  private var differenceTable: TextTable? {
    guard groups.count > 1, !differences.isEmpty else { return nil }
    let labels = labels
    func cell(_ value: String?) -> String { value.map(ValueText.cell) ?? "-" }
    if differences.count < groups.count {
      var table = TextTable([("GROUP", .left)] + differences.map { ($0.key, .left) })
      for (index, label) in labels.enumerated() {
        table.add([label] + differences.map { cell($0.values[index]) })
      }
      return table
    }
    var table = TextTable([("KEY", .left)] + labels.map { ($0, .left) })
    for row in differences { table.add([row.key] + row.values.map(cell)) }
    return table
  }

  private var partingTable: TextTable? {
    let labels = labels
    var table = TextTable([
      ("METRIC", .left), ("OF", .left), ("AND", .left), ("COMPARED BY", .left),
      ("FIRST APART AT STEP", .right), ("TO THE END FROM", .right), ("GREATEST DISTANCE", .right),
    ])
    for metric in metrics {
      for parting in metric.partings {
        let kind = parting.kind == .rows ? "rows" : "mean ± deviation"
        table.add([
          metric.name, labels[parting.first], labels[parting.second], kind,
          parting.compared == 0 ? "no step in common" : parting.step.map { "\($0)" } ?? "never",
          parting.lastingFrom.map { "\($0)" } ?? "-",
          parting.greatestDistance.map(ValueText.value) ?? "-",
        ])
      }
    }
    return metrics.contains { !$0.partings.isEmpty } ? table : nil
  }

  private var runTable: TextTable {
    var table = TextTable(
      [
        ("GROUP", .left), ("RUN", .left), ("SEED", .right), ("STATUS", .left), ("STEP", .right),
        ("TIME", .right),
      ] + metrics.map { ($0.name, .right) })
    for (index, (label, group)) in zip(labels, groups).enumerated() {
      for run in group.runs {
        let step = run.step.map { "\($0)" } ?? "-"
        let values = metrics.map { metric in
          metric.groups.first { $0.group == index }?.runs.first { $0.run == run.id }
            .map { ValueText.value($0.final) } ?? "-"
        }
        table.add(
          [
            label, run.id, run.seed.map { "\($0)" } ?? "-", run.status.rawValue,
            run.totalSteps.map { "\(step)/\($0)" } ?? step,
            run.seconds.map(ReportText.time) ?? "-",
          ] + values)
      }
    }
    return table
  }
}

extension ValueText {
  /// The least and the greatest of several times.
  static func spreadOfTimes(_ seconds: [Double]) -> String {
    guard let least = seconds.min(), let most = seconds.max() else { return "-" }
    let (low, high) = (ReportText.time(least), ReportText.time(most))
    if low == high { return low }
    let (start, end) = (low.split(separator: " "), high.split(separator: " "))
    return start.last == end.last ? "\(start[0])…\(high)" : "\(low)…\(high)"
  }
}
