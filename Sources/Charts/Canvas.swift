import CCairo

/// A position on a canvas: units from its left and top edges, pixel centres at halves.
public typealias Position = SIMD2<Double>

/// A rectangle on a canvas, in units from the left and top edges.
public struct Box: Equatable, Sendable {
  /// The left edge.
  public var x: Double
  /// The top edge.
  public var y: Double
  /// The extent to the right.
  public var width: Double
  /// The extent downwards.
  public var height: Double

  /// A rectangle from its left top corner and its extent.
  public init(x: Double, y: Double, width: Double, height: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  /// The right edge.
  public var maxX: Double { x + width }
  /// The bottom edge.
  public var maxY: Double { y + height }
}

/// A surface to draw on, of pixels or of vectors, that starts filled with an opaque colour.
///
/// All places and lengths are in units; a unit is a pixel unless the canvas has another scale.
/// Drawing after an error does nothing, as in Cairo itself; `picture()` and `svg()` then throw the
/// error.
public final class Canvas {
  /// What the drawing becomes.
  public enum Medium: Equatable, Sendable {
    /// A raster of `scale` pixels a unit, read by `picture()`.
    case pixels(scale: Double)
    /// Shapes, read by `svg()`.
    case vectors
  }

  /// Units in a row.
  public let width: Int
  /// Units from the top to the bottom.
  public let height: Int
  /// What the drawing becomes.
  public let medium: Medium
  let surface: OpaquePointer
  let context: OpaquePointer
  let sink = ByteSink()

  /// A canvas of `width` × `height` units filled with `background`, its opacity taken as 1.
  ///
  /// - Throws: `ChartError.size` for sizes outside 1...32767 pixels, `.cairo` when memory is short.
  public init(
    width: Int, height: Int, medium: Medium = .pixels(scale: 1), background: Color = .white
  ) throws(ChartError) {
    let (columns, rows) = try Self.pixels(width: width, height: height, medium)
    let surface =
      switch medium {
      case .pixels: cairo_image_surface_create(CAIRO_FORMAT_ARGB32, columns, rows)
      case .vectors: sink.vectorSurface(width: Double(columns), height: Double(rows))
      }
    guard let surface, let context = cairo_create(surface) else {
      throw .cairo(doing: "creating a canvas", status: "no memory")
    }
    self.width = width
    self.height = height
    self.medium = medium
    self.surface = surface
    self.context = context
    try check(cairo_status(context), doing: "creating a canvas")
    if case .pixels(let scale) = medium { cairo_scale(context, scale, scale) }
    var opaque = background
    opaque.alpha = 1
    setSource(opaque)
    cairo_paint(context)
  }

  /// The size of the surface in pixels.
  private static func pixels(
    width: Int, height: Int, _ medium: Medium
  ) throws(ChartError) -> (columns: Int32, rows: Int32) {
    let limit = 1...32767
    guard limit.contains(width), limit.contains(height) else {
      throw .size(width: width, height: height)
    }
    guard case .pixels(let scale) = medium else { return (Int32(width), Int32(height)) }
    // A scale beyond the limit, or none at all, is a size beyond it.
    let side = { (units: Int) in
      Int(max(0, min(Double(units) * (scale.isNaN ? 0 : scale), 1e6)).rounded())
    }
    let (columns, rows) = (side(width), side(height))
    guard limit.contains(columns), limit.contains(rows) else {
      throw .size(width: columns, height: rows)
    }
    return (Int32(columns), Int32(rows))
  }

  /// A canvas that draws where `canvas` does, at its origin; see `part`.
  private init(of canvas: Canvas, width: Int, height: Int) {
    self.width = width
    self.height = height
    medium = canvas.medium
    surface = cairo_surface_reference(canvas.surface)
    context = cairo_reference(canvas.context)
  }

  /// Runs `draw` with a canvas of its own that is the part of this one in `box`, rounded to whole
  /// units; it is of use only until `draw` returns.
  func part<Failure: Error>(
    _ box: Box, _ draw: (Canvas) throws(Failure) -> Void
  ) throws(Failure) {
    cairo_save(context)
    defer { cairo_restore(context) }
    cairo_translate(context, box.x.rounded(), box.y.rounded())
    try draw(Canvas(of: self, width: Int(box.width.rounded()), height: Int(box.height.rounded())))
  }

