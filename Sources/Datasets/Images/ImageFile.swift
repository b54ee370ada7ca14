import TandemImages

/// What data sets need of images: reading files, cutting and scaling.
enum ImageFile {
  /// The middle square of a PNG file's image, scaled to `size` x `size`; transparent parts are laid
  /// over white, and colours made `channels` of them: 1 is grey, 3 are red, green and blue. Throws
  /// an `ImageError` that names the file.
  static func square(_ path: String, size: Int, channels: Int) throws -> [UInt8] {
    let image = try PNG(contentsOf: path).image
    return try square(image.converted(to: channels == 1 ? .grey : .rgb), size: size).pixels
  }

  /// The middle square of an image of bytes in memory, scaled to `size` x `size`.
  static func square(
    _ bytes: UnsafeRawBufferPointer, height: Int, width: Int, channels: Int, size: Int
  ) throws -> [UInt8] {
    let format: Image.Format = [.grey, .greyAlpha, .rgb, .rgba][channels - 1]
    let image = try Image(width: width, height: height, format: format, pixels: Array(bytes))
    return try square(image, size: size).pixels
  }

  private static func square(_ image: Image, size: Int) throws -> Image {
    let side = min(image.width, image.height)
    return
      try image
      .cropped(
        x: (image.width - side) / 2, y: (image.height - side) / 2, width: side, height: side
      )
      .resized(width: size, height: size)
  }
}
