import Foundation
import TandemCharts

/// Draws a figure as lines of SVG, each number with the step at which it appears.
final class SVGPen: FigurePen {
  private(set) var lines: [String] = []
  private let firstSteps: [String: Int]

  init(firstSteps: [String: Int]) { self.firstSteps = firstSteps }

  func begin(_ id: String, _ kind: String) {
    lines.append("<g class=\"part \(kind)\" data-part=\"\(id.escaped)\">")
  }

  func end() { lines.append("</g>") }

  func line(from start: Position, to end: Position) {
    lines.append(
      """
      <line x1="\(SVGPen.place(start.x))" y1="\(SVGPen.place(start.y))" \
      x2="\(SVGPen.place(end.x))" y2="\(SVGPen.place(end.y))"/>
      """)
  }

  func box(_ box: Box, _ kind: FigureBox) {
    let radius = kind == .cell ? 0 : kind == .label ? 3 : 8
    lines.append(
      """
      <rect class="\(kind.rawValue)-box" x="\(SVGPen.place(box.x))" y="\(SVGPen.place(box.y))" \
      width="\(SVGPen.place(box.width))" height="\(SVGPen.place(box.height))" rx="\(radius)"/>
      """)
  }

  func text(
    _ markup: String, at position: Position, size: Double, _ alignment: Canvas.TextAlignment,
    _ role: FigureText, _ quantity: Quantity?
  ) {
    let anchor =
      switch alignment {
      case .left: "start"
      case .center: "middle"
      case .right: "end"
      }
    let name =
      switch role {
      case .title: "title"
      case .label: "label"
      case .value(let role): "value \(role.rawValue)"
      }
    // The middle of small letters is about a third of the size above the line they stand on.
    let y = SVGPen.place(position.y + 0.35 * size)
    let data = quantity.map { SVGPen.data(of: $0, at: firstSteps[$0.id] ?? 0) } ?? ""
    lines.append(
      """
      <text class="\(name)" x="\(SVGPen.place(position.x))" y="\(y)" font-size="\(size)" \
      text-anchor="\(anchor)"\(data)>\(Markup(markup).svg)</text>
      """)
  }

  /// The attributes of an element that shows a number: its name, all its digits, and its step.
  static func data(of quantity: Quantity, at step: Int) -> String {
    " data-id=\"\(quantity.id.escaped)\" data-value=\"\(quantity.value)\" data-from=\"\(step)\""
  }

  private static func place(_ value: Double) -> String {
    let rounded = (value * 10).rounded() / 10
    return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
  }
}