  deinit {
    cairo_destroy(context)
    cairo_surface_destroy(surface)
  }

  /// Draws a straight line of the given width in units, with butt ends.
  public func line(from start: Position, to end: Position, width: Double, color: Color) {
    setSource(color)
    cairo_set_line_width(context, width)
    cairo_move_to(context, start.x, start.y)
    cairo_line_to(context, end.x, end.y)
    cairo_stroke(context)
  }

  /// Fills a circle and, with an `outline`, strokes its edge, half of `width` on either side.
  public func circle(
    at center: Position, radius: Double, fill: Color, outline: Color? = nil, width: Double = 1
  ) {
    cairo_new_path(context)
    cairo_arc(context, center.x, center.y, radius, 0, 2 * Double.pi)
    paintPath(fill: fill, outline: outline, width: width)
  }

  /// Fills a polygon and, with an `outline`, strokes its edge, half of `width` on either side.
  public func polygon(
    _ corners: [Position], fill: Color, outline: Color? = nil, width: Double = 1
  ) {
    cairo_new_path(context)
    for corner in corners { cairo_line_to(context, corner.x, corner.y) }
    cairo_close_path(context)
    paintPath(fill: fill, outline: outline, width: width)
  }

  /// Fills a rectangle; edges between pixels are antialiased.
  public func fill(_ box: Box, color: Color) {
    setSource(color)
    cairo_rectangle(context, box.x, box.y, box.width, box.height)
    cairo_fill(context)
  }

  /// Strokes a rectangle's edge, half of `width` on either side.
  public func outline(_ box: Box, width: Double, color: Color) {
    setSource(color)
    cairo_set_line_width(context, width)
    cairo_rectangle(context, box.x, box.y, box.width, box.height)
    cairo_stroke(context)
  }

  /// Runs `draw` with all that it draws cut to `box`.
  public func clipped<Failure: Error>(
    to box: Box, _ draw: () throws(Failure) -> Void
  ) throws(Failure) {
    cairo_save(context)
    defer { cairo_restore(context) }
    cairo_rectangle(context, box.x, box.y, box.width, box.height)
    cairo_clip(context)
    try draw()
  }

  /// The pixels drawn so far.
  ///
  /// - Throws: `ChartError.cairo` with the first error that any drawing met, or when the canvas is
  ///   one of vectors.
  public func picture() throws(ChartError) -> Picture {
    try check(cairo_status(context), doing: "drawing")
    cairo_surface_flush(surface)
    guard let data = cairo_image_surface_get_data(surface) else {
      throw .cairo(doing: "reading a canvas", status: "no pixels")
    }
    let stride = Int(cairo_image_surface_get_stride(surface))
    let (width, height) = (
      Int(cairo_image_surface_get_width(surface)), Int(cairo_image_surface_get_height(surface))
    )
    let pixels = [UInt8](unsafeUninitializedCapacity: 3 * width * height) { bytes, count in
      var at = 0
      for row in 0..<height {
        let line = UnsafeRawPointer(data + row * stride)
        for column in 0..<width {
          // One native-endian word a pixel; it is opaque, so premultiplication changes nothing.
          let word = line.load(fromByteOffset: 4 * column, as: UInt32.self)
          bytes[at] = UInt8(truncatingIfNeeded: word >> 16)
          bytes[at + 1] = UInt8(truncatingIfNeeded: word >> 8)
          bytes[at + 2] = UInt8(truncatingIfNeeded: word)
          at += 3
        }
      }
      count = at
    }
    return try Picture(width: width, height: height, pixels: pixels)
  }

  func setSource(_ color: Color) {
    cairo_set_source_rgba(
      context, Double(color.red) / 255, Double(color.green) / 255, Double(color.blue) / 255,
      color.alpha)
  }

  private func paintPath(fill: Color, outline: Color?, width: Double) {
    setSource(fill)
    guard let outline else { return cairo_fill(context) }
    cairo_fill_preserve(context)
    setSource(outline)
    cairo_set_line_width(context, width)
    cairo_stroke(context)
  }
}

/// Throws `ChartError.cairo` unless `status` is success.
func check(_ status: cairo_status_t, doing: String) throws(ChartError) {
  guard status != CAIRO_STATUS_SUCCESS else { return }
  throw .cairo(doing: doing, status: String(cString: cairo_status_to_string(status)))
}
