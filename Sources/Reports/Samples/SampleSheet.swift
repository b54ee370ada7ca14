import Foundation
import TandemImages

/// A sheet as the page holds it.
struct SampleSheet {
  let base64: String
  let width: Int
  let height: Int
  /// The sheet's own size, where this one is smaller.
  let shrunkFrom: String?

  /// Reads a sheet; a side longer than `side` is reduced to it.
  ///
  /// Bytes that the run recorded are taken as they are. Others must be a PNG that can be read.
  ///
  /// - Returns: The sheet, and a note where the file is not the recorded one.
  static func read(
    _ file: SampleFile, side: Int?
  ) throws(SampleNote) -> (sheet: SampleSheet, note: String?) {
    guard case .sheet(let width, let height) = file.kind else {
      throw SampleNote("\(file.path) is no PNG")
    }
    let (bytes, isAsRecorded) = try file.bytes()
    let factor = min(1, Double(side ?? .max) / Double(max(width, height)))
    let whole = SampleSheet(
      base64: Data(bytes).base64EncodedString(), width: width, height: height, shrunkFrom: nil)
    if isAsRecorded, factor == 1 { return (whole, nil) }
    do {
      let png = try PNG(decoding: bytes, name: file.path)
      let note = isAsRecorded ? nil : file.changedNote
      if factor == 1 { return (whole, note) }
      let small = try png.image.resized(
        width: max(1, Int(Double(width) * factor)), height: max(1, Int(Double(height) * factor)))
      let encoded = try PNG(small).encoded()
      // Flat pictures may need fewer bytes at their own size.
      if encoded.count >= bytes.count { return (whole, note) }
      let sheet = SampleSheet(
        base64: Data(encoded).base64EncodedString(), width: small.width, height: small.height,
        shrunkFrom: "\(width)x\(height)")
      return (sheet, note)
    } catch {
      throw SampleNote("\(error)")
    }
  }
}
