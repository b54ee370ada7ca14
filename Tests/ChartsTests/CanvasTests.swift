import TandemCharts
import Testing

@Suite struct CanvasTests {
  private let blue = Color(0x2040C0)

  /// The columns and rows of the pixels that are not white.
  private func ink(_ picture: Picture) -> (columns: ClosedRange<Int>, rows: ClosedRange<Int>)? {
    var columns: [Int] = []
    var rows: [Int] = []
    for row in 0..<picture.height {
      for column in 0..<picture.width where picture[column: column, row: row] != .white {
        columns.append(column)
        rows.append(row)
      }
    }
    guard let left = columns.min(), let right = columns.max() else { return nil }
    return (left...right, rows[0]...rows[rows.count - 1])
  }

  @Test func startsFilled() throws {
    let picture = try Canvas(width: 3, height: 2, background: Color(0x123456, alpha: 0.1)).picture()
    #expect(picture.width == 3 && picture.height == 2)
    #expect(picture.pixels == (0..<6).flatMap { _ in [0x12, 0x34, 0x56] as [UInt8] })
  }

  @Test func fillsWholePixelsExactly() throws {
    let canvas = try Canvas(width: 8, height: 6)
    canvas.fill(Box(x: 2, y: 1, width: 3, height: 2), color: blue)
    let picture = try canvas.picture()
    for row in 0..<6 {
      for column in 0..<8 {
        let inside = (2..<5).contains(column) && (1..<3).contains(row)
        #expect(picture[column: column, row: row] == (inside ? blue : .white))
      }
    }
  }

  @Test func mixesByOpacity() throws {
    let canvas = try Canvas(width: 1, height: 1)
    canvas.fill(Box(x: 0, y: 0, width: 1, height: 1), color: Color(0x000000, alpha: 0.4))
    #expect(try canvas.picture().pixels == [153, 153, 153])
  }

  @Test func linesCirclesAndPolygonsCoverWhatTheyShould() throws {
    let lines = try Canvas(width: 9, height: 5)
    lines.line(from: Position(1, 2.5), to: Position(7, 2.5), width: 1, color: blue)
    let line = try #require(try ink(lines.picture()))
    #expect(line.columns == 1...6 && line.rows == 2...2)

    let circles = try Canvas(width: 21, height: 21)
    circles.circle(at: Position(10.5, 9.5), radius: 4, fill: blue)
    let circle = try #require(try ink(circles.picture()))
    #expect(circle.columns == 6...14 && circle.rows == 5...13)
    #expect(try circles.picture()[column: 10, row: 9] == blue)

    let polygons = try Canvas(width: 9, height: 9)
    polygons.polygon(
      [Position(1, 1), Position(6, 1), Position(6, 4), Position(1, 4)], fill: blue)
    let polygon = try #require(try ink(polygons.picture()))
    #expect(polygon.columns == 1...5 && polygon.rows == 1...3)

    let frames = try Canvas(width: 9, height: 9)
    frames.outline(Box(x: 1.5, y: 2.5, width: 5, height: 4), width: 1, color: blue)
    let frame = try frames.picture()
    #expect(frame[column: 1, row: 2] == blue && frame[column: 6, row: 6] == blue)
    #expect(frame[column: 3, row: 4] == .white)
  }

  @Test func clipsOnlyInside() throws {
    let canvas = try Canvas(width: 6, height: 6)
    let all = Box(x: 0, y: 0, width: 6, height: 6)
    canvas.clipped(to: Box(x: 1, y: 2, width: 2, height: 3)) { canvas.fill(all, color: blue) }
    let cut = try #require(try ink(canvas.picture()))
    #expect(cut.columns == 1...2 && cut.rows == 2...4)
    canvas.fill(all, color: blue)
    let whole = try #require(try ink(canvas.picture()))
    #expect(whole.columns == 0...5 && whole.rows == 0...5)
  }

