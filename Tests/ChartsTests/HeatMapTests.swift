import Foundation
import TandemCharts
import Testing

@Suite struct HeatMapTests {
  @Test func colorsAtTheEndsBetweenAndBeyond() {
    #expect(ColorMap.viridis.color(of: 0) == Color(0x440154))
    #expect(ColorMap.viridis.color(of: 1) == Color(0xFDE725))
    #expect(ColorMap.viridis.color(of: 7.0 / 15) == Color(0x23888E))
    #expect(ColorMap.magma.color(of: 0) == Color(0x000004))
    #expect(ColorMap.magma.color(of: 2) == Color(0xFCFDBF))
    #expect(ColorMap.magma.color(of: -.infinity) == ColorMap.magma.color(of: 0))
    #expect(ColorMap.viridis.color(of: .nan) == ColorMap.undefined)
  }

  @Test(arguments: [ColorMap.viridis, .magma])
  func lightnessRisesEvenly(map: ColorMap) {
    // CIE L* of sRGB. The maps have equal steps in CAM02-UCS, which differs from it in the dark.
    func lightness(_ color: Color) -> Double {
      let light = [color.red, color.green, color.blue].map { channel in
        let part = Double(channel) / 255
        return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
      }
      let y = 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]
      return y > 0.008856 ? 116 * pow(y, 1.0 / 3) - 16 : 903.3 * y
    }
    let steps = (0...20).map { lightness(map.color(of: Double($0) / 20)) }
    let mean = (steps[20] - steps[0]) / 20
    for (low, high) in zip(steps, steps.dropFirst()) {
      #expect(abs((high - low) / mean - 1) < 0.5)
    }
  }

  @Test func smallMatricesHaveCrispCells() throws {
    let map = try HeatMap(columns: 3, rows: 2, values: [0, 1, 2, 3, 4, 5])
    let picture = try map.cells(width: 30, height: 20)
    for row in 0..<20 {
      for column in 0..<30 {
        let value = Double(3 * ((19 - row) / 10) + column / 10)
        #expect(picture[column: column, row: row] == tabled(.viridis, value / 5))
      }
    }
  }

  @Test func largeMatricesAreAveraged() throws {
    // Two columns and two rows a pixel; one of them is not a number.
    let values = [0, 2, 8, 8, 4, 2, .nan, 8, 0, 0, 8, 8, 0, 0, 8, 8]
    let map = try HeatMap(
      columns: 4, rows: 4, values: values, value: Axis(range: 0...8), colors: .magma)
    let picture = try map.cells(width: 2, height: 2)
    #expect(picture[column: 0, row: 1] == tabled(.magma, 0.25))
    #expect(picture[column: 1, row: 1] == tabled(.magma, 1))
    #expect(picture[column: 0, row: 0] == tabled(.magma, 0))
  }

  @Test func logarithmicScaleGreyCellsAndZero() throws {
    let values = [0.001, 0.1, 10, 0, -1, .nan, .infinity, 1]
    let map = try HeatMap(
      columns: 8, rows: 1, values: values, subtitle: "layer 1",
      value: Axis("norm", scale: .logarithmic))
    let picture = try map.cells(width: 8, height: 1)
    let parts: [Double] = [0, 0.5, 1, 0, .nan, .nan, 1, 0.75]
    for (column, part) in parts.enumerated() {
      #expect(picture[column: column, row: 0] == tabled(.viridis, part))
    }
    #expect(
      map.heading.subtitle
        == "layer 1  ·  −1 to 10  ·  1 not a number  ·  1 infinite  ·  1 zero  ·  1 below 0")
  }

  @Test func thePlotShowsTheCellsAtTheirPlaces() throws {
    let map = try HeatMap(
      columns: 4, rows: 3, values: (0..<12).map { Double($0) },
      x: Axis("step", range: HeatMap.range(ofMiddles: 100, 400, count: 4)), y: Axis("layer"),
      value: Axis("norm"))
    let canvas = try Canvas(width: 720, height: 440)
    let layout = try map.layout(
      on: canvas, map.heading, right: map.bar(on: canvas, map.heading).width)
    #expect(layout.x.projection.range == 50...450)
    #expect(layout.xTicks.values.contains(100) && layout.yTicks.values == [0, 1, 2])
    let picture = try map.picture()
    for row in 0..<3 {
      for column in 0..<4 {
        let at = Position(layout.x(Double(100 * (column + 1))), layout.y(Double(row)))
        #expect(
          picture[column: Int(at.x), row: Int(at.y)]
            == tabled(.viridis, Double(4 * row + column) / 11))
      }
    }
    // The bar ends in the colours of the least and the greatest value.
    let bar = Int(layout.plot.maxX) + 20
    #expect(picture[column: bar, row: Int(layout.plot.y)].red > 0xF0)
    #expect(picture[column: bar, row: Int(layout.plot.maxY) - 1].red < 0x48)
  }

  @Test func namesStandAtTheirRows() throws {
    let names = ["embedding", "lstm", "head"]
    let map = try HeatMap(columns: 2, rows: 3, values: [1, 2, 3, 4, 5, 6], rowNames: names)
    let canvas = try Canvas(width: 400, height: 240)
    let layout = try map.layout(on: canvas, map.heading, right: 80)
    #expect(layout.yTicks.labels == names && layout.yTicks.values == [0, 1, 2])
    let many = try HeatMap(
      columns: 1, rows: 200, values: [Double](repeating: 1, count: 200),
      rowNames: (0..<200).map { "layer \($0)" })
    let thinned = try many.layout(on: canvas, many.heading, right: 80)
    #expect((5...20).contains(thinned.yTicks.labels.count))
    for (value, label) in zip(thinned.yTicks.values, thinned.yTicks.labels) {
      #expect(label == "layer \(Int(value))")
    }
  }

  @Test func namesOfColumnsAreTurnedWhereTheyHaveNoRoom() throws {
    let canvas = try Canvas(width: 400, height: 240)
    func layout(_ names: [String]) throws -> ChartLayout {
      let values = names.indices.map(Double.init)
      let map = try HeatMap(columns: names.count, rows: 1, values: values, columnNames: names)
      return try map.layout(on: canvas, map.heading, right: 80)
    }
    let (short, long) = (["cat", "dog", "cow"], (0..<10).map { "Ankle boot \($0)" })
    let flat = try layout(short)
    #expect(flat.xTicks.labels == short && flat.xTicks.values == [0, 1, 2])
    let turned = try layout(long)
    #expect(turned.xTicks.labels == long)
    #expect(turned.plot.maxY < flat.plot.maxY - 40)
    // A name may take a part of the height, not all of it.
    let longest = try layout(Array(repeating: String(repeating: "boot ", count: 50), count: 10))
    #expect(longest.plot.height > 80 && longest.xTicks.labels.allSatisfy { $0.hasSuffix("…") })
  }

  @Test func emptyConstantAndInfiniteMatricesAreDrawn() throws {
    let matrices: [[Double]] = [
      [], [0], [5, 5], [.nan, .nan], [.infinity, -.infinity], [0, 1e300], [-3, -2],
      [.leastNonzeroMagnitude, 1], [-1.7e308, 1.7e308],
    ]
    for values in matrices {
      for scale in [Axis.Scale.linear, .logarithmic] {
        let map = try HeatMap(
          columns: values.count, rows: values.isEmpty ? 0 : 1, values: values,
          value: Axis("v", scale: scale))
        #expect(try map.picture(width: 300, height: 200).width == 300)
        #expect(try map.svg(width: 300, height: 200).contains("</svg>"))
      }
    }
    #expect(try HeatMap(columns: 2, rows: 1, values: [5, 5]).heading.subtitle == "all 5")
  }

  @Test func aMillionCellsAreFast() throws {
    let map = try HeatMap(
      columns: 5000, rows: 200, values: (0..<1_000_000).map { Double($0 % 977) })
    let time = try ContinuousClock().measure { _ = try map.picture() }
    #expect(time < .seconds(1))
  }

  @Test func refusesWrongCounts() {
    #expect(throws: ChartError.heatMap(columns: 2, rows: 2, what: "values", count: 3)) {
      _ = try HeatMap(columns: 2, rows: 2, values: [1, 2, 3])
    }
    #expect(throws: ChartError.heatMap(columns: 1, rows: 2, what: "row names", count: 1)) {
      _ = try HeatMap(columns: 1, rows: 2, values: [1, 2], rowNames: ["a"])
    }
    #expect(throws: ChartError.heatMap(columns: 1, rows: 2, what: "column names", count: 2)) {
      _ = try HeatMap(columns: 1, rows: 2, values: [1, 2], columnNames: ["a", "b"])
    }
    #expect(throws: ChartError.self) { _ = try HeatMap(columns: -1, rows: -1, values: [1]) }
    #expect(throws: ChartError.self) { _ = try HeatMap(columns: .max, rows: 2, values: []) }
  }

  /// The colour of a part of the scale as a table of 1024 colours has it.
  private func tabled(_ map: ColorMap, _ part: Double) -> Color {
    part.isNaN ? ColorMap.undefined : map.color(of: (part * 1023).rounded() / 1023)
  }
}
