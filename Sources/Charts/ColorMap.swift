/// Colours for values from low to high, even steps of which look even and stay so in grey and with
/// every common kind of colour blindness.
///
/// The maps are those of Matplotlib by Stéfan van der Walt and Nathaniel Smith (2015, public
/// domain, CC0), at evenly spaced points and linear in sRGB between them.
public enum ColorMap: Sendable {
  /// Violet over green to yellow.
  case viridis
  /// Black over red to a pale yellow.
  case magma

  /// The colour of a value that is not a number.
  public static let undefined = Color(0xBDBDBD)

  private static let viridisColors = anchors([
    0x440154, 0x481A6C, 0x472F7D, 0x414487, 0x39568C, 0x31688E, 0x2A788E, 0x23888E, 0x1F988B,
    0x22A884, 0x35B779, 0x54C568, 0x7AD151, 0xA5DB36, 0xD2E21B, 0xFDE725,
  ])
  private static let magmaColors = anchors([
    0x000004, 0x0B0924, 0x20114B, 0x3B0F70, 0x57157E, 0x721F81, 0x8C2981, 0xA8327D, 0xC43C75,
    0xDE4968, 0xF1605D, 0xFA7F5E, 0xFE9F6D, 0xFEBF84, 0xFDDEA0, 0xFCFDBF,
  ])

  /// The colour at `part` of the map, 0 the low end and 1 the high one; beyond them the ends'.
  public func color(of part: Double) -> Color {
    guard !part.isNaN else { return Self.undefined }
    let colors = self == .viridis ? Self.viridisColors : Self.magmaColors
    let position = min(max(part, 0), 1) * Double(colors.count - 1)
    let segment = min(Int(position), colors.count - 2)
    let low = colors[segment]
    let mixed = (low + (colors[segment + 1] - low) * (position - Double(segment))).rounded(
      .toNearestOrAwayFromZero)
    return Color(red: UInt8(mixed.x), green: UInt8(mixed.y), blue: UInt8(mixed.z))
  }

  private static func anchors(_ colors: [UInt32]) -> [SIMD3<Double>] {
    colors.map { hex in
      let color = Color(hex)
      return SIMD3(Double(color.red), Double(color.green), Double(color.blue))
    }
  }
}
