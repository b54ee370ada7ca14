/// A colour in sRGB with its opacity.
public struct Color: Equatable, Sendable {
  /// Red in 0...255.
  public var red: UInt8
  /// Green in 0...255.
  public var green: UInt8
  /// Blue in 0...255.
  public var blue: UInt8
  /// Opacity from 0, invisible, to 1, opaque.
  public var alpha: Double

  /// A colour of the given channels.
  public init(red: UInt8, green: UInt8, blue: UInt8, alpha: Double = 1) {
    self.red = red
    self.green = green
    self.blue = blue
    self.alpha = alpha
  }

  /// A colour written as `0xRRGGBB`; higher bits are ignored.
  public init(_ hex: UInt32, alpha: Double = 1) {
    self.init(
      red: UInt8(truncatingIfNeeded: hex >> 16), green: UInt8(truncatingIfNeeded: hex >> 8),
      blue: UInt8(truncatingIfNeeded: hex), alpha: alpha)
  }

  /// White.
  public static let white = Color(0xFFFFFF)
  /// What texts are written in.
  public static let ink = Color(0x2B2B2B)
  /// What texts of less weight and axes are drawn in.
  public static let softInk = Color(0x5A5A5A)
}
