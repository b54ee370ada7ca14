import TandemCharts

/// Draws a figure on a canvas, all its numbers shown.
final class CanvasPen: FigurePen {
  private let canvas: Canvas
  private let origin: Position

  /// A pen whose figure has its left top corner at `origin`.
  init(_ canvas: Canvas, origin: Position) {
    self.canvas = canvas
    self.origin = origin
  }

  func begin(_ id: String, _ kind: String) {}
  func end() {}

  func line(from start: Position, to end: Position) {
    canvas.line(from: start + origin, to: end + origin, width: 1.2, color: Color(0x9AA3AD))
  }

  func box(_ box: Box, _ kind: FigureBox) {
    let moved = Box(
      x: box.x + origin.x, y: box.y + origin.y, width: box.width, height: box.height)
    switch kind {
    case .node:
      canvas.fill(moved, color: Color(0xF4F6F8))
      canvas.outline(moved, width: 1.2, color: Color(0x7A8794))
    case .label: canvas.fill(moved, color: Color(0xFFFFFF, alpha: 0.9))
    case .frame: canvas.outline(moved, width: 1, color: Color(0xC8CFD6))
    case .cell: canvas.outline(moved, width: 0.8, color: Color(0xB8C0C8))
    }
  }

  func text(
    _ markup: String, at position: Position, size: Double, _ alignment: Canvas.TextAlignment,
    _ role: FigureText, _ quantity: Quantity?
  ) {
    let color: Color
    var isBold = false
    switch role {
    case .title: (color, isBold) = (.ink, true)
    case .label: color = .softInk
    case .value(.forward): color = Palette.colors[0]
    case .value(.backward): color = Palette.colors[1]
    case .value(.parameter): color = .ink
    }
    let parts = Markup(markup).parts.map { text, level in
      let font = Canvas.Font(size: level == .base ? size : Markup.smallSize * size, isBold: isBold)
      let shift = level == .base ? 0 : level == .lower ? 0.22 * size : -0.36 * size
      return (text: text, font: font, shift: shift, width: canvas.width(of: text, font: font))
    }
    let width = parts.reduce(0) { $0 + $1.width }
    var x = position.x + origin.x
    switch alignment {
    case .left: break
    case .center: x -= width / 2
    case .right: x -= width
    }
    for part in parts {
      canvas.text(
        part.text, at: Position(x, position.y + origin.y + 0.35 * size + part.shift),
        font: part.font, color: color)
      x += part.width
    }
  }
}
