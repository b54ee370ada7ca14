extension Image {
  /// Replaces what lies under `image`, whose pixels are repeated `scale` times along both sides,
  /// with its top left corner at (`x`, `y`).
  ///
  /// The formats must agree and the scaled image must lie within this one.
  mutating func paste(_ image: Image, x: Int, y: Int, scale: Int) {
    precondition(image.format == format && scale >= 1 && x >= 0 && y >= 0)
    precondition(x + image.width * scale <= width && y + image.height * scale <= height)
    let (channels, rowCount) = (channels, width * channels)
    let scaledCount = image.width * scale * channels
    withUnsafeMutablePixels { pixels in
      image.pixels.withUnsafeBufferPointer { source in
        for row in 0..<image.height {
          let first = (y + row * scale) * rowCount + x * channels
          var out = first
          var at = row * image.width * channels
          for _ in 0..<image.width {
            for _ in 0..<scale {
              for channel in 0..<channels { pixels[out + channel] = source[at + channel] }
              out += channels
            }
            at += channels
          }
          for copy in 1..<scale {
            let target = UnsafeMutableBufferPointer(
              rebasing: pixels[first + copy * rowCount..<first + copy * rowCount + scaledCount])
            _ = target.update(fromContentsOf: pixels[first..<first + scaledCount])
          }
        }
      }
    }
  }
}
