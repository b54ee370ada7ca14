import TandemCharts
import Testing

@Suite struct PosteriorTests {
  @Test func colorsAtTheAnchorsBetweenAndBeyond() {
    #expect(PosteriorColors.color(of: 0) == Color(0x88AED3))
    #expect(PosteriorColors.color(of: 0.25) == Color(0xBFD4E7))
    #expect(PosteriorColors.color(of: 0.5) == Color(0xF6F4F0))
    #expect(PosteriorColors.color(of: 0.75) == Color(0xF3D7B5))
    #expect(PosteriorColors.color(of: 1) == Color(0xEAB77D))
    // Half way from F6F4F0 to F3D7B5: F4.8 E5.8 D2.8, rounded away from zero.
    #expect(PosteriorColors.color(of: 0.625) == Color(0xF5E6D3))
    #expect(PosteriorColors.color(of: -3) == PosteriorColors.color(of: 0))
    #expect(PosteriorColors.color(of: .infinity) == PosteriorColors.color(of: 1))
    #expect(PosteriorColors.color(of: .nan) == PosteriorColors.undefined)
  }

  @Test func cellCentersGoUpwardsRowByRow() throws {
    let domain = try Domain(x: -1...1, y: 0...4)
    let centers = domain.cellCenters(columns: 2, rows: 2)
    #expect(centers == [[-0.5, 1], [0.5, 1], [-0.5, 3], [0.5, 3]])
    #expect(domain.cellCenters(columns: 0, rows: 2).isEmpty)
  }

  @Test func pictureHasTheLowestRowAtTheBottom() throws {
    let values: [Float] = [0, 0.25, 0.5, 0.75, 1, .nan]
    let picture = try PosteriorMap(columns: 2, rows: 3, values: values).picture(width: 2, height: 3)
    for row in 0..<3 {
      for column in 0..<2 {
        #expect(
          picture[column: column, row: 2 - row]
            == PosteriorColors.color(of: values[2 * row + column]))
      }
    }
  }

  @Test func pictureInterpolatesTheValues() throws {
    let map = try PosteriorMap(columns: 2, rows: 1, values: [0, 1])
    let picture = try map.picture(width: 8, height: 1)
    let expected: [Float] = [0, 0, 0.125, 0.375, 0.625, 0.875, 1, 1]
    for (column, value) in expected.enumerated() {
      #expect(picture[column: column, row: 0] == PosteriorColors.color(of: value))
    }
    let odd = try map.picture(width: 7, height: 1)
    #expect(odd[column: 3, row: 0] == PosteriorColors.color(of: 0.5))
  }

  @Test func refusesWrongCountsAndDomains() {
    for (columns, rows, count) in [(2, 2, 3), (0, 0, 0), (-1, -1, 1), (Int.max, 2, 1)] {
      #expect(throws: ChartError.posterior(columns: columns, rows: rows, count: count)) {
        _ = try PosteriorMap(
          columns: columns, rows: rows, values: [Float](repeating: 0, count: count))
      }
    }
    for x in [0...0, -Float.infinity...1, 0 ... .infinity] as [ClosedRange<Float>] {
      #expect(throws: ChartError.domain(x: x, y: 0...1)) { _ = try Domain(x: x, y: 0...1) }
      #expect(throws: ChartError.domain(x: 0...1, y: x)) { _ = try Domain(x: 0...1, y: x) }
    }
    #expect(throws: ChartError.self) { _ = try Domain(halfSide: 0) }
    #expect(throws: ChartError.self) { _ = try Domain(halfSide: .nan) }
  }
}
