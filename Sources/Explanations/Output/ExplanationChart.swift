import TandemCharts
import TandemImages

/// The annotated picture of a network, as pixels or as vectors.
public struct ExplanationChart: Chart {
  private let explanation: Explanation
  private static let margin = 16.0
  private static let heading = 62.0

  /// The picture of an explanation with all its numbers.
  public init(_ explanation: Explanation) { self.explanation = explanation }

  /// The size in units that the picture needs.
  public var size: (width: Int, height: Int) {
    let figure = explanation.figure
    return (
      Int((figure.width + 2 * Self.margin).rounded(.up)),
      Int((figure.height + Self.heading + Self.margin).rounded(.up))
    )
  }

  public func draw(on canvas: Canvas) throws(ChartError) {
    let limit = Double(canvas.width) - 2 * Self.margin
    let font = Canvas.Font(size: 16, isBold: true)
    canvas.text(
      canvas.shortened(Markup(explanation.title).plain, to: limit, font: font),
      at: Position(Self.margin, 28), font: font, color: .ink)
    var x = Self.margin
    let legend: [(String, Color)] = [
      ("forward", Palette.colors[0]), ("backward", Palette.colors[1]),
      ("parameters and what a step makes of them", .ink),
    ]
    for (name, color) in legend {
      let font = Canvas.Font(size: 12)
      canvas.text(name, at: Position(x, 48), font: font, color: color)
      x += canvas.width(of: name, font: font) + 18
    }
    explanation.figure.draw(
      on: CanvasPen(canvas, origin: Position(Self.margin, Self.heading)))
  }

  /// The picture as the bytes of a PNG file, two pixels a unit.
  ///
  /// - Throws: `ChartError` where it cannot be drawn, `ImageError` where it cannot be encoded.
  public func png() throws -> [UInt8] {
    try png(
      width: size.width, height: size.height, scale: 2,
      text: [PNG.Text("title", Markup(explanation.title).plain)])
  }
}
