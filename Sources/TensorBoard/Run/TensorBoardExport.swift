import Foundation
import TandemRuns

/// Makes event files of a run from its other files: metrics, samples, configuration and state.
///
/// As of a run that was followed live, how it has ended is in a second file, `<name>.end`, which a
/// session that goes on removes.
///
/// The same run gives the same bytes: the time of a row is when the run was created plus the
/// seconds of work by then. What a run's own event file holds of the distribution of weights and
/// gradients is nowhere else, and not in an exported one.
public struct TensorBoardExport {
  /// What was written.
  public struct Outcome: Sendable, Encodable {
    /// The event file.
    public let file: String
    /// Rows of metrics.
    public let rows: Int
    /// Sample sheets and other pictures.
    public let pictures: Int
    /// Sampled texts.
    public let texts: Int
    /// What could not be read, a line each.
    public let notes: [String]
  }

  private var run: RecordedRun
  /// Where the file is written unless the user says otherwise: `tensorboard` in the run's folder.
  public var usualFolder: String { "\(run.path)/tensorboard" }

  /// An export of the run in the folder `path`.
  public init(path: String) { run = RecordedRun(path: path) }

  /// Writes the event file into a folder, which is made when absent.
  ///
  /// - Parameters:
  ///   - folder: `usualFolder` if nil.
  ///   - isReplacing: Whether event files that are in the folder give way.
  /// - Throws: `RunError` where there is nothing to export, the folder holds event files that are
  ///   to stay, or cannot be written.
  public func write(
    to folder: String? = nil, replacing isReplacing: Bool,
    fileSystem: any FileSystem = LocalFileSystem()
  ) throws(RunError) -> Outcome {
    var run = run
    let folder = folder ?? usualFolder
    let earlier = isFolder(folder) ? try EventFileName.all(in: folder) : []
    if !earlier.allSatisfy(\.isEnd), !isReplacing {
      throw .invalid(
        path: folder,
        reason: "it holds event files already; --force replaces them, without histograms")
    }
    if !earlier.isEmpty, run.record?.observedStatus == .running {
      throw .invalid(path: folder, reason: "the run is still writing there")
    }
    let (metrics, samples) = (run.metrics(), run.samples())
    guard metrics.count + samples.count > 0 else {
      throw .invalid(path: folder, reason: "\(run.path) has no metrics and no samples yet")
    }
    try fileSystem.makeFolders(folder)
    let session = run.record?.sessions.first
    let start = (run.record?.created ?? Date(timeIntervalSince1970: 0)).timeIntervalSince1970
    let name = EventFileName(
      seconds: Int(start), host: session?.process.host ?? "unknown",
      process: session?.process.pid ?? 0, session: 0)
    let file = "\(folder)/\(name.text)"
    var content = Content(run: run, start: start)
    var names = [name.text]
    // How the run ended comes first: alone it is no export, so the next one is not refused.
    if let record = run.record, record.observedStatus != .running {
      let time =
        record.ended?.timeIntervalSince1970
        ?? content.time(ofRow: metrics.steps.indices.last, of: metrics)
      try EventFileWriter.replace(
        "\(file).end", in: folder, time: time, fileSystem: fileSystem
      ) { (writer) throws(RunError) in
        writer.add(.summary(step: record.step, time: time, [SessionSummaries.end(of: record)]))
      }
      names.append("\(name.text).end")
    }
    try EventFileWriter.replace(file, in: folder, time: start, fileSystem: fileSystem) {
      (writer) throws(RunError) in try content.write(metrics, samples, to: &writer)
    }
    // Only now: whenever the export is killed, the run has event files.
    for old in earlier where !names.contains(old.text) {
      try fileSystem.remove("\(folder)/\(old.text)")
    }
    return Outcome(
      file: file, rows: metrics.count, pictures: content.pictures, texts: content.texts,
      notes: run.notes + content.notes)
  }
}

/// The events of a run in the order of their steps.
private struct Content {
  let run: RecordedRun
  /// When the run was created, in seconds since 1970.
  let start: Double
  /// The time of the last row that was written.
  private var lastTime: Double
  var (pictures, texts) = (0, 0)
  var notes: [String] = []

  init(run: RecordedRun, start: Double) {
    self.run = run
    self.start = start
    lastTime = start
  }

  /// When a row was written; the start for a row of no known time, or without rows.
  func time(ofRow row: Int?, of metrics: MetricsHistory) -> Double {
    let seconds = row.map { metrics.seconds[$0] } ?? 0
    return start + (seconds.isFinite ? seconds : 0)
  }

  mutating func write(
    _ metrics: MetricsHistory, _ samples: [SampleRecord], to writer: inout EventFileWriter
  ) throws(RunError) {
    writer.add(.start(step: 0, time: start))
    if let record = run.record {
      let values = SessionSummaries.start(of: record, at: run.path)
      writer.add(.summary(step: 0, time: start, values))
    }
    var rest = samples[...]
    let keys = metrics.keys
    try typed(writer.path) {
      try metrics.forEachRow { row, values in
        let step = metrics.steps[row]
        // A sample that stands beside a row was taken just before it was written.
        let rowTime = time(ofRow: row, of: metrics)
        let count = rest.prefix { $0.step <= step }.count
        for sample in rest.prefix(count) {
          try add(sample, time: sample.step == step ? rowTime : lastTime, to: &writer)
        }
        rest = rest.dropFirst(count)
        lastTime = rowTime
        let scalars = zip(keys, values).compactMap { key, value in
          value.map { (key: key, value: Float($0)) }
        }
        writer.add(.summary(step: step, time: rowTime, SessionSummaries.row(scalars)))
        if writer.pending.count > 1 << 20 { try writer.flush() }
      }
    }
    for sample in rest { try add(sample, time: lastTime, to: &writer) }
  }

  private mutating func add(
    _ sample: SampleRecord, time: Double, to writer: inout EventFileWriter
  ) throws(RunError) {
    let path = "\(run.path)/samples/\(sample.file)"
    let bytes: [UInt8]
    do {
      bytes = try readFile(path)
    } catch {
      notes.append("\(error)")
      return
    }
    guard let value = SessionSummaries.sample(sample, bytes) else {
      notes.append("\(path): skipped, it is neither a PNG nor text in UTF-8")
      return
    }
    if sample.file.hasSuffix(".png") { pictures += 1 } else { texts += 1 }
    writer.add(.summary(step: sample.step, time: time, [value]))
    try writer.flush()
  }
}
