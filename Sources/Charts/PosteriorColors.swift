/// The colours of a posterior p(real | x): blue where a sample is taken for a generated one, a light
/// neutral at 0.5, orange where it is taken for a real one.
///
/// Blue against orange is told apart with every common kind of colour blindness. The colours are
/// pale, so that points stand out on them.
public enum PosteriorColors {
  private static let anchors: [SIMD3<Float>] = [
    SIMD3(0x88, 0xAE, 0xD3),
    SIMD3(0xBF, 0xD4, 0xE7),
    SIMD3(0xF6, 0xF4, 0xF0),
    SIMD3(0xF3, 0xD7, 0xB5),
    SIMD3(0xEA, 0xB7, 0x7D),
  ]

  /// The colour of a posterior that is not a number.
  public static let undefined = Color(0x8C8C8C)

  /// The colour of the posterior `p`, piecewise linear between five anchors at 0, 1/4, 1/2, 3/4, 1.
  ///
  /// Values below 0 and above 1 take the colours of 0 and 1; NaN takes `undefined`.
  public static func color(of p: Float) -> Color {
    guard !p.isNaN else { return undefined }
    let position = min(max(p, 0), 1) * Float(anchors.count - 1)
    let segment = min(Int(position), anchors.count - 2)
    let part = position - Float(segment)
    let low = anchors[segment]
    let mixed = (low + (anchors[segment + 1] - low) * part).rounded(.toNearestOrAwayFromZero)
    return Color(red: UInt8(mixed.x), green: UInt8(mixed.y), blue: UInt8(mixed.z))
  }
}
