import Foundation
import TandemRuns
import Testing

/// Listings of many runs.
@Suite struct ListingSpeedTests {
  /// What `tandem ls` needs of 10,000 runs takes well under a second of one processor.
  @Test func tenThousandRunsAreListedWithinASecond() throws {
    try withFolder { root in
      let run = try RunDirectory.create(
        in: "\(root)/model", try makeDescription(), fileSystem: LocalFileSystem(),
        name: { _ in "20250101-000000-calm-owl" })
      try run.progress(
        step: 90, metrics: ["loss/d": 1.25, "loss/g": 0.5, "images/s": 812.5, "modes/covered": 7])
      try run.finish(.done)
      let record = try text(of: "\(run.path)/run.json")
      let configuration = try text(of: "\(run.path)/config.resolved.json")
      for index in 0..<10_000 {
        let id = "20250101-\(String(100_000 + index))-calm-owl"
        let path = "\(root)/runs/\(id)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try write(record.replacing(run.id, with: id), to: "\(path)/run.json")
        try write(configuration, to: "\(path)/config.resolved.json")
      }
      let store = RunStore(root: root)
      let before = threadSeconds()
      let runs = try store.list()
      let condition = try #require(RunCondition("seed>=3"))
      var query = RunQuery()
      (query.order, query.conditions) = (.init("loss/g"), [condition])
      let listed = threadSeconds() - before
      #expect(runs.count == 10_000 && runs.allSatisfy { $0.status == .done && $0.step == 90 })
      #expect(Set(runs.map(\.id)).count == 10_000)
      #expect(listed < 0.8, "listing took \(listed) s")

      let start = threadSeconds()
      #expect(query.select(from: runs).count == 10_000)
      #expect(threadSeconds() - start < 0.8, "reading configurations too")
      let json = threadSeconds()
      #expect(RunSummary.json(runs).utf8.count > 1_000_000)
      #expect(threadSeconds() - json < 0.8, "JSON took \(threadSeconds() - json) s")
    }
  }

  /// What the thread has worked so far: other tests run at the same time.
  private func threadSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
