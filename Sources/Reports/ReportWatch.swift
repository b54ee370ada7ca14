import Foundation
import TandemRuns

/// Keeps a report fresh while its runs change.
public struct ReportWatch: Sendable {
  private let paths: [String]
  private let output: String
  private let options: ReportOptions

  /// A watch over the run directories at `paths` that writes the page to `output`.
  ///
  /// The page loads itself again after `options.reloadSeconds`, 5 where these say nothing.
  public init(paths: [String], output: String, options: ReportOptions = ReportOptions()) {
    self.paths = paths
    self.output = output
    self.options = options
  }

  /// Writes the page, writes it again whenever a run has changed, and returns when all runs have
  /// ended or `isCancelled` says so; the last page does not load itself again.
  ///
  /// - Parameters:
  ///   - replacing: Whether a file that is there at the start may be replaced.
  ///   - interval: Seconds between two looks at the runs.
  ///   - onWrite: Told of each page that was written.
  /// - Throws: `ReportError`.
  public func run(
    replacing: Bool, interval: Double = 2, isCancelled: () -> Bool = { false },
    onWrite: (ReportPage) -> Void = { _ in }
  ) throws(ReportError) {
    var live = options
    live.reloadSeconds = options.reloadSeconds ?? 5
    var still = options
    still.reloadSeconds = nil
    var written: [String]?
    while true {
      // What changes while the page is made is seen at the next look.
      let state = paths.flatMap(Self.state)
      let runs = paths.map(RecordedRun.init(path:))
      let isLast = isCancelled() || !runs.contains { $0.summary.status == .running }
      if isLast || state != written {
        let page = try ReportPage(runs: runs, options: isLast ? still : live)
        try page.write(to: output, replacing: replacing || written != nil)
        onWrite(page)
        written = state
      }
      if isLast { return }
      Self.wait(interval, isCancelled)
    }
  }

  /// Sizes and times of the files by which a run changes.
  private static func state(of path: String) -> [String] {
    ["run.json", "metrics.jsonl", "events.jsonl", "samples/index.jsonl"].map { name in
      var status = stat()
      guard stat("\(path)/\(name)", &status) == 0 else { return "-" }
      return "\(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)"
    }
  }

  private static func wait(_ seconds: Double, _ isCancelled: () -> Bool) {
    let end = Date(timeIntervalSinceNow: seconds)
    while !isCancelled(), case let rest = end.timeIntervalSinceNow, rest > 0 {
      Thread.sleep(forTimeInterval: min(rest, 0.1))
    }
  }
}
