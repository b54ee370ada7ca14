import Foundation

/// Tells on stderr how far a run is: one line redrawn on a terminal, a line every 30 seconds
/// elsewhere.
struct ProgressLine {
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let total: Int
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private let firstStep: Int
  private var lastShown: ContinuousClock.Instant
  private let isQuiet: Bool

  init(from step: Int, to total: Int, isQuiet: Bool) {
    self.total = total
    self.isQuiet = isQuiet
    firstStep = step
    start = clock.now
    lastShown = start
  }

  /// Steps a second since the start.
  func rate(at step: Int) -> Double {
    let seconds = start.duration(to: clock.now) / .seconds(1)
    return Double(step - firstStep) / max(seconds, 1e-9)
  }

  /// Shows the state, if it is time to.
  mutating func show(step: Int, _ values: [(name: String, value: Double)]) {
    let now = clock.now
    let pause: Duration = isTerminal ? .milliseconds(200) : .seconds(30)
    guard !isQuiet, lastShown.duration(to: now) >= pause || step == total else { return }
    lastShown = now
    let rate = rate(at: step)
    let remaining = Double(total - step) / max(rate, 1e-9)
    let shown = values.map { "\($0.name) \(String(format: "%.4f", $0.value))" }
    let line =
      "step \(step)/\(total) (\(100 * step / max(total, 1)) %)  "
      + String(format: "%.1f steps/s", rate) + "  \(ProgressLine.time(remaining)) left  "
      + shown.joined(separator: "  ")
    StandardError.write(isTerminal ? "\r\u{1b}[K" + line : line + "\n")
  }

  /// Ends a redrawn line.
  func finish() {
    if isTerminal && !isQuiet { StandardError.write("\n") }
  }

  private static func time(_ seconds: Double) -> String {
    let seconds = Int(min(seconds, 359_999).rounded())
    return seconds >= 3600
      ? "\(seconds / 3600) h \(seconds % 3600 / 60) min"
      : seconds >= 60 ? "\(seconds / 60) min \(seconds % 60) s" : "\(seconds) s"
  }
}
