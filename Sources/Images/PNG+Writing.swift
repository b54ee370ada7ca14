import CPNG

extension PNG {
  /// Writes a file: beside its place first, then renamed, so that a reader sees the old file or
  /// the whole new one and a failure leaves the old one.
  ///
  /// `compression` is zlib's level, 0 to 9. Throws `ImageError.unwritable` naming the file, or
  /// `invalid` as `encoded` does.
  public func write(to path: String, compression: Int = 6) throws(ImageError) {
    try File.write(try encoded(compression: compression), to: path)
  }

  /// The bytes of the file. The same image, text and level give the same bytes (with the same
  /// libpng and zlib); there is no time in it.
  ///
  /// Throws `ImageError.invalid` where a text entry cannot be written or the level is not 0 to 9.
  public func encoded(compression: Int = 6) throws(ImageError) -> [UInt8] {
    guard (0...9).contains(compression) else {
      throw .invalid("a PNG compression level is 0 to 9, not \(compression)")
    }
    var entries: [EncodedText] = []
    for entry in text { entries.append(try EncodedText(entry)) }
    var output = cpng_output()
    defer { cpng_output_free(&output) }
    guard encode(entries, compression, &output) else {
      throw .invalid("the image cannot be encoded: \(PNG.error(of: &output.report))")
    }
    return Array(UnsafeBufferPointer(start: output.bytes, count: output.count))
  }

  private func encode(
    _ entries: [EncodedText], _ compression: Int, _ output: inout cpng_output
  ) -> Bool {
    // One buffer for all strings, so that they stay in place together during the call.
    var strings: [UInt8] = []
    for entry in entries { strings += entry.key + [0] + entry.value + [0] }
    return strings.withUnsafeBytes { strings in
      var texts: [cpng_text] = []
      var next = strings.baseAddress?.assumingMemoryBound(to: CChar.self)
      for entry in entries {
        guard let key = next else { break }
        let value = key + entry.key.count + 1
        texts.append(
          cpng_text(
            key: key, key_length: entry.key.count, value: value, value_length: entry.value.count,
            utf8: entry.utf8 ? 1 : 0))
        next = value + entry.value.count + 1
      }
      return image.pixels.withUnsafeBufferPointer { pixels in
        cpng_write(
          pixels.baseAddress, UInt32(image.width), UInt32(image.height), Int32(image.channels),
          texts, Int32(texts.count), Int32(compression), &output) != 0
      }
    }
  }
}

/// A text entry in the bytes of the file.
private struct EncodedText {
  let key: [UInt8]
  let value: [UInt8]
  let utf8: Bool

  init(_ text: PNG.Text) throws(ImageError) {
    guard let key = EncodedText.latin1(text.key), EncodedText.isKeyword(key) else {
      throw .invalid(
        "a PNG text key is 1 to 79 printable Latin-1 characters without a space at either end"
          + " or two in a row, not \(text.key.debugDescription)")
    }
    guard !text.value.unicodeScalars.contains("\0") else {
      throw .invalid("the PNG text of \(text.key.debugDescription) holds a zero character")
    }
    self.key = key
    let latin1 = EncodedText.latin1(text.value)
    value = latin1 ?? Array(text.value.utf8)
    utf8 = latin1 == nil
  }

  private static func latin1(_ string: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    for scalar in string.unicodeScalars {
      guard let byte = UInt8(exactly: scalar.value) else { return nil }
      bytes.append(byte)
    }
    return bytes
  }

  private static func isKeyword(_ key: [UInt8]) -> Bool {
    let space = UInt8(ascii: " ")
    return (1...79).contains(key.count)
      && key.allSatisfy { (32...126).contains($0) || $0 >= 161 }
      && key.first != space && key.last != space
      && !zip(key, key.dropFirst()).contains { $0 == space && $1 == space }
  }
}
