import TandemCharts
import TandemClassification
import TandemImages
import TandemTensors

/// Test images with what a classifier takes them for: green where it is right, red where it is
/// wrong, with the true class behind.
struct PredictionSheet: Chart {
  /// One image with its classes.
  private struct Cell {
    let picture: Picture
    let predicted: String
    let label: String
    var isRight: Bool { predicted == label }
  }

  private static let (columns, side, gap) = (8, 84, 10)
  private static let captions = 30
  private let cells: [Cell]
  private let title: String

  /// The sheet of a model at a step.
  init(
    of model: Classifier, on batch: LabelledBatch, _ classes: [String], step: Int
  ) throws {
    let predicted = model(batch.images).argmax().values
    let labels = batch.labels.values
    cells = try images(batch.images).enumerated().map { index, image in
      let factor = max(1, PredictionSheet.side / image.width)
      return Cell(
        picture: try Picture(image.scaled(by: factor)), predicted: classes[Int(predicted[index])],
        label: classes[Int(labels[index])])
    }
    title = "step \(step)   \(cells.count { $0.isRight }) of \(cells.count) right"
  }

  /// The sheet in its own size.
  func picture() throws(ChartError) -> Picture {
    let rows = (cells.count - 1) / Self.columns + 1
    return try picture(
      width: Self.columns * (Self.side + Self.gap) + Self.gap,
      height: 30 + rows * (Self.side + Self.captions + Self.gap))
  }

  func draw(on canvas: Canvas) throws(ChartError) {
    canvas.text(
      title, at: Position(Double(Self.gap), 20), font: .init(size: 13, isBold: true), color: .ink)
    let font = Canvas.Font(size: 10.5)
    for (index, cell) in cells.enumerated() {
      let (row, column) = index.quotientAndRemainder(dividingBy: Self.columns)
      let x = Double(Self.gap + column * (Self.side + Self.gap))
      let y = Double(30 + row * (Self.side + Self.captions + Self.gap))
      let side = Double(Self.side)
      try canvas.paint(cell.picture, in: Box(x: x, y: y, width: side, height: side))
      let color = cell.isRight ? Color(0x007A55) : Color(0xC03000)
      canvas.text(
        canvas.shortened(cell.predicted, to: side, font: font), at: Position(x, y + side + 12),
        font: font, color: color)
      if !cell.isRight {
        canvas.text(
          canvas.shortened("is \(cell.label)", to: side, font: font),
          at: Position(x, y + side + 25), font: font, color: .ink)
      }
    }
  }
}

extension ClassifierMeasures {
  /// The confusion matrix as a heat map: of each true class, the share that was taken for each.
  func confusionChart(_ classes: [String], step: Int) throws -> HeatMap {
    var values: [Double] = []
    // The lowest row of a heat map comes first; the first class is to stand at the top.
    for label in (0..<self.classes).reversed() {
      let row = confusion[(label * self.classes)..<((label + 1) * self.classes)]
      let count = row.reduce(0, +)
      values += row.map { count > 0 ? Double($0) / Double(count) : .nan }
    }
    let percent = (accuracy * 1000).rounded() / 10
    return try HeatMap(
      columns: self.classes, rows: self.classes, values: values,
      rowNames: classes.reversed(), columnNames: classes,
      title: "step \(step): \(percent) % of \(count) test images right",
      subtitle: "a row is a true class", x: Axis("predicted class"), y: Axis("true class"),
      value: Axis("share of the row", range: 0...1))
  }
}
