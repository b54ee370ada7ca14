import CPNG

extension PNG {
  /// Reads a file.
  ///
  /// Throws an `ImageError` that names the file: `unreadable`, `notPNG`, `damaged` or `tooLarge`.
  public init(contentsOf path: String, limits: Limits = Limits()) throws(ImageError) {
    // The deepest pixel has 8 bytes; the rest is room for text and colour profiles.
    let bytes = try File.read(path, limit: limits.pixels * 8 + (1 << 26))
    try self.init(decoding: bytes, name: path, limits: limits)
  }

  /// Reads a file that is in memory; `name` stands for it in errors.
  ///
  /// Grey files become `grey`, RGB and palette files `rgb`, each with alpha where the file has an
  /// alpha channel or a `tRNS` chunk. Samples of 1, 2 and 4 bits are stretched to 0...255; 16-bit
  /// ones are divided by 257 and rounded. Gamma and colour profiles are not applied.
  ///
  /// Throws `ImageError.notPNG`, `damaged` or `tooLarge`.
  public init(
    decoding bytes: [UInt8], name: String = "PNG data", limits: Limits = Limits()
  ) throws(ImageError) {
    try PNG.checkSignature(bytes, name)
    let decoded = bytes.withUnsafeBufferPointer { bytes in
      Result { () throws(ImageError) -> PNG in try PNG.decode(bytes, name, limits) }
    }
    self = try decoded.get()
  }

  private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  private static func checkSignature(_ bytes: [UInt8], _ name: String) throws(ImageError) {
    if bytes.isEmpty { throw .notPNG(file: name, reason: "it is empty") }
    let start = bytes.prefix(signature.count)
    guard start.elementsEqual(signature.prefix(start.count)) else {
      let hex = start.map { byte in
        (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
      throw .notPNG(file: name, reason: "it starts with \(hex.joined(separator: " "))")
    }
    if bytes.count < signature.count {
      throw .damaged(file: name, reason: "it ends after \(bytes.count) bytes")
    }
  }

  private static func decode(
    _ bytes: UnsafeBufferPointer<UInt8>, _ name: String, _ limits: Limits
  ) throws(ImageError) -> PNG {
    guard let reader = cpng_reader_create(bytes.baseAddress, bytes.count) else {
      throw .unreadable(file: name, reason: "no memory left")
    }
    defer { cpng_reader_destroy(reader) }

    func check(_ done: Int32) throws(ImageError) {
      if done == 0 { throw .damaged(file: name, reason: error(of: cpng_reader_report(reader))) }
    }

    try check(cpng_read_header(reader))
    let width = Int(cpng_width(reader))
    let height = Int(cpng_height(reader))
    guard width <= limits.side, height <= limits.side, width * height <= limits.pixels else {
      throw .tooLarge(
        file: name,
        reason: "\(width)x\(height) pixels; the limit is \(limits.side) a side"
          + " and \(limits.pixels) in all")
    }
    // No deflate stream grows by more than a factor of 1032, so a short file that declares a
    // large image is refused before the image takes memory.
    guard cpng_stored_row_bytes(reader) * height / 1032 <= bytes.count else {
      throw .damaged(
        file: name, reason: "\(bytes.count) bytes are too few for \(width)x\(height) pixels")
    }

    var channels: Int32 = 0
    try check(cpng_start(reader, &channels))
    let format = Image.Format.allCases[Int(channels) - 1]
    let count = width * height * format.channels
    var done: Int32 = 0
    let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      done = cpng_read_pixels(reader, buffer.baseAddress)
      // After an error some pixels were never set, and the array is thrown away.
      filled = done == 0 ? 0 : count
    }
    try check(done)

    var png = PNG(Image(unchecked: pixels, width: width, height: height, format: format))
    png.text = (0..<cpng_text_count(reader)).map { Text(cpng_text_at(reader, $0)) }
    png.warnings = warnings(of: cpng_reader_report(reader))
    return png
  }

  static func error(of report: UnsafePointer<cpng_report>) -> String {
    withUnsafeBytes(of: report.pointee.error) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  private static func warnings(of report: UnsafePointer<cpng_report>) -> [String] {
    (0..<report.pointee.warning_count).map { String(cString: cpng_warning(report, $0)) }
  }
}

extension PNG.Text {
  fileprivate init(_ text: cpng_text) {
    let value = UnsafeRawBufferPointer(start: text.value, count: text.value_length)
    let key = UnsafeRawBufferPointer(start: text.key, count: text.key_length)
    self.init(
      PNG.Text.latin1(key),
      text.utf8 != 0 ? String(decoding: value, as: UTF8.self) : PNG.Text.latin1(value))
  }

  /// The characters of Latin-1 are the first 256 of Unicode.
  private static func latin1(_ bytes: UnsafeRawBufferPointer) -> String {
    var string = String.UnicodeScalarView()
    string.append(contentsOf: bytes.lazy.map { Unicode.Scalar($0) })
    return String(string)
  }
}
