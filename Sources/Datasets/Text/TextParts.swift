import Foundation

/// A text's parts by purpose: what a model learns, what it is tuned on, what it is judged on.
public struct TextParts: Hashable, Sendable {
  /// What is learnt from.
  public let train: Text
  /// What tells when to stop.
  public let validation: Text
  /// What is looked at once, at the end; nil where there is none.
  public let test: Text?

  /// Parts that are given.
  public init(train: Text, validation: Text, test: Text? = nil) {
    self.train = train
    self.validation = validation
    self.test = test
  }

  /// Cuts a text: after the given fraction of its characters or bytes, rounded down; among words,
  /// after the last line (without a newline, the last blank) that ends there.
  ///
  /// - Throws: `DatasetError.unsuitable` when a part would be empty.
  public init(
    _ text: Text, _ fractions: SplitFractions = .text, for level: Vocabulary.Level = .characters
  ) throws {
    let first = Self.cut(text.bytes, after: fractions.train, level)
    let second =
      fractions.test == 0
      ? text.bytes.count
      : Self.cut(text.bytes, after: fractions.train + fractions.validation, level)
    guard first > 0, second > first, fractions.test == 0 || second < text.bytes.count else {
      throw DatasetError.unsuitable(
        path: text.name,
        reason: "its \(text.bytes.count) bytes are too few to be cut into the parts asked for")
    }
    func part(_ range: Range<Int>, _ name: String) -> Text {
      Text(checked: Array(text.bytes[range]), name: "\(text.name) (\(name))")
    }
    self.init(
      train: part(0..<first, "train"), validation: part(first..<second, "validation"),
      test: second < text.bytes.count ? part(second..<text.bytes.count, "test") : nil)
  }

  private static func cut(
    _ bytes: [UInt8], after fraction: Double, _ level: Vocabulary.Level
  ) -> Int {
    switch level {
    case .bytes:
      return SplitFractions.place(fraction, of: bytes.count)
    case .characters:
      // A scalar is a byte that continues none.
      let total = bytes.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
      var left = SplitFractions.place(fraction, of: total)
      guard total != bytes.count else { return left }
      for (place, byte) in bytes.enumerated() where byte & 0xC0 != 0x80 {
        if left == 0 { return place }
        left -= 1
      }
      return bytes.count
    case .words:
      let target = SplitFractions.place(fraction, of: bytes.count)
      let head = bytes[..<target]
      return (head.lastIndex(of: 0x0A) ?? head.lastIndex(where: TextBytes.isBlank)).map { $0 + 1 }
        ?? 0
    }
  }
}

extension TextParts {
  /// Reads a file, which is cut by `fractions`, or a folder of files for train, valid and test.
  ///
  /// In a folder the part is told by the file's name: it contains "train", "valid" (or "val",
  /// "dev") or "test", as `train.txt` and `ptb.train.txt` do. Hidden files are passed over.
  ///
  /// - Throws: `DatasetError`, naming the file or folder at fault.
  public init(
    contentsOf path: String, _ fractions: SplitFractions = .text,
    for level: Vocabulary.Level = .characters
  ) throws {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory),
      isDirectory.boolValue
    else {
      try self.init(Text(contentsOf: path, for: level), fractions, for: level)
      return
    }
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    } catch {
      throw DatasetError.unreadable(path: path, reason: "cannot be listed")
    }
    let parts = Self.parts(of: names)
    func text(_ part: String) throws -> Text? {
      let found = parts[part] ?? []
      guard found.count <= 1 else {
        throw DatasetError.unsuitable(
          path: path,
          reason: "has more than one file for '\(part)': \(found.joined(separator: ", "))")
      }
      guard let name = found.first else { return nil }
      return try Text(contentsOf: (path as NSString).appendingPathComponent(name), for: level)
    }
    guard let train = try text("train"), let validation = try text("valid") else {
      throw DatasetError.unsuitable(
        path: path, reason: "needs a file with 'train' and one with 'valid' in its name")
    }
    self.init(train: train, validation: validation, test: try text("test"))
  }

  private static func parts(of names: [String]) -> [String: [String]] {
    let marks = [("train", ["train"]), ("valid", ["valid", "val", "dev"]), ("test", ["test"])]
    var parts: [String: [String]] = [:]
    for name in names where !name.hasPrefix(".") {
      let lower = name.lowercased()
      if let (part, _) = marks.first(where: { $0.1.contains(where: lower.contains) }) {
        parts[part, default: []].append(name)
      }
    }
    return parts
  }
}
