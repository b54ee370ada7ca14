import Foundation
import TandemCharts
import Testing

@Suite struct SurfaceChartTests {
  private func bowl(path: [Position] = []) throws -> SurfaceChart {
    try SurfaceChart(
      title: "A bowl", x: Axis("a", range: -2...2), y: Axis("b", range: -2...2),
      value: Axis("loss"), columns: 41, rows: 41, path: path, mark: Position(0, 0)
    ) { $0 * $0 + $1 * $1 }
  }

  /// The line of x² + y² = 1 is the unit circle, to within the cells' width squared.
  @Test func linesAreWhereTheFunctionHasTheirValue() throws {
    let segments = try bowl().segments(at: 1)
    #expect(segments.count > 40)
    var length = 0.0
    for (a, b) in segments {
      for place in [a, b] {
        #expect(abs((place.x * place.x + place.y * place.y).squareRoot() - 1) < 0.003)
      }
      length += ((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)).squareRoot()
    }
    #expect(abs(length - 2 * .pi) < 0.02)
    #expect(try bowl().segments(at: -1).isEmpty)
  }

  @Test func valuesAreTheFunctionAtTheMiddlesOfCells() throws {
    let map = try bowl().map
    #expect(map.values.count == 41 * 41)
    #expect(abs(map.values[20 * 41 + 20]) < 1e-20)
    #expect(abs(map.values[0] - 2 * 1.951_219_5 * 1.951_219_5) < 1e-6)
  }

  @Test func pathIsDrawnOverTheColours() throws {
    let plain = try bowl().picture()
    let drawn = try bowl(path: [Position(-1.5, 1.5), Position(0.5, -0.5), Position(0, 0)])
      .picture()
    let changed = zip(plain.pixels, drawn.pixels).count { $0 != $1 }
    #expect(changed > 500)
    let orange = stride(from: 0, to: drawn.pixels.count, by: 3).count {
      drawn.pixels[$0] == 0xFF && drawn.pixels[$0 + 1] == 0x8C && drawn.pixels[$0 + 2] == 0x42
    }
    #expect(orange > 100)
  }

  @Test func logarithmicLevelsStandAtEqualRatios() throws {
    let chart = try SurfaceChart(
      x: Axis("a", range: 0...1), y: Axis("b", range: 0...1),
      value: Axis("loss", scale: .logarithmic), columns: 4, rows: 4, lineCount: 3
    ) { x, y in exp(4 * x + y) }
    let ratios = zip(chart.levels.dropFirst(), chart.levels).map { $0 / $1 }
    #expect(abs(ratios[0] - ratios[1]) < 1e-12)
  }
}
