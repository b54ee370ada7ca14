/// How images are brought to the size an experiment asks for.
public enum ImageFit: String, Codable, CaseIterable, Sendable {
  /// Centres the image on a larger background; its pixels stay as they are.
  case pad
  /// Cuts the largest square out of the middle and scales it.
  case resize
}

/// Puts an image of `height` x `width` into the middle of one of `size` x `size`; where the
/// margins cannot be equal, the one below or to the right is a pixel wider.
struct Padding {
  let height: Int
  let width: Int
  let channels: Int
  let size: Int

  func copy(_ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, background: UInt8) {
    let top = (size - height) / 2
    let left = (size - width) / 2
    target.initializeMemory(as: UInt8.self, repeating: background, count: size * size * channels)
    for row in 0..<height {
      (target + ((top + row) * size + left) * channels)
        .copyMemory(from: source + row * width * channels, byteCount: width * channels)
    }
  }
}
