import CCairo

extension Canvas {
  /// The drawing as an SVG document; the canvas is finished by it and takes no more drawing.
  ///
  /// Letters are outlines, so that the document looks the same on every machine.
  ///
  /// - Throws: `ChartError.cairo` with the first error that any drawing met, or when the canvas is
  ///   one of pixels.
  public func svg() throws(ChartError) -> String {
    guard medium == .vectors else {
      throw .cairo(doing: "writing SVG", status: "the canvas is one of pixels")
    }
    try check(cairo_status(context), doing: "drawing")
    cairo_surface_finish(surface)
    try check(cairo_surface_status(surface), doing: "writing SVG")
    return String(decoding: sink.bytes, as: UTF8.self)
  }
}

/// Where Cairo writes a document to.
final class ByteSink {
  private(set) var bytes: [UInt8] = []

  /// An SVG surface that writes here, `width` × `height` units large; it does not keep the sink
  /// alive. An error of Cairo's is in the surface's status.
  func vectorSurface(width: Double, height: Double) -> OpaquePointer? {
    let sink = Unmanaged.passUnretained(self).toOpaque()
    let surface = cairo_svg_surface_create_for_stream(
      { sink, data, count in
        guard let sink, let data else { return CAIRO_STATUS_WRITE_ERROR }
        Unmanaged<ByteSink>.fromOpaque(sink).takeUnretainedValue().bytes
          .append(contentsOf: UnsafeBufferPointer(start: data, count: Int(count)))
        return CAIRO_STATUS_SUCCESS
      }, sink, width, height)
    cairo_svg_surface_set_document_unit(surface, CAIRO_SVG_UNIT_PX)
    return surface
  }
}
