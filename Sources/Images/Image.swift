/// An image of 8-bit samples, rows from the top, the channels of a pixel side by side.
///
/// The sample of channel `c` at column `x` and row `y` is `pixels[(y * width + x) * channels + c]`.
/// Samples are sRGB values as in the file; alpha is not premultiplied. Every image has at least
/// one pixel.
public struct Image: Equatable, Sendable {
  /// What the channels of a pixel mean.
  public enum Format: String, CaseIterable, Sendable {
    case grey
    case greyAlpha
    case rgb
    case rgba

    /// Samples in a pixel: 1, 2, 3 or 4.
    public var channels: Int {
      switch self {
      case .grey: 1
      case .greyAlpha: 2
      case .rgb: 3
      case .rgba: 4
      }
    }

    /// Whether the last channel is alpha.
    public var hasAlpha: Bool { self == .greyAlpha || self == .rgba }

    /// Whether there are red, green and blue channels.
    public var hasColour: Bool { self == .rgb || self == .rgba }
  }

  /// The most samples an image may have, 2^32.
  public static let maximumSamples = 1 << 32

  /// Columns, at least 1.
  public let width: Int
  /// Rows, at least 1.
  public let height: Int
  /// The channels of a pixel.
  public let format: Format
  /// The samples; the count is always `width * height * format.channels`.
  public private(set) var pixels: [UInt8]

  /// An image of the samples given.
  ///
  /// Throws `ImageError.invalid` where a side is less than 1 or the samples are not exactly
  /// `width * height * format.channels`.
  public init(width: Int, height: Int, format: Format, pixels: [UInt8]) throws(ImageError) {
    let count = try Image.sampleCount(width: width, height: height, format: format)
    guard pixels.count == count else {
      throw .invalid(
        "\(width)x\(height) \(format.rawValue) needs \(count) samples, not \(pixels.count)")
    }
    self.init(unchecked: pixels, width: width, height: height, format: format)
  }

  /// An image of one colour.
  ///
  /// Throws `ImageError.invalid` where a side is less than 1 or the image is too large to address.
  public init(
    width: Int, height: Int, format: Format, filledWith colour: Colour
  ) throws(ImageError) {
    let count = try Image.sampleCount(width: width, height: height, format: format)
    let pixel = colour.samples(format)
    let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      for index in 0..<count { buffer[index] = pixel[index % pixel.count] }
      filled = count
    }
    self.init(unchecked: pixels, width: width, height: height, format: format)
  }

  init(unchecked pixels: [UInt8], width: Int, height: Int, format: Format) {
    self.width = width
    self.height = height
    self.format = format
    self.pixels = pixels
  }

  private static func sampleCount(
    width: Int, height: Int, format: Format
  ) throws(ImageError) -> Int {
    let (area, areaOverflow) = width.multipliedReportingOverflow(by: height)
    let (count, overflow) = area.multipliedReportingOverflow(by: format.channels)
    guard width > 0, height > 0, !areaOverflow, !overflow, count <= maximumSamples else {
      throw .invalid("an image cannot be \(width)x\(height) pixels")
    }
    return count
  }

  /// Samples in a pixel.
  public var channels: Int { format.channels }

  /// The sample of a channel at column `x` and row `y`; like an array's, each index must be
  /// within its bounds.
  public subscript(x: Int, y: Int, channel: Int) -> UInt8 {
    get { pixels[offset(x, y, channel)] }
    set { pixels[offset(x, y, channel)] = newValue }
  }

  /// The samples of the pixel at column `x` and row `y`, or nil outside the image.
  public func pixel(x: Int, y: Int) -> [UInt8]? {
    guard (0..<width).contains(x), (0..<height).contains(y) else { return nil }
    let start = (y * width + x) * channels
    return Array(pixels[start..<start + channels])
  }

  mutating func withUnsafeMutablePixels(_ body: (UnsafeMutableBufferPointer<UInt8>) -> Void) {
    pixels.withUnsafeMutableBufferPointer { body($0) }
  }

  private func offset(_ x: Int, _ y: Int, _ channel: Int) -> Int {
    precondition(
      x >= 0 && x < width && y >= 0 && y < height && channel >= 0 && channel < channels,
      "no sample (\(x), \(y), \(channel)) in a \(width)x\(height) \(format.rawValue) image")
    return (y * width + x) * channels + channel
  }
}
