import CCairo

extension Canvas {
  /// Strokes lines through points, with round joins, as one shape: where they cross, a transparent
  /// colour is not darker.
  ///
  /// `dashes` are the lengths of dashes and gaps in turn; empty for a whole line. A line of one
  /// point is a dot of 2.5 times the width.
  public func polylines(
    _ lines: [[Position]], width: Double, color: Color, dashes: [Double] = []
  ) {
    cairo_save(context)
    defer { cairo_restore(context) }
    setSource(color)
    cairo_set_line_width(context, width)
    cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
    cairo_set_line_cap(context, dashes.isEmpty ? CAIRO_LINE_CAP_ROUND : CAIRO_LINE_CAP_BUTT)
    cairo_set_dash(context, dashes, Int32(dashes.count), 0)
    cairo_new_path(context)
    for line in lines where line.count > 1 {
      cairo_move_to(context, line[0].x, line[0].y)
      for point in line.dropFirst() { cairo_line_to(context, point.x, point.y) }
    }
    cairo_stroke(context)
    for line in lines where line.count == 1 {
      circle(at: line[0], radius: 1.25 * width, fill: color)
    }
  }

  /// Runs `draw` with the x axis turned by a quarter to the left around `center`, which becomes
  /// the origin: what it draws to the right stands upwards.
  func turned(around center: Position, _ draw: () -> Void) {
    cairo_save(context)
    defer { cairo_restore(context) }
    cairo_translate(context, center.x, center.y)
    cairo_rotate(context, -Double.pi / 2)
    draw()
  }
}