  @Test func paintsOneToOneExactly() throws {
    let picture = try Picture(width: 5, height: 3, pixels: (0..<45).map { UInt8($0 * 5) })
    let canvas = try Canvas(width: 7, height: 6)
    try canvas.paint(picture, in: Box(x: 1, y: 2, width: 5, height: 3))
    let painted = try canvas.picture()
    for row in 0..<3 {
      for column in 0..<5 {
        #expect(painted[column: column + 1, row: row + 2] == picture[column: column, row: row])
      }
    }
    let bounds = try #require(ink(painted))
    #expect(bounds.columns == 1...5 && bounds.rows == 2...4)
  }

  @Test func interpolatesBetweenPixelCenters() throws {
    let picture = try Picture(width: 2, height: 1, pixels: [0, 0, 0, 240, 240, 240])
    let canvas = try Canvas(width: 8, height: 1)
    try canvas.paint(picture, in: Box(x: 0, y: 0, width: 8, height: 1))
    let reds = try canvas.picture().pixels.enumerated().filter { $0.offset % 3 == 0 }
      .map { Int($0.element) }
    // Centres at 2 and 6; pixel k is at k + 1/2, so the weights between are 1/8, 3/8, 5/8, 7/8.
    for (red, expected) in zip(reds, [0, 0, 30, 90, 150, 210, 240, 240]) {
      #expect(abs(red - expected) <= 1)
    }
  }

  @Test func textStandsWhereItIsAligned() throws {
    let font = Canvas.Font(size: 20)
    var bounds: [(columns: ClosedRange<Int>, rows: ClosedRange<Int>)] = []
    for align in [Canvas.TextAlignment.left, .center, .right] {
      let canvas = try Canvas(width: 200, height: 60)
      canvas.text("1000", at: Position(100, 40), font: font, color: blue, align: align)
      bounds.append(try #require(try ink(canvas.picture())))
    }
    #expect(bounds[0].columns.lowerBound >= 100 && bounds[0].columns.lowerBound <= 104)
    #expect(bounds[2].columns.upperBound < 100 && bounds[2].columns.upperBound >= 96)
    let middle = bounds[1].columns.lowerBound + bounds[1].columns.upperBound
    #expect(abs(middle - 199) <= 3)
    for bound in bounds { #expect((39...40).contains(bound.rows.upperBound)) }

    let canvas = try Canvas(width: 200, height: 60)
    canvas.text("0", at: Position(100, 30), font: font, color: blue, level: .middle)
    let digit = try #require(try ink(canvas.picture()))
    #expect(abs(digit.rows.lowerBound + digit.rows.upperBound - 59) <= 1)
  }

  @Test func shortensToAWidth() throws {
    let canvas = try Canvas(width: 1, height: 1)
    let font = Canvas.Font(size: 12)
    let text = "step 2000   modes 8/8"
    let width = canvas.width(of: text, font: font)
    #expect(canvas.shortened(text, to: width, font: font) == text)
    let cut = canvas.shortened(text, to: width - 1, font: font)
    #expect(cut.hasSuffix("…") && text.hasPrefix(cut.dropLast()))
    #expect(canvas.width(of: cut, font: font) <= width - 1)
    #expect(canvas.shortened(text, to: 1, font: font) == "")
  }

  @Test func refusesSizesAndPixelCounts() {
    for (width, height) in [(0, 5), (5, 0), (-1, 5), (32768, 1), (1, Int.max)] {
      #expect(throws: ChartError.size(width: width, height: height)) {
        _ = try Canvas(width: width, height: height)
      }
    }
    for (width, height, count) in [(2, 2, 11), (0, 2, 0), (-1, -1, 3), (Int.max, 2, 6), (1, 1, 4)] {
      #expect(throws: ChartError.pixels(width: width, height: height, count: count)) {
        _ = try Picture(width: width, height: height, pixels: [UInt8](repeating: 0, count: count))
      }
    }
  }

  @Test func keepsCairosFirstError() throws {
    let dot = try Picture(width: 1, height: 1, pixels: [1, 2, 3])
    let canvas = try Canvas(width: 4, height: 4)
    try canvas.paint(dot, in: Box(x: 0, y: 0, width: 0, height: 4))
    canvas.fill(Box(x: 0, y: 0, width: 4, height: 4), color: blue)
    let error = #expect(throws: ChartError.self) { _ = try canvas.picture() }
    #expect(
      error?.description == "chart: Cairo failed drawing: invalid matrix (not invertible)")
  }
}
