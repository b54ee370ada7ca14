import CCairo

extension Canvas {
  /// Paints a picture stretched over `box` with a bilinear filter.
  ///
  /// Colours are interpolated between pixel centres; the outer half of a border pixel keeps its
  /// colour. In a box of the picture's own size at whole pixels every pixel is copied exactly.
  ///
  /// - Throws: `ChartError.size` for a picture over 32767 pixels a side, `.cairo` when memory is
  ///   short.
  public func paint(_ picture: Picture, in box: Box) throws(ChartError) {
    guard picture.width <= 32767, picture.height <= 32767 else {
      throw .size(width: picture.width, height: picture.height)
    }
    guard
      let image = cairo_image_surface_create(
        CAIRO_FORMAT_ARGB32, Int32(picture.width), Int32(picture.height))
    else { throw .cairo(doing: "painting a picture", status: "no memory") }
    defer { cairo_surface_destroy(image) }
    try check(cairo_surface_status(image), doing: "painting a picture")
    cairo_surface_flush(image)
    guard let data = cairo_image_surface_get_data(image) else {
      throw .cairo(doing: "painting a picture", status: "no pixels")
    }
    let stride = Int(cairo_image_surface_get_stride(image))
    let width = picture.width
    picture.pixels.withUnsafeBufferPointer { bytes in
      var at = 0
      for row in 0..<picture.height {
        let line = UnsafeMutableRawPointer(data + row * stride)
        for column in 0..<width {
          let color =
            UInt32(bytes[at]) << 16 | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2])
          line.storeBytes(of: 0xFF00_0000 | color, toByteOffset: 4 * column, as: UInt32.self)
          at += 3
        }
      }
    }
    cairo_surface_mark_dirty(image)

    cairo_save(context)
    defer { cairo_restore(context) }
    cairo_rectangle(context, box.x, box.y, box.width, box.height)
    cairo_clip(context)
    cairo_translate(context, box.x, box.y)
    cairo_scale(context, box.width / Double(width), box.height / Double(picture.height))
    cairo_set_source_surface(context, image, 0, 0)
    let pattern = cairo_get_source(context)
    cairo_pattern_set_filter(pattern, CAIRO_FILTER_BILINEAR)
    cairo_pattern_set_extend(pattern, CAIRO_EXTEND_PAD)
    cairo_paint(context)
  }
}
