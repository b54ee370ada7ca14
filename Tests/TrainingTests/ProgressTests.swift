import TandemTraining
import Testing

struct ProgressTests {
  @Test func meansAreWeighted() {
    var means = RunningMeans()
    #expect(means.take().isEmpty)
    means.add("loss", 1, weight: 3)
    means.add("accuracy", 0.5)
    means.add("loss", 5)
    let taken = means.take()
    #expect(taken.map(\.name) == ["loss", "accuracy"] && taken.map(\.value) == [2, 0.5])
    // Nothing is left of them, and what stands for no example has no mean.
    means.add("loss", 7, weight: 0)
    #expect(means.take().isEmpty)
    means.add("loss", 7, weight: 0)
    means.add("loss", 3, weight: 2)
    #expect(means.take().map(\.value) == [3])
  }

  @Test func theMeanOfEqualValuesIsThatValue() {
    var means = RunningMeans()
    for _ in 0..<1000 { means.add("rate", 2e-4, weight: 256) }
    #expect(means.take().map(\.value) == [2e-4])
    means.add("loss", 1)
    means.add("loss", .nan)
    means.add("loss", 1)
    #expect(means.take().first?.value.isNaN == true)
  }

  @Test func ratesLookBackOverTheWindow() throws {
    let start = ContinuousClock.now
    var throughput = Throughput(window: .seconds(4), at: start)
    #expect(throughput.stepsPerSecond == nil)
    // Five slow steps, then fast ones.
    for second in 1...5 {
      throughput.advance(examples: 10, at: start + .seconds(second))
    }
    #expect(throughput.stepsPerSecond == 1 && throughput.examplesPerSecond == 10)
    for quarter in 1...16 {
      throughput.advance(examples: 10, at: start + .seconds(5) + .milliseconds(250 * quarter))
    }
    #expect(throughput.stepsPerSecond == 4 && throughput.examplesPerSecond == 40)
    #expect(throughput.timeRemaining(steps: 8) == .seconds(2))
    #expect(throughput.trainingTime == .seconds(9))
  }

  /// Short steps are looked at together, so that their number in the window does not matter.
  @Test func ratesOfShortStepsAreThoseOfLongOnes() throws {
    let start = ContinuousClock.now
    var throughput = Throughput(window: .seconds(10), at: start)
    // For a minute 1000 steps a second, then for a minute 500.
    for step in 1...60_000 { throughput.advance(examples: 3, at: start + .milliseconds(step)) }
    #expect(try abs(#require(throughput.stepsPerSecond) - 1000) < 1e-6)
    #expect(try abs(#require(throughput.examplesPerSecond) - 3000) < 1e-6)
    for step in 1...30_000 {
      throughput.advance(examples: 3, at: start + .milliseconds(60_000 + 2 * step))
    }
    #expect(try abs(#require(throughput.stepsPerSecond) - 500) < 1e-6)
    #expect(throughput.trainingTime == .seconds(120))
  }

  @Test func pausesDoNotCount() {
    let start = ContinuousClock.now
    var throughput = Throughput(at: start)
    throughput.advance(examples: 1, at: start + .seconds(1))
    throughput.pause(at: start + .seconds(1))
    throughput.resume(at: start + .seconds(100))
    throughput.advance(examples: 1, at: start + .seconds(101))
    #expect(throughput.trainingTime == .seconds(2))
    #expect(throughput.stepsPerSecond == 1)
  }
}
