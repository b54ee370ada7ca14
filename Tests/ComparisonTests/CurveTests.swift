import TandemCharts
import TandemComparison
import TandemImages
import TandemRuns
import Testing

/// Curves: folded, smoothed, thinned, drawn, written.
@Suite struct CurveTests {
  @Test func seedsOfDifferingStepsMeetOnCommonPlaces() throws {
    try withFolder { folder in
      let a = try makeRun(
        in: folder, "a-a", seed: 1,
        rows: [Row(10, ["loss": 4]), Row(20, ["loss": 2]), Row(30, ["loss": 1])])
      let b = try makeRun(
        in: folder, "a-b", seed: 2, rows: [Row(10, ["loss": 2]), Row(30, ["loss": .nan])])
      let c = try makeRun(
        in: folder, "a-c", seed: 3, rows: [Row(15, ["loss": 6]), Row(25, ["loss": 8])])
      let curve = try #require(try Comparison(paths: [a, b, c]).metrics[0].curves[0])
      // a: 4, 3, 2, 1.5, 1; b: 2 alone; c: 6 at 15, 7 at 20 and 8 at 25.
      #expect(curve.x == [10, 15, 20, 25, 30])
      #expect(curve.mean == [3, 4.5, 4.5, 4.75, 1])
      #expect(curve.counts == [2, 2, 2, 2, 1])
      let root = 2.0.squareRoot()
      for (deviation, expected) in zip(
        curve.deviation, [root, 3 / root, 5 / root, 6.5 / root, 0])
      { #expect(abs(deviation - expected) < 1e-12) }
    }
  }

  @Test func theQuantityLaysOutTheCurve() throws {
    try withFolder { folder in
      let path = try makeRun(in: folder, "a-a", rows: rows([4, 2, 1]))
      func places(_ quantity: Quantity) throws -> [Double]? {
        try Comparison(paths: [path], .init(quantity: quantity)).metrics[0].curves[0]?.x
      }
      #expect(try places(.step) == [10, 20, 30])
      #expect(try places(.epoch) == [0.1, 0.2, 0.3])
      #expect(try places(.time) == [5, 10, 15])
      #expect(try places(.examples) == [80, 160, 240])
    }
  }

  @Test func eachRunIsSmoothedBeforeTheyAreFolded() throws {
    try withFolder { folder in
      let a = try makeRun(in: folder, "a-a", seed: 1, rows: rows([4, 2, 1]))
      let b = try makeRun(in: folder, "a-b", seed: 2, rows: rows([0, 2, 7]))
      let one = try #require(try Comparison(paths: [a], .init(smoothing: 0.5)).metrics[0].curves[0])
      // s_t = Σ 0.5^(t-i) v_i / Σ 0.5^(t-i): 4; (2 + 2) / 1.5; (1 + 1 + 1) / 1.75.
      let smooth = [4, 4 / 1.5, 3 / 1.75]
      #expect(zip(one.mean, smooth).allSatisfy { abs($0 - $1) < 1e-12 })
      #expect(one.raw == [4, 2, 1] && one.band == nil)
      let both = try #require(
        try Comparison(paths: [a, b], .init(smoothing: 0.5)).metrics[0].curves[0])
      let other = [0, 2 / 1.5, 8 / 1.75]
      for index in 0..<3 {
        #expect(abs(both.mean[index] - (smooth[index] + other[index]) / 2) < 1e-12)
        let deviation = abs(smooth[index] - other[index]) / 2.0.squareRoot()
        #expect(abs(both.deviation[index] - deviation) < 1e-12)
      }
      #expect(both.raw == nil && both.band != nil)
    }
  }

  @Test func thinningKeepsTheEndsAndTheExtremes() throws {
    try withFolder { folder in
      var values = (0..<20_000).map { Double($0 % 7) }
      values[777] = 100
      values[15_003] = -50
      values[9_000] = .nan
      let path = try makeRun(in: folder, "a-a", rows: rows(values))
      let curve = try #require(try Comparison(paths: [path]).metrics[0].curves[0])
      let thin = curve.thinned(limit: 500)
      #expect(thin.x.count <= 500 && thin.x.count >= 200)
      #expect(thin.x.first == 10 && thin.x.last == 200_000)
      #expect(thin.x == thin.x.sorted())
      for (step, value) in [(7780.0, 100.0), (150_040, -50)] {
        let index = try #require(thin.x.firstIndex(of: step))
        #expect(thin.mean[index] == value)
      }
      #expect(thin.mean.contains { $0.isNaN })
      #expect(curve.thinned(limit: 20_000) == curve)
    }
  }

