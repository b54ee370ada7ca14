import Dispatch
import Foundation
import Synchronization

/// Writes `metrics.jsonl`: one JSON line for each row of values.
///
/// ```
/// {"s":120,"e":1.5,"t":8.25,"n":1,"m":{"loss/d":0.6931472,"loss/g":"NaN"}}
/// ```
///
/// `s` is the step, `e` the passes over the data so far with the share of the present one (0 for
/// an endless set, of which no pass is ever complete), `t` the seconds since the run began (all sessions together, to
/// 0.1 ms), `n` the session from 1, `m` the values by name, sorted. A value is the shortest
/// decimal that reads back as the same float or double; one that is not finite is the string
/// `"NaN"`, `"Infinity"` or `"-Infinity"`.
///
/// A row costs its caller about a microsecond: it is formatted into memory and written a second
/// later by another thread, at the latest at `close`. A write that fails is tried again with the
/// next row, whose `append` throws if it fails again; no row is lost or torn by that.
public final class MetricsLog: Sendable {
  private struct State {
    var file: AppendFile
    var isFlushPlanned = false
    var failure: RunError?
  }

  private let state: Mutex<State>
  private let queue = DispatchQueue(label: "tandem.metrics")
  private let delay: Double
  /// The session that the rows are marked with.
  public let session: Int

  /// Opens the log for appending; creates it when absent.
  ///
  /// - Parameters:
  ///   - session: the number of this session of the run, from 1.
  ///   - delay: how many seconds a row may wait in memory.
  public init(
    path: String, session: Int, delay: Double = 1, fileSystem: any FileSystem = LocalFileSystem()
  ) throws(RunError) {
    state = Mutex(State(file: try AppendFile(path: path, fileSystem: fileSystem)))
    self.session = session
    self.delay = delay
  }

  deinit { try? close() }

  /// Appends a row of doubles.
  public func append(
    step: Int, epoch: Double, seconds: Double, _ values: [String: Double]
  ) throws(RunError) {
    let sorted = values.sorted { $0.key < $1.key }
    try append(step: step, epoch: epoch, seconds: seconds) { (text: inout [UInt8]) in
      for (key, value) in sorted { Self.append(key, to: &text) { JSONText.append(value, to: &$0) } }
    }
  }

  /// Appends a row of floats, whose shortest decimals are half as long.
  public func append(
    step: Int, epoch: Double, seconds: Double, floats values: [String: Float]
  ) throws(RunError) {
    let sorted = values.sorted { $0.key < $1.key }
    try append(step: step, epoch: epoch, seconds: seconds) { (text: inout [UInt8]) in
      for (key, value) in sorted { Self.append(key, to: &text) { JSONText.append(value, to: &$0) } }
    }
  }

  /// Hands all rows to the operating system, where other processes see them.
  public func flush() throws(RunError) {
    try state.withLock { (state) throws(RunError) in
      state.failure = nil
      try state.file.flush()
    }
  }

  /// Writes all rows to the disk itself, so that they survive a power cut.
  public func synchronize() throws(RunError) {
    try state.withLock { (state) throws(RunError) in
      state.failure = nil
      try state.file.synchronize()
    }
  }

  /// Writes all rows to the disk and closes the log; later calls do nothing.
  public func close() throws(RunError) {
    try state.withLock { (state) throws(RunError) in try state.file.close() }
  }

  private func append(
    step: Int, epoch: Double, seconds: Double, values: (inout [UInt8]) -> Void
  ) throws(RunError) {
    let mustPlan = try state.withLock { (state) throws(RunError) -> Bool in
      state.file.add { text in
        Self.append(
          step: step, epoch: epoch, seconds: seconds, session: session, to: &text, values: values)
      }
      if state.failure != nil || state.file.pending.count > 1 << 16 {
        state.failure = nil
        try state.file.flush()
      }
      defer { state.isFlushPlanned = true }
      return !state.isFlushPlanned
    }
    guard mustPlan else { return }
    queue.asyncAfter(deadline: .now() + delay) { [weak self] in self?.flushLate() }
  }

  /// Appends a line of the file to a text; the body appends the members of `m`.
  static func append(
    step: Int, epoch: Double, seconds: Double, session: Int, to text: inout [UInt8],
    values: (inout [UInt8]) -> Void
  ) {
    text.append(contentsOf: #"{"s":"#.utf8)
    JSONText.append(step, to: &text)
    text.append(contentsOf: #","e":"#.utf8)
    JSONText.append(epoch, to: &text)
    text.append(contentsOf: #","t":"#.utf8)
    JSONText.append((seconds * 10_000).rounded() / 10_000, to: &text)
    text.append(contentsOf: #","n":"#.utf8)
    JSONText.append(session, to: &text)
    text.append(contentsOf: #","m":{"#.utf8)
    values(&text)
    text.append(contentsOf: "}}\n".utf8)
  }

  private func flushLate() {
    state.withLock { state in
      state.isFlushPlanned = false
      do throws(RunError) {
        try state.file.flush()
      } catch {
        state.failure = error
      }
    }
  }

  static func append(
    _ key: String, to text: inout [UInt8], value: (inout [UInt8]) -> Void
  ) {
    if text.last != UInt8(ascii: "{") { text.append(UInt8(ascii: ",")) }
    JSONText.append(key, to: &text)
    text.append(UInt8(ascii: ":"))
    value(&text)
  }
}
