import CZlib

/// A PNG file of 8-bit grey (1), RGB (3) or RGBA (4) pixels, made without the framework's writer.
func png(width: Int, height: Int, channels: Int, _ pixels: [UInt8]) -> [UInt8] {
  func word(_ value: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
  }
  func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(type.utf8) + data
    return word(data.count) + body + word(Int(crc32(0, body, UInt32(body.count))))
  }
  var rows: [UInt8] = []
  for row in 0..<height {
    rows.append(0)
    rows += pixels[row * width * channels..<(row + 1) * width * channels]
  }
  var length = compressBound(UInt(rows.count))
  var packed = [UInt8](repeating: 0, count: Int(length))
  compress(&packed, &length, rows, UInt(rows.count))
  let kind: UInt8 = [1: 0, 3: 2, 4: 6][channels]!
  return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    + chunk("IHDR", word(width) + word(height) + [8, kind, 0, 0, 0])
    + chunk("IDAT", Array(packed[..<Int(length)])) + chunk("IEND", [])
}
