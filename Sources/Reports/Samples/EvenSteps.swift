/// Which samples stay when not all can.
enum EvenSteps {
  /// Samples at evenly spread steps: of each tag about the given share of its steps, for all runs
  /// the same, with the first and the last of each run among them.
  static func kept(_ files: [SampleFile], share: Double) -> [SampleFile] {
    if share >= 1 { return files }
    return Dictionary(grouping: files, by: \.record.tag).sorted { $0.key < $1.key }
      .flatMap { _, files in
        let steps = Set(files.map(\.record.step)).sorted()
        let chosen = Set(places(of: steps.count, share: share).map { steps[$0] })
        let ends = Dictionary(grouping: files, by: \.run).mapValues { files in
          let steps = files.map(\.record.step)
          return (first: steps.min(), last: steps.max())
        }
        return files.filter { file in
          let step = file.record.step
          let own = ends[file.run]
          return chosen.contains(step) || step == own?.first || step == own?.last
        }
      }
  }

  /// Evenly spread places among `count`, the first and the last among them.
  private static func places(of count: Int, share: Double) -> [Int] {
    let wanted = min(count, max(2, Int(Double(count) * share)))
    if wanted >= count { return Array(0..<count) }
    return (0..<wanted).map { ($0 * (count - 1) + (wanted - 1) / 2) / (wanted - 1) }
  }
}
