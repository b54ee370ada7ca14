import Foundation
import TandemTraining
import Testing

struct ProgressTests {
  @Test func meansAreWeighted() {
    var means = RunningMeans()
    #expect(means.isEmpty && means["loss"] == nil)
    means.add("loss", 1, weight: 3)
    means.add("accuracy", 0.5)
    means.add("loss", 5)
    #expect(means.means.map(\.name) == ["loss", "accuracy"])
    #expect(means["loss"] == 2 && means["accuracy"] == 0.5)
    #expect(means.take().map(\.value) == [2, 0.5])
    #expect(means.isEmpty)
    means.add("loss", 7, weight: 0)
    #expect(means["loss"] == nil)
  }

  @Test func meansSurviveACheckpoint() throws {
    var means = RunningMeans()
    means.add("loss", 0.1)
    means.add("loss", 0.2)
    let restored = try JSONDecoder().decode(
      RunningMeans.self, from: JSONEncoder().encode(means))
    #expect(restored == means)
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
