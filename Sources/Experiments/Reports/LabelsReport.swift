import TandemRuns

/// What `tandem tag` and `tandem note` tell.
public struct LabelsReport: JSONReport {
  let run: String
  let tags: [String]
  let note: String?

  /// The labels of the run at `path`.
  public init(path: String, _ labels: RunLabels) {
    run = path
    tags = labels.tags
    note = labels.note
  }

  /// The tags, one a line.
  public var text: String { tags.joined(separator: "\n") }
}
