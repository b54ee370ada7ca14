import Foundation
import TandemComparison
import TandemRuns

/// All that a report could show of its runs, read once; `fitted` makes it fit the page's size.
struct ReportContent {
  let title: String
  private let runs: [Recorded]
  private let comparison: (Comparison, Comparison.Drawing)?
  private let shelf: SampleShelf
  private let differences: [ReportData.Row]
  private let configuration: [ReportData.Row]
  private let environment: [ReportData.Row]

  /// A run with its logs.
  private struct Recorded {
    let run: RecordedRun
    let name: String
    /// Without rows where a comparison's curves stand for the run's.
    let history: MetricsHistory
    let events: [RunEvent]
    let checkpoints: [Int]
    let notes: [String]
  }

  /// Content that fits a page, as safe JSON.
  struct Bounded {
    let data: [UInt8]
    let images: [UInt8]
    let remarks: [String]
  }

  /// Content whose curves are thinned.
  private struct Curves {
    let runs: [RunCurves]
    let folded: FoldedCurves?

    /// How many lost points.
    var thinned: Int { runs.reduce(folded?.thinned ?? 0) { $0 + $1.thinned } }
  }

  /// Reads the logs of the runs.
  ///
  /// - Parameter comparison: Whose curves stand for the runs' own; nil for these.
  init(
    _ recorded: [RecordedRun], _ comparison: (Comparison, Comparison.Drawing)?,
    _ options: ReportOptions
  ) {
    var runs: [Recorded] = []
    var samples: [(path: String, records: [SampleRecord])] = []
    var machines: [[ReportData.Row]] = []
    for (run, name) in zip(recorded, RunNames.names(of: recorded.map { .init($0) })) {
      var run = run
      // Those of a comparison were read for it, and what could not be read has been noted.
      let history = comparison == nil ? run.metrics() : MetricsHistory()
      let events = run.events()
      let checkpoints = run.checkpoints()
      samples.append((run.path, options.includesSamples ? run.samples() : []))
      var notes = run.notes
      machines.append(MachineRows.read("\(run.path)/env.json", &notes))
      runs.append(
        Recorded(
          run: run, name: name, history: history, events: events, checkpoints: checkpoints,
          notes: notes))
    }
    self.runs = runs
    self.comparison = comparison
    shelf = SampleShelf(samples)
    title = options.title ?? Self.title(of: recorded)
    differences = Self.differences(of: recorded)
    configuration = Self.rows(recorded.map { ($0.configuration?.leaves ?? []).map(Self.row) })
    environment = Self.rows(machines.map { $0.map { ($0.key, $0.values[0] ?? "") } })
  }

  /// Thins curves, shrinks sheets and leaves samples out until all fits; throws `ReportError`
  /// where that does not suffice.
  ///
  /// - Parameter frame: Bytes of the page around the content.
  func fitted(_ options: ReportOptions, frame: Int) throws(ReportError) -> Bounded {
    let room = options.maximumBytes - frame - Self.slack
    var limit = options.maximumPoints
    var curves = curves(limit: limit)
    var bare = data(curves, nil, options)
    // Curves may take half of the page where there are samples.
    while bare.count > (shelf.isEmpty ? room : room / 2), limit > 16 {
      limit = max(16, limit / 2)
      curves = self.curves(limit: limit)
      bare = data(curves, nil, options)
    }
    guard bare.count <= room else {
      throw .tooLarge(maximum: options.maximumBytes, needed: bare.count + frame + Self.slack)
    }
    let samples = shelf.fitted(room - bare.count)
    let remarks = Self.remarks(curves, limit: limit) + samples.remarks
    return Bounded(
      data: data(curves, samples, options, remarks), images: SafeText.json(samples.images),
      remarks: remarks)
  }

  private func curves(limit: Int) -> Curves {
    Curves(
      runs: runs.map { RunCurves($0.history, limit: limit) },
      folded: comparison.map { FoldedCurves($0, $1, limit: limit) })
  }

  /// Bytes kept for what has no fixed size beside curves and samples: remarks and the title.
  private static let slack = 4096

  private func data(
    _ curves: Curves, _ samples: FittedSamples?, _ options: ReportOptions,
    _ remarks: [String] = []
  ) -> [UInt8] {
    SafeText.json(
      ReportData(
        title: title, written: Date(), reloadSeconds: options.reloadSeconds,
        runs: runs.indices.map { run(runs[$0], curves.runs[$0], samples?.runs[$0]) },
        comparison: curves.folded, differences: differences, configuration: configuration,
        environment: environment,
        remarks: remarks))
  }

  private static func remarks(_ curves: Curves, limit: Int) -> [String] {
    let thinned = curves.thinned
    if thinned == 0 { return [] }
    return [
      "\(thinned) long curve\(thinned == 1 ? "" : "s") thinned to \(limit) points, which keep "
        + "the least and the greatest value of each stretch"
    ]
  }

  private func run(
    _ recorded: Recorded, _ curves: RunCurves, _ samples: FittedSamples.Run?
  ) -> ReportData.Run {
    let (summary, record) = (recorded.run.summary, recorded.run.record)
    return ReportData.Run(
      id: summary.id, name: recorded.name, path: summary.path, experiment: summary.experiment,
      status: summary.status.rawValue, message: summary.message, created: summary.created,
      updated: summary.updated, seconds: summary.seconds, step: summary.step,
      totalSteps: summary.totalSteps, seed: summary.seed,
      command: record.map { ShellCommand($0.arguments).description }, git: record?.git,
      sessions: (record?.sessions ?? []).map(ReportData.Session.init),
      checkpoints: recorded.checkpoints, health: HealthEntry.entries(of: recorded.events),
      readings: record?.readings ?? [:],
      notes: recorded.notes + (samples?.notes ?? []),
      curves: curves, samples: samples?.samples ?? [])
  }
}

extension ReportContent {
  /// The experiments' names.
  private static func title(of runs: [RecordedRun]) -> String {
    var seen: Set<String> = []
    let names = runs.compactMap(\.summary.experiment).filter { seen.insert($0).inserted }
    guard let first = names.first else { return "Report of \(runs.count) runs" }
    if names.count <= 3 { return names.joined(separator: ", ") }
    return "\(first) and \(names.count - 1) other experiments"
  }

  /// The keys whose values differ between the configurations that could be read.
  private static func differences(of runs: [RecordedRun]) -> [ReportData.Row] {
    ConfigurationDifferences(runs.map(\.configuration)).entries.map {
      ReportData.Row(key: $0.path, values: $0.values.map { $0?.inline })
    }
  }

  private static func row(
    _ leaf: (path: String, value: ConfigurationValue)
  ) -> (String, String) { (leaf.path, leaf.value.inline) }

  /// Tables of keys joined into one, in the order in which the keys come first.
  private static func rows(_ tables: [[(String, String)]]) -> [ReportData.Row] {
    var seen: Set<String> = []
    let lookups = tables.map { Dictionary($0, uniquingKeysWith: { first, _ in first }) }
    return tables.joined().compactMap { key, _ in
      guard seen.insert(key).inserted else { return nil }
      return ReportData.Row(key: key, values: lookups.map { $0[key] })
    }
  }
}
