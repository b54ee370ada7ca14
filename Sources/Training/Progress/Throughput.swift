/// How fast training goes: steps and examples a second over the last moments.
///
/// Time spent on samples and checkpoints can be left out with `pause` and `resume`.
public struct Throughput: Sendable {
  /// A moment on the clock of training, which stands still during pauses.
  private struct Mark: Sendable {
    var time: Duration
    var steps: Int
    var examples: Int
  }

  /// How far back the rates look.
  public let window: Duration
  private var lastInstant: ContinuousClock.Instant
  private var isPaused = false
  private var now = Mark(time: .zero, steps: 0, examples: 0)
  private var marks: [Mark]

  /// A clock that starts at `instant`.
  public init(window: Duration = .seconds(10), at instant: ContinuousClock.Instant = .now) {
    self.window = window
    lastInstant = instant
    marks = [now]
  }

  /// Notes a step on `examples` examples that ended at `instant`.
  public mutating func advance(
    steps: Int = 1, examples: Int, at instant: ContinuousClock.Instant = .now
  ) {
    move(to: instant)
    now.steps += steps
    now.examples += examples
    // Marks are at least a hundredth of the window apart: its thousands of short steps need not
    // be looked through at each of them.
    if marks.count > 1, now.time - marks[marks.count - 2].time < window / 100 {
      marks[marks.count - 1] = now
    } else {
      marks.append(now)
    }
    // The last mark outside of the window is where the window's rates are counted from.
    let start = now.time - window
    if let kept = marks.lastIndex(where: { $0.time <= start }), kept > 0 {
      marks.removeFirst(kept)
    }
  }

  /// Stops the clock.
  public mutating func pause(at instant: ContinuousClock.Instant = .now) {
    move(to: instant)
    isPaused = true
  }

  /// Lets the clock go on.
  public mutating func resume(at instant: ContinuousClock.Instant = .now) {
    move(to: instant)
    isPaused = false
  }

  private mutating func move(to instant: ContinuousClock.Instant) {
    if !isPaused { now.time += instant - lastInstant }
    lastInstant = instant
  }

  /// Time spent training, without pauses, up to the last call.
  public var trainingTime: Duration { now.time }

  /// Steps a second over the window; nil before the first step.
  public var stepsPerSecond: Double? { rate { $0.steps } }

  /// Examples a second over the window; nil before the first step.
  public var examplesPerSecond: Double? { rate { $0.examples } }

  /// The time that `steps` more steps will take at the present rate.
  public func timeRemaining(steps: Int) -> Duration? {
    stepsPerSecond.map { .seconds(Double(steps) / $0) }
  }

  private func rate(_ count: (Mark) -> Int) -> Double? {
    guard let last = marks.last, last.time > marks[0].time else { return nil }
    return Double(count(last) - count(marks[0])) / ((last.time - marks[0].time) / .seconds(1))
  }
}
