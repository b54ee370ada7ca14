import Foundation
import TandemComparison
import TandemImages
import TandemRuns

/// A page of HTML that shows runs and needs nothing beside itself: it opens from the disk, without
/// a network.
///
/// It holds the curves of all metrics, sample sheets and texts on one step slider, status,
/// configuration, environment, health events and what could not be read. What a cap on the size
/// made smaller or left out is said in the page and in `remarks`.
public struct ReportPage: Sendable {
  /// The page, in UTF-8.
  public let html: [UInt8]
  /// What was thinned, shrunk or left out for the page's size, a line each.
  public let remarks: [String]
  /// Whether it loads itself again, because its runs still change.
  public let isLive: Bool
  /// How many runs it shows.
  public let runCount: Int

  /// Makes the page of some runs, in their order; a run that is named twice is shown once.
  ///
  /// Throws `ReportError` without runs, without the chart library and where the size cannot be
  /// kept. What is damaged in a run is left out, and a note in the page says so.
  public init(
    runs: [RecordedRun], options: ReportOptions = ReportOptions()
  ) throws(ReportError) {
    var seen: Set<String> = []
    try self.init(runs.filter { seen.insert($0.path).inserted }, nil, options)
  }

  /// Makes the page of a comparison: its groups' curves, folded, smoothed and laid along its
  /// quantity as the comparison's pictures show them, and what is known of its runs but for
  /// samples.
  ///
  /// Throws `ReportError` as for runs.
  public init(
    _ comparison: Comparison, _ drawing: Comparison.Drawing = .init(),
    options: ReportOptions = ReportOptions()
  ) throws(ReportError) {
    var options = options
    options.includesSamples = false
    try self.init(
      comparison.runs.map(\.recorded), (comparison, drawing), options)
  }

  private init(
    _ runs: [RecordedRun], _ comparison: (Comparison, Comparison.Drawing)?,
    _ options: ReportOptions
  ) throws(ReportError) {
    guard !runs.isEmpty else { throw .noRuns }
    let frame = try PageFrame(library: ChartLibrary(folder: options.libraryFolder))
    let content = ReportContent(runs, comparison, options)
    let bounded = try content.fitted(options, frame: frame.byteCount)
    html = frame.page(title: content.title, data: bounded.data, images: bounded.images)
    remarks = bounded.remarks
    isLive = options.reloadSeconds != nil
    runCount = runs.count
  }

  /// Writes the page so that a reader sees the old file or the new one, never a part.
  ///
  /// Throws `ReportError`, also where the file exists and is not to be replaced.
  public func write(to path: String, replacing: Bool = false) throws(ReportError) {
    if !replacing, FileManager.default.fileExists(atPath: path) { throw .exists(file: path) }
    do {
      try File.write(html, to: path)
    } catch {
      if case .unwritable(let file, let reason) = error {
        throw .unwritable(file: file, reason: reason)
      }
      throw .unwritable(file: path, reason: "\(error)")
    }
  }
}
