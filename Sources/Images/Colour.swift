/// An opaque sRGB colour of 8 bits a channel.
public struct Colour: Hashable, Sendable {
  /// The red channel, 0...255.
  public var red: UInt8
  /// The green channel, 0...255.
  public var green: UInt8
  /// The blue channel, 0...255.
  public var blue: UInt8

  /// A colour of the given channels.
  public init(red: UInt8, green: UInt8, blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// The colour 0xRRGGBB; higher bits are ignored.
  public init(hex: UInt32) {
    self.init(
      red: UInt8(truncatingIfNeeded: hex >> 16), green: UInt8(truncatingIfNeeded: hex >> 8),
      blue: UInt8(truncatingIfNeeded: hex))
  }

  /// A grey, 0 black to 255 white.
  public init(grey: UInt8) {
    self.init(red: grey, green: grey, blue: grey)
  }

  /// Nothing of each channel.
  public static let black = Colour(grey: 0)
  /// All of each channel.
  public static let white = Colour(grey: 255)

  /// Rec. 601 luma, `0.299 red + 0.587 green + 0.114 blue`, rounded to nearest.
  ///
  /// The weights that Pillow and torchvision use; a grey keeps its value.
  public var luma: UInt8 { Colour.luma(red, green, blue) }

  @inline(__always)
  static func luma(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> UInt8 {
    let sum = 299 * UInt32(red) + 587 * UInt32(green) + 114 * UInt32(blue)
    return UInt8(truncatingIfNeeded: (sum + 500) / 1000)
  }

  /// The samples of an opaque pixel of this colour.
  func samples(_ format: Image.Format) -> [UInt8] {
    switch format {
    case .grey: [luma]
    case .greyAlpha: [luma, 255]
    case .rgb: [red, green, blue]
    case .rgba: [red, green, blue, 255]
    }
  }
}
