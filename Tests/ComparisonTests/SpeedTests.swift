import Foundation
import TandemComparison
import TandemRuns
import Testing

/// How long a comparison takes.
@Suite(.serialized) struct SpeedTests {
  /// Seconds that all cores together have worked for this process.
  private func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Rows as a GAN's training writes them, with eight metrics.
  private func rows(_ count: Int, seed: Int) -> String {
    var text = ""
    text.reserveCapacity(count * 260)
    var state = UInt32(truncatingIfNeeded: seed) &* 2_654_435_761
    func noise() -> Float {
      state = state &* 1_664_525 &+ 1_013_904_223
      return Float(state >> 8) / Float(1 << 24)
    }
    for step in 1...count {
      text += "{\"s\":\(step),\"e\":0,\"t\":\(Double(step) / 100),\"n\":1,\"m\":{"
      text += "\"accuracy/fake\":\(noise()),\"accuracy/real\":\(noise()),\"d/fake\":\(noise()),"
      text += "\"d/real\":\(noise()),\"images/s\":\(noise() * 1000),\"loss/d\":\(1 + noise()),"
      text += "\"loss/g\":\(2 - noise()),\"rate/g\":0.0002}}\n"
    }
    return text
  }

  /// Twenty runs of 100,000 rows, chart included, take under two seconds on two cores: four
  /// seconds of processors' work. Tests that run at the same time work for this process too, so the
  /// least of several attempts counts.
  @Test func twentyLongRunsAreComparedInTwoSeconds() throws {
    try withFolder { folder in
      var paths: [String] = []
      for index in 0..<20 {
        let path = try makeRun(
          in: folder, "a-\(index)", seed: UInt64(index % 5), yaml: rate("\(index / 5 + 1)"),
          rows: [])
        try write(rows(100_000, seed: index), to: "\(path)/metrics.jsonl")
        paths.append(path)
      }
      var least = Double.infinity
      for _ in 0..<8 where least >= 4 {
        let before = processorSeconds()
        let comparison = try Comparison(paths: paths, .init(smoothing: 0.9))
        let png = try comparison.png()
        let text = ComparisonReport(comparison).text
        least = min(least, processorSeconds() - before)
        #expect(comparison.groups.count == 4 && comparison.metrics.count == 2)
        #expect(!png.isEmpty && !text.isEmpty)
      }
      #expect(least < 4)
    }
  }
}
