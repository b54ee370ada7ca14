import CCairo

extension Canvas {
  /// A size and weight of the charts' typeface, DejaVu Sans (Debian package fonts-dejavu-core).
  ///
  /// Where it is not installed, fontconfig's nearest sans-serif face takes its place.
  public struct Font: Equatable, Sendable {
    /// The em size in units.
    public var size: Double
    /// Whether the bold face is used.
    public var isBold: Bool

    /// A font of the given em size in units.
    public init(size: Double, isBold: Bool = false) {
      self.size = size
      self.isBold = isBold
    }
  }

  /// Which part of a text its position fixes horizontally.
  public enum TextAlignment: Sendable {
    case left
    case center
    case right
  }

  /// Which part of a text its position fixes vertically.
  public enum TextLevel: Sendable {
    /// The line the letters stand on.
    case baseline
    /// The middle of the digits.
    case middle
  }

  /// Draws one line of text, its `align` and `level` parts at `position`.
  public func text(
    _ string: String, at position: Position, font: Font, color: Color,
    align: TextAlignment = .left, level: TextLevel = .baseline
  ) {
    select(font)
    setSource(color)
    let advance = extents(of: string).x_advance
    let x =
      switch align {
      case .left: position.x
      case .center: position.x - advance / 2
      case .right: position.x - advance
      }
    // The digits' middle, not the text's own, keeps labels of one row on one baseline.
    let y: Double
    switch level {
    case .baseline: y = position.y
    case .middle:
      let digit = extents(of: "0")
      y = position.y - digit.y_bearing - digit.height / 2
    }
    cairo_move_to(context, x, y)
    cairo_show_text(context, string)
  }

  /// The width of a line of text in units.
  public func width(of string: String, font: Font) -> Double {
    select(font)
    return extents(of: string).x_advance
  }

  /// `string`, or its longest beginning that with "…" is at most `limit` units wide.
  public func shortened(_ string: String, to limit: Double, font: Font) -> String {
    guard width(of: string, font: font) > limit else { return string }
    var kept = string
    while !kept.isEmpty, width(of: kept + "…", font: font) > limit { kept.removeLast() }
    return kept.isEmpty ? "" : kept + "…"
  }

  /// `string`, or its beginning and end with "…" between them, at most `limit` units wide: names of
  /// runs differ at their ends as often as at their beginnings.
  func shortenedInside(_ string: String, to limit: Double, font: Font) -> String {
    guard width(of: string, font: font) > limit else { return string }
    var kept = string.count - 1
    while kept > 0 {
      let text = string.prefix((kept + 1) / 2) + "…" + string.suffix(kept / 2)
      if width(of: String(text), font: font) <= limit { return String(text) }
      kept -= 1
    }
    return ""
  }

  private func select(_ font: Font) {
    cairo_select_font_face(
      context, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
      font.isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
    cairo_set_font_size(context, font.size)
    // Unhinted grey text does not depend on the desktop's font settings.
    guard let options = cairo_font_options_create() else { return }
    defer { cairo_font_options_destroy(options) }
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
    cairo_set_font_options(context, options)
  }

  private func extents(of string: String) -> cairo_text_extents_t {
    var extents = cairo_text_extents_t()
    cairo_text_extents(context, string, &extents)
    return extents
  }
}
