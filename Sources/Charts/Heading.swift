/// The title and subtitle above a plot.
package struct Heading {
  let title: String
  package let subtitle: String

  /// A heading of one line each; `notes` follow the subtitle.
  init(title: String, subtitle: String, notes: [String]) {
    self.title = title.oneLine
    self.subtitle = ([subtitle.oneLine] + notes).filter { !$0.isEmpty }.joined(separator: "  ·  ")
  }

  /// The units from the canvas' top to the plot.
  var height: Double {
    let lines = (title.isEmpty ? 0 : 20.0) + (subtitle.isEmpty ? 0 : 18.0)
    return Style.margin + (lines == 0 ? 2 : lines + 10)
  }

  /// Draws both lines from `left` on, or from further left where they need the room; a title too
  /// long for the canvas is written smaller, and cut with "…" where that is not enough.
  func draw(on canvas: Canvas, from left: Double) {
    let end = Double(canvas.width) - Style.margin
    let limit = end - Style.margin
    var y = Style.margin
    func line(_ text: String, _ font: Canvas.Font, _ color: Color) {
      let shown = canvas.shortened(text, to: limit, font: font)
      let x = max(Style.margin, min(left, end - canvas.width(of: shown, font: font)))
      canvas.text(shown, at: Position(x, y), font: font, color: color)
    }
    if !title.isEmpty {
      y += 14
      var font = Canvas.Font(size: Style.titleSize, isBold: true)
      let width = canvas.width(of: title, font: font)
      if width > limit { font.size = max(0.75 * font.size, font.size * limit / width * 0.995) }
      line(title, font, .ink)
      y += 6
    }
    if !subtitle.isEmpty {
      y += 12
      line(subtitle, Style.subtitleFont, .softInk)
    }
  }
}
