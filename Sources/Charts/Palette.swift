/// The colours and line styles of a chart's series, told apart with every common kind of colour
/// blindness: Okabe and Ito, Color Universal Design (2008), without their yellow, which is too
/// light for a line on white.
public enum Palette {
  /// Seven colours, the most distinct first.
  public static let colors: [Color] = [
    Color(0x0072B2), Color(0xD55E00), Color(0x009E73), Color(0xE69F00), Color(0xCC79A7),
    Color(0x56B4E9), Color(0x000000),
  ]

  /// The dashes and gaps of the line styles, in line widths; a whole line is the first.
  static let dashes: [[Double]] = [[], [4, 2], [1, 1.4], [5, 1.6, 1, 1.6]]

  /// The colour of the series at `index`; after seven they begin anew with another line style.
  public static func color(of index: Int) -> Color { colors[index % colors.count] }

  /// The dashes of the series at `index`, for lines of the given width.
  package static func dashes(of index: Int, width: Double) -> [Double] {
    dashes[index / colors.count % dashes.count].map { $0 * width }
  }
}

/// What all charts with axes share in their looks; lengths are in units.
enum Style {
  static let grid = Color(0xE7E7E7)
  static let tint = Color(0x8899AA, alpha: 0.13)

  static let margin = 14.0
  static let tickLength = 5.0
  static let minorTickLength = 3.0

  static let titleSize = 15.0
  static let subtitleFont = Canvas.Font(size: 12)
  static let axisFont = Canvas.Font(size: 12)
  static let tickFont = Canvas.Font(size: 11)
  static let legendFont = Canvas.Font(size: 11.5)
  static let noteFont = Canvas.Font(size: 11)
}