  @Test func aBandEndsWhereTheMetricsValuesEnd() throws {
    func band(
      _ metric: String, _ values: [[Double]]
    ) throws -> (lower: [Double], upper: [Double])? {
      try withFolder { folder in
        let paths = try values.enumerated().map { index, values in
          try makeRun(
            in: folder, "a-\(index)", seed: UInt64(index),
            rows: values.enumerated().map { Row($0.offset + 1, [metric: $0.element]) })
        }
        return try Comparison(paths: paths, .init(metrics: [metric])).metrics[0].curves[0]?.band
      }
    }
    // Means 0.9, 0.5 and 0.1; deviations √2 / 10 and, in the middle, √2 / 2.
    let values = [[1, 1, 0.2], [0.8, 0, 0]]
    let (near, far) = (0.1 * 2.0.squareRoot(), 0.5 * 2.0.squareRoot())
    func expect(
      _ metric: String, _ scale: Double, lower: [Double], upper: [Double]
    ) throws {
      let band = try #require(try band(metric, values.map { $0.map { scale * $0 } }))
      for (found, exact) in zip(band.lower + band.upper, lower + upper) {
        #expect(abs(found - exact) < 1e-12 * scale, "\(metric)")
      }
    }
    try expect("accuracy/valid", 1, lower: [0.9 - near, 0, 0], upper: [1, 1, 0.1 + near])
    try expect(
      "rmse/valid", 1, lower: [0.9 - near, 0, 0], upper: [0.9 + near, 0.5 + far, 0.1 + near])
    let whole = (
      lower: [0.9 - near, 0.5 - far, 0.1 - near], upper: [0.9 + near, 0.5 + far, 0.1 + near]
    )
    try expect("loss/g", 1, lower: whole.lower, upper: whole.upper)
    // Shares in percent are no shares of 1.
    try expect(
      "accuracy/valid", 100, lower: whole.lower.map { 100 * $0 },
      upper: whole.upper.map { 100 * $0 })
  }

  @Test func csvHoldsTheRowsAsTheyAre() throws {
    try withFolder { folder in
      let a = try makeRun(
        in: folder, "a-a", seed: 7,
        rows: [
          Row(1, ["loss/d": 0.1, "loss/g": .nan]), Row(2, ["loss/d": -.infinity, "other": 1]),
        ])
      let b = try makeRun(
        in: folder, "a-b", seed: 8, rows: [Row(1, ["loss/d": 1e-7, "loss/g": 2])])
      let text = String(decoding: try Comparison(paths: [a, b]).csv, as: UTF8.self)
      #expect(
        text == """
          run,seed,metric,step,epoch,seconds,value
          20260101-000000-a-a,7,loss/d,1,0.01,0.5,0.1
          20260101-000000-a-a,7,loss/d,2,0.02,1.0,-inf
          20260101-000000-a-a,7,loss/g,1,0.01,0.5,NaN
          20260101-000000-a-b,8,loss/d,1,0.01,0.5,1e-07
          20260101-000000-a-b,8,loss/g,1,0.01,0.5,2.0

          """)
      let odd = try makeRun(in: folder, "a-c", rows: [Row(1, ["a \"loss\", odd": 1])])
      #expect(
        String(decoding: try Comparison(paths: [odd]).csv, as: UTF8.self)
          .contains("a-c,1,\"a \"\"loss\"\", odd\",1,"))
    }
  }

  @Test func curvesAreDrawn() throws {
    try withFolder { folder in
      func rows(_ scale: Double) -> [Row] {
        (1...50).map { Row($0, ["loss/d": scale / Double($0), "loss/g": scale * Double($0)]) }
      }
      let paths = [
        try makeRun(in: folder, "a-a", seed: 1, yaml: rate("1"), rows: rows(1)),
        try makeRun(in: folder, "a-b", seed: 2, yaml: rate("1"), rows: rows(2)),
        try makeRun(in: folder, "a-c", seed: 1, yaml: rate("2"), rows: rows(3)),
      ]
      let two = try Comparison(paths: paths)
      let one = try Comparison(paths: paths, .init(metrics: ["loss/d"]))
      let image = try PNG(decoding: one.png(.init(isLogarithmic: true))).image
      #expect(image.width == 1440 && image.height == 880)
      // Blue for the first group, vermillion for the second.
      for color: [UInt8] in [[0x00, 0x72, 0xB2], [0xD5, 0x5E, 0x00]] {
        #expect(
          stride(from: 0, to: image.pixels.count, by: 3).contains {
            Array(image.pixels[$0..<$0 + 3]) == color
          })
      }
      let panels = try PNG(decoding: two.png()).image
      #expect(panels.width == 1280 && panels.height > 880)
      let svg = try two.svg(.init(title: "Two rates"))
      #expect(svg.hasPrefix("<?xml") && svg.contains("<svg"))
    }
  }
}
