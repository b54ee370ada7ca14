import TandemImages
import Testing

@Suite struct SampleGrids {
  @Test func sheetPixelByPixel() throws {
    let grid = try SampleGrid(
      columns: 2, rows: 2, cellWidth: 2, cellHeight: 1, padding: 1, scale: 2)
    let images = try [[1, 2], [3, 4], [5, 6]].map {
      try Image(width: 2, height: 1, format: .grey, pixels: $0)
    }
    let sheet = try grid.sheet(of: images, background: .init(grey: 9))
    #expect((sheet.width, sheet.height) == (11, 7))
    #expect(
      sheet.pixels == [
        9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9,
        9, 1, 1, 2, 2, 9, 3, 3, 4, 4, 9,
        9, 1, 1, 2, 2, 9, 3, 3, 4, 4, 9,
        9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9,
        9, 5, 5, 6, 6, 9, 9, 9, 9, 9, 9,
        9, 5, 5, 6, 6, 9, 9, 9, 9, 9, 9,
        9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9,
      ])
  }

  @Test(arguments: Image.Format.allCases)
  func cuttingUndoesAssembling(_ format: Image.Format) throws {
    for columns in 1...4 {
      for count in 1...9 {
        for (padding, scale) in [(0, 1), (2, 1), (0, 3), (3, 2)] {
          let grid = try SampleGrid(
            count: count, columns: columns, cellWidth: 5, cellHeight: 3, padding: padding,
            scale: scale)
          let images = (0..<count).map { noise(5, 3, format, seed: UInt64($0 + 1)) }
          let sheet = try grid.sheet(of: images)
          #expect(try grid.images(on: sheet, count: count) == images)
          #expect(try grid.images(on: sheet).count == grid.capacity)
          #expect(try SampleGrid(geometry: grid.geometry) == grid)
        }
      }
    }
  }

  @Test func geometry() throws {
    let words = "columns=8 rows=8 cell=32x32 padding=2 scale=2"
    let grid = try SampleGrid(geometry: words)
    #expect(grid.geometry == words)
    #expect(grid == (try SampleGrid(count: 64, cellWidth: 32, cellHeight: 32, scale: 2)))
    #expect((grid.width, grid.height) == (8 * 64 + 9 * 2, 8 * 64 + 9 * 2))
    for bad in [
      "", "columns=8", words + " ", "columns=0 rows=8 cell=32x32 padding=2 scale=2",
      "columns=-8 rows=8 cell=32x32 padding=2 scale=2",
      "columns=99999999999999999999 rows=8 cell=32x32 padding=2 scale=2",
      "columns=65535 rows=65535 cell=65535x65535 padding=65535 scale=65535",
    ] {
      #expect(throws: ImageError.self) { try SampleGrid(geometry: bad) }
    }
  }

  @Test func nearSquareByDefault() throws {
    for (count, columns, rows) in [(1, 1, 1), (2, 2, 1), (5, 3, 2), (64, 8, 8), (65, 9, 8)] {
      let grid = try SampleGrid(count: count, cellWidth: 1, cellHeight: 1)
      #expect((grid.columns, grid.rows) == (columns, rows))
    }
    for count in [0, -1, Int.min] {
      #expect(throws: ImageError.self) { try SampleGrid(count: count, cellWidth: 1, cellHeight: 1) }
    }
  }

  @Test func imagesThatDoNotFit() throws {
    let grid = try SampleGrid(columns: 2, rows: 1, cellWidth: 4, cellHeight: 4)
    let image = noise(4, 4, .rgb)
    #expect(throws: ImageError.invalid("a sheet needs at least one sample")) {
      try grid.sheet(of: [])
    }
    #expect(throws: ImageError.invalid("3 samples do not fit on a sheet of 2x1")) {
      try grid.sheet(of: [image, image, image])
    }
    #expect(throws: ImageError.invalid("sample 1 is 4x4 grey, not 4x4 rgb")) {
      try grid.sheet(of: [image, noise(4, 4, .grey)])
    }
    #expect(throws: ImageError.invalid("sample 0 is 5x4 rgb, not 4x4 rgb")) {
      try grid.sheet(of: [noise(5, 4, .rgb)])
    }
    let sheet = try grid.sheet(of: [image])
    #expect(throws: ImageError.self) { try grid.images(on: image) }
    #expect(throws: ImageError.self) { try grid.images(on: sheet, count: 3) }
  }
}
