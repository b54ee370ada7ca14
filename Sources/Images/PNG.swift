import CPNG

/// A PNG file: an image and the text entries that travel with it.
///
/// Reads every colour type, bit depth and interlacing; writes 8-bit, not interlaced.
public struct PNG: Equatable, Sendable {
  /// A key with its value, kept in a `tEXt` chunk.
  public struct Text: Hashable, Sendable {
    /// 1 to 79 Latin-1 characters, without control characters and without a space at either end
    /// or two in a row.
    public var key: String
    /// Any text without the zero character. What Latin-1 cannot spell is written as UTF-8 in an
    /// `iTXt` chunk instead.
    public var value: String

    /// An entry of a key and its value.
    public init(_ key: String, _ value: String) {
      self.key = key
      self.value = value
    }
  }

  /// The largest image that is read; what declares more is refused before any memory is taken.
  public struct Limits: Sendable {
    /// Pixels along a side.
    public var side: Int
    /// Pixels in all.
    public var pixels: Int

    /// By default 65 535 a side and 2^26 in all (256 MiB as RGBA).
    public init(side: Int = 65_535, pixels: Int = 1 << 26) {
      self.side = side
      self.pixels = pixels
    }
  }

  /// The picture.
  public var image: Image
  /// The text entries in the order of the file; a key may occur more than once.
  public var text: [Text]
  /// What libpng found odd but could read around: a damaged chunk that is not needed, say.
  public internal(set) var warnings: [String] = []

  /// A picture with text entries.
  public init(_ image: Image, text: [Text] = []) {
    self.image = image
    self.text = text
  }

  /// The version of libpng in use, such as "1.6.39".
  public static var libraryVersion: String { String(cString: cpng_version()) }

  /// The value of the first entry with this key.
  public func text(for key: String) -> String? {
    text.first { $0.key == key }?.value
  }
}
