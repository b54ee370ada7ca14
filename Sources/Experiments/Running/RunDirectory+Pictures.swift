import TandemCharts
import TandemImages
import TandemRuns

extension RunDirectory {
  /// Writes a picture of one moment with the entries that tell what it shows.
  func save(_ image: Image, _ grid: SampleGrid, tag: String, step: Int, seed: UInt64) throws {
    let png = PNG(image, grid, of: record, step: step, seed: seed)
    try saveSample(
      tag: tag, step: step, seed: seed, grid: .init(rows: grid.rows, columns: grid.columns),
      png: try png.encoded())
  }

  /// Draws a chart of one moment and writes it as a picture.
  func save(_ chart: some Chart, tag: String, step: Int, seed: UInt64) throws {
    try save(chart.picture(), tag: tag, step: step, seed: seed)
  }

  /// Writes a drawn picture of one moment.
  func save(_ picture: Picture, tag: String, step: Int, seed: UInt64) throws {
    try saveSample(
      tag: tag, step: step, seed: seed, grid: .init(rows: 1, columns: 1),
      png: try PNG(picture, of: record, step: step, seed: seed).encoded())
  }
}

extension PNG {
  /// A drawn picture of one moment of a run.
  init(_ picture: Picture, of run: RunRecord, step: Int, seed: UInt64) throws {
    let grid = try SampleGrid(
      columns: 1, rows: 1, cellWidth: picture.width, cellHeight: picture.height, padding: 0)
    try self.init(picture.image(), grid, of: run, step: step, seed: seed)
  }

  /// A picture of one moment of a run with the entries that tell what it shows.
  ///
  /// The configuration's fingerprint stands for the run: it says which runs paint this very
  /// picture, while a run's id would give equal pictures unequal bytes. The index, which lies with
  /// the run, leads from a picture to its run.
  init(_ image: Image, _ grid: SampleGrid, of run: RunRecord, step: Int, seed: UInt64) {
    self.init(
      image,
      text: [
        PNG.Text("experiment", run.experiment), PNG.Text("configuration", run.configuration),
        PNG.Text("seed", "\(seed)"), PNG.Text("step", "\(step)"),
        PNG.Text(SampleGrid.textKey, grid.geometry),
      ])
  }
}
