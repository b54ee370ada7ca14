import TandemRuns

/// What `tandem why` tells.
public struct ContrastReport: JSONReport {
  let runs: [String]
  let paths: [String]
  /// Whether nothing that is known differs.
  let same: Bool
  let sections: [RunContrast.Section]
  let metrics: MetricParting
  let samples: ArtifactParting
  let checkpoints: ArtifactParting
  /// What could not be read, a line each.
  public let notes: [String]

  /// The report of two runs.
  public init(_ contrast: RunContrast) {
    runs = contrast.runs
    paths = contrast.paths
    same = contrast.isSame
    sections = contrast.sections
    metrics = contrast.metrics
    samples = contrast.samples
    checkpoints = contrast.checkpoints
    notes = contrast.notes + contrast.samples.notes + contrast.checkpoints.notes
  }

  public var text: String {
    var parts: [String] = []
    for section in sections {
      var lines: [String] = []
      if !section.differences.isEmpty {
        var table = TextTable([
          (section.name.uppercased(), .left), (runs[0], .left), (runs[1], .left),
        ])
        for row in section.differences {
          table.add([row.name, Self.cell(row.first), Self.cell(row.second)])
        }
        lines.append(table.text)
      }
      lines += section.unknown.map { "not known: \($0)" }
      if !lines.isEmpty { parts.append(lines.joined(separator: "\n")) }
    }
    let agreeing = sections.filter { $0.differences.isEmpty && $0.unknown.isEmpty }.map(\.name)
    if !agreeing.isEmpty { parts.append("the same: \(agreeing.joined(separator: ", "))") }
    parts.append(
      ([metricLine] + metricRows + [sampleLine, checkpointLine]).joined(separator: "\n"))
    if same { parts.append("nothing that is known of the two runs differs") }
    return parts.joined(separator: "\n\n")
  }

  private static func cell(_ value: String?) -> String {
    value?.shortenedInside(to: 60) ?? "-"
  }

  private var metricLine: String {
    if metrics.compared == 0 { return "metrics      no step of which both runs have a row" }
    guard let step = metrics.step else {
      return "metrics      the same in all \(metrics.compared) rows that both have"
    }
    return "metrics      part at step \(step), in \(metrics.values.count) of them"
  }

  /// The first values that differ, with all their digits.
  private var metricRows: [String] {
    guard metrics.step != nil else { return [] }
    let shown = metrics.values.prefix(5)
    var table = TextTable([("", .left), ("", .left), ("", .left)])
    for row in shown {
      table.add([
        row.name, row.first.map(ValueText.short) ?? "-", row.second.map(ValueText.short) ?? "-",
      ])
    }
    return table.text.split(separator: "\n").map { "  \($0)" }
  }

  private var sampleLine: String {
    if samples.compared == 0 { return "samples      none that both have" }
    guard let name = samples.name else {
      return "samples      the same in all \(samples.compared) that both have"
    }
    return "samples      part with \(name)"
  }

  private var checkpointLine: String {
    if checkpoints.compared == 0 { return "checkpoints  none of a step that both have" }
    guard let step = checkpoints.step, let name = checkpoints.name else {
      return "checkpoints  the same in all \(checkpoints.compared) that both have"
    }
    return "checkpoints  part at step \(step), first in \(name)"
      + (checkpoints.detail.map { ": \($0)" } ?? "")
  }
}
