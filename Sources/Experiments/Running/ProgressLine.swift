import Foundation
import TandemRuns
import TandemTraining

/// Tells on stderr how far a run is: one line redrawn on a terminal, a line every 30 seconds
/// elsewhere.
struct ProgressLine {
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let total: Int
  private let isQuiet: Bool
  private var lastShown = ContinuousClock.now

  init(to total: Int, isQuiet: Bool) {
    self.total = total
    self.isQuiet = isQuiet
  }

  /// Shows the state, if it is time to.
  mutating func show(
    step: Int, _ throughput: Throughput,
    _ values: @autoclosure () -> [(name: String, value: Double)]
  ) {
    let now = ContinuousClock.now
    let pause: Duration = isTerminal ? .milliseconds(200) : .seconds(30)
    guard !isQuiet, lastShown.duration(to: now) >= pause || step == total else { return }
    lastShown = now
    var parts = ["step \(step)/\(total) (\(100 * step / max(total, 1)) %)"]
    if let rate = throughput.stepsPerSecond,
      let left = throughput.timeRemaining(steps: total - step)
    {
      parts.append(String(format: "%.1f steps/s", rate))
      parts.append("\(ReportText.time(left / .seconds(1))) left")
    }
    parts += values().map { "\($0.name) \(String(format: "%.4f", $0.value))" }
    let line = parts.joined(separator: "  ")
    // A line that wraps could not be drawn over.
    let end = width.map { String(line.prefix($0 - 1)) } ?? line
    StandardError.write(isTerminal ? "\r\u{1b}[K" + end : line + "\n")
  }

  /// The characters of a line of the terminal; nil where there is none that says.
  private var width: Int? {
    var size = winsize()
    guard isTerminal, ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 1 else {
      return nil
    }
    return Int(size.ws_col)
  }

  /// Writes a line above the one that is redrawn; a warning is written even where progress is not
  /// shown.
  func tell(_ line: String, isWarning: Bool) {
    if isQuiet && !isWarning { return }
    StandardError.write((isTerminal && !isQuiet ? "\r\u{1b}[K" : "") + line + "\n")
  }

  /// Ends a redrawn line.
  func finish() {
    if isTerminal && !isQuiet { StandardError.write("\n") }
  }
}
