extension Image {
  /// The image in another format.
  ///
  /// - Colour becomes grey by luma (`Colour.luma`); grey becomes colour by repetition.
  /// - Alpha is kept where both formats have it and 255 where only the new one does.
  /// - Where only the old one has it the pixel is laid over the background, in sRGB values:
  ///   `(a * sample + (255 - a) * background) / 255`, rounded to nearest. This comes before luma.
  public func converted(to target: Format, over background: Colour = .white) -> Image {
    if target == format { return self }
    let (source, from, to) = (pixels, channels, target.channels)
    let count = width * height
    let flatten = format.hasAlpha && !target.hasAlpha
    let converted = [UInt8](unsafeUninitializedCapacity: count * to) { buffer, filled in
      source.withUnsafeBufferPointer { source in
        for index in 0..<count {
          let at = index * from
          var red = source[at]
          var green = format.hasColour ? source[at + 1] : red
          var blue = format.hasColour ? source[at + 2] : red
          let alpha = format.hasAlpha ? source[at + from - 1] : 255
          if flatten {
            red = Image.over(red, alpha, background.red)
            green = Image.over(green, alpha, background.green)
            blue = Image.over(blue, alpha, background.blue)
          }
          let out = index * to
          if target.hasColour {
            buffer[out] = red
            buffer[out + 1] = green
            buffer[out + 2] = blue
          } else {
            buffer[out] = Colour.luma(red, green, blue)
          }
          if target.hasAlpha { buffer[out + to - 1] = alpha }
        }
      }
      filled = count * to
    }
    return Image(unchecked: converted, width: width, height: height, format: target)
  }

  @inline(__always)
  private static func over(_ sample: UInt8, _ alpha: UInt8, _ background: UInt8) -> UInt8 {
    let sum = UInt32(alpha) * UInt32(sample) + UInt32(255 - alpha) * UInt32(background)
    return UInt8(truncatingIfNeeded: (sum + 127) / 255)
  }
}
