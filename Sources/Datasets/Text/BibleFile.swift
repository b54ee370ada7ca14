/// The King James Bible as Debian's package `bible-kjv-text` holds it.
///
/// Format: a banner, then at byte 84 big-endian words: the size of a block, the number of blocks n,
/// and n + 1 offsets between which the blocks lie, each the codes of Unix `compress`. The text has
/// a title and then a verse a line, each after a reference ("Ge1:1 ").
enum BibleFile {
  private static let banner = "Compressed Data File"
  private static let header = 84

  /// The verses, one a line, without title and references: about 4 MB of ASCII.
  static func text(at path: String) throws -> Text {
    let bytes = try Text(contentsOf: path, for: .bytes).bytes
    func word(_ number: Int) -> Int {
      bytes[header + 4 * number..<header + 4 * number + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    func damaged(_ reason: String) -> DatasetError { .damaged(path: path, reason: reason) }
    guard bytes.count >= header + 8, bytes[4..<4 + banner.utf8.count].elementsEqual(banner.utf8)
    else { throw damaged("it does not begin as a file of bible-kjv-text does") }
    let (size, count) = (word(0), word(1))
    guard size <= 1 << 24, count <= 1 << 16, bytes.count >= header + 8 + 4 * (count + 1) else {
      throw damaged("its header announces \(count) blocks, which it cannot hold")
    }
    var verses: [UInt8] = []
    for block in 0..<count {
      let (start, end) = (word(2 + block), word(3 + block))
      guard start <= end, end <= bytes.count,
        let part = CompressedBlock.unfold(bytes[start..<end], limit: size)
      else { throw damaged("block \(block) of \(count) is no compressed text") }
      verses += part
    }
    let lines = verses.split(separator: 0x0A).dropFirst().map { line in
      line.drop { $0 != 0x20 }.dropFirst()
    }
    let text = Array(lines.joined(separator: [0x0A])) + [0x0A]
    guard !lines.isEmpty, text.allSatisfy({ $0 < 0x80 && $0 != 0 }) else {
      throw damaged("it holds no verses")
    }
    return Text(checked: text, name: path)
  }
}
