import TandemComparison
import Testing

/// Which points of a long curve are kept.
@Suite struct CurveThinningTests {
  @Test func thinningKeepsWhatSticksOut() {
    for count in 0...130 {
      for limit in [2, 3, 4, 5, 16, 17, 50, 129] {
        // A path that jumps, with a value of its own at each place.
        let values = (0..<count).map { Double(($0 * 37 + 11) % 131) }
        let kept = CurveThinning.kept([values], limit: limit)
        #expect(kept == kept.sorted() && Set(kept).count == kept.count)
        if count <= limit {
          #expect(kept == Array(0..<count))
          continue
        }
        #expect(kept.count <= max(limit, 4))
        #expect(kept.first == 0 && kept.last == count - 1)
        let some = kept.map { values[$0] }
        #expect(some.min() == values.min() && some.max() == values.max())
      }
    }
  }

  @Test func thinningKeepsWhatIsNotFinite() {
    var values = (0..<1000).map { Double($0 % 10) }
    values[500] = .nan
    values[700] = -.infinity
    let kept = CurveThinning.kept([values], limit: 100)
    #expect(kept.count <= 100 && kept.contains(500) && kept.contains(700))
    #expect(CurveThinning.kept([[Double](repeating: .nan, count: 50)], limit: 8).count <= 8)
  }

  @Test func thinningKeepsWhatSticksOutOfEachCourse() {
    var courses = (0..<3).map { course in (0..<1000).map { Double($0 * (course + 3) % 7) } }
    courses[0][301] = 50
    courses[1][302] = -50
    courses[2][303] = .nan
    let kept = CurveThinning.kept(courses, limit: 90)
    #expect(kept.count <= 90 && kept.contains(301) && kept.contains(302) && kept.contains(303))
  }
}
