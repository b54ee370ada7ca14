import Foundation
import TandemDatasets
import Testing

@Suite struct TextTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
  }

  @Test func marksAndReturnsAreDroppedExceptAmongBytes() throws {
    let bytes: [UInt8] = [0xEF, 0xBB, 0xBF] + Array("a\r\nb\rc\n\u{FEFF}".utf8)
    let path = try scratch.write(bytes, "windows.txt")
    #expect(try Text(contentsOf: path).string == "a\nb\rc\n\u{FEFF}")
    #expect(try Text(contentsOf: path, for: .words).string == "a\nb\rc\n\u{FEFF}")
    #expect(try Text(contentsOf: path, for: .bytes).bytes == bytes)
    let packed = try scratch.write(gzip(bytes), "windows.txt.gz")
    #expect(try Text(contentsOf: packed).string == "a\nb\rc\n\u{FEFF}")
  }

  @Test func whatIsNoTextIsToldWithItsPlace() throws {
    let cases: [([UInt8], DatasetError)] = [
      ([], .unsuitable(path: scratch.path + "/text", reason: "is empty")),
      ([0xEF, 0xBB, 0xBF], .unsuitable(path: scratch.path + "/text", reason: "is empty")),
      (
        Array("grün".utf8) + [0xFC, 0x20],
        .damaged(
          path: scratch.path + "/text",
          reason: "byte 5 (0xfc) is not UTF-8; convert the file, or read it as bytes")
      ),
      (
        [0x61, 0xC3],
        .damaged(
          path: scratch.path + "/text",
          reason: "byte 1 (0xc3) is not UTF-8; convert the file, or read it as bytes")
      ),
      (
        [0x61, 0x62, 0],
        .damaged(
          path: scratch.path + "/text",
          reason: "byte 2 is NUL, which no text has; to learn it, read it as bytes")
      ),
      (
        [0xFF, 0xFE, 0x61, 0],
        .unsuitable(
          path: scratch.path + "/text",
          reason: "the mark at byte 0 says it is UTF-16; convert it to UTF-8")
      ),
    ]
    for (bytes, error) in cases {
      let path = try scratch.write(bytes, "text")
      #expect(throws: error) { try Text(contentsOf: path) }
      if bytes.isEmpty {
        #expect(throws: error) { try Text(contentsOf: path, for: .bytes) }
      } else {
        #expect(try Text(contentsOf: path, for: .bytes).bytes == bytes)
      }
    }
    #expect(throws: DatasetError.self) { try Text(contentsOf: scratch.path) }
    #expect(throws: DatasetError.self) { try Text(contentsOf: scratch.path + "/none") }
  }

  @Test func aTextIsCutByCharactersBytesOrLines() throws {
    // 10 characters of 15 bytes.
    let text = Text("ééééé56789")
    let characters = try TextParts(text)
    #expect(characters.train.string == "ééééé5678" && characters.validation.string == "9")
    #expect(characters.test == nil)
    let half = try SplitFractions(train: 0.5, validation: 0.3, test: 0.2)
    let three = try TextParts(text, half)
    #expect(
      [three.train, three.validation, three.test].map { $0?.string } == ["ééééé", "567", "89"])
    let bytes = try TextParts(text, half, for: .bytes)
    #expect(bytes.train.bytes.count == 7 && bytes.validation.bytes.count == 5)
    #expect(bytes.train.bytes + bytes.validation.bytes + (bytes.test?.bytes ?? []) == text.bytes)
    let lines = try TextParts(Text("one two\nthree four\nfive six"), half, for: .words)
    #expect(lines.train.string == "one two\n")
    #expect(lines.validation.string == "three four\n" && lines.test?.string == "five six")
    let line = try TextParts(Text("one two three"), half, for: .words)
    #expect(line.train.string == "one " && line.validation.string == "two ")
    #expect(characters.train.name == "text (train)")
  }

  /// nanoGPT's cut: int(n * 0.9) characters train.
  @Test func theStandardCutIsNanoGPTs() throws {
    for count in [2, 9, 10, 11, 99, 1000, 111_539] {
      let parts = try TextParts(Text(String(repeating: "x", count: count)))
      #expect(parts.train.bytes.count == count * 9 / 10)
      #expect(parts.validation.bytes.count == count - count * 9 / 10)
    }
  }

  @Test func senselessCutsAreRefused() throws {
    for (train, validation, test) in [(0.9, 0.2, 0), (1.0, 0, 0), (0, 1, 0), (0.9, -0.1, 0.2)] {
      #expect(throws: DatasetError.self) {
        try SplitFractions(train: train, validation: validation, test: test)
      }
    }
    #expect(throws: DatasetError.self) {
      try SplitFractions(train: .nan, validation: 0.1)
    }
    #expect(
      throws: DatasetError.unsuitable(
        path: "text", reason: "its 1 bytes are too few to be cut into the parts asked for")
    ) { try TextParts(Text("a")) }
    #expect(throws: DatasetError.self) { try TextParts(Text("oneword"), for: .words) }
  }

  @Test func aFoldersFilesAreKnownByTheirNames() throws {
    for (name, content) in [
      ("ptb.train.txt", "a b\n"), ("ptb.valid.txt", "b\n"), ("ptb.test.txt", "c\n"),
      ("README", "?"), (".train.swp", "?"),
    ] {
      _ = try scratch.write(Array(content.utf8), name)
    }
    let parts = try TextParts(contentsOf: scratch.path)
    #expect(parts.train.string == "a b\n" && parts.validation.string == "b\n")
    #expect(parts.test?.string == "c\n" && parts.train.name == scratch.path + "/ptb.train.txt")
    _ = try scratch.write([0x61], "wiki.train.tokens")
    #expect(
      throws: DatasetError.unsuitable(
        path: scratch.path,
        reason: "has more than one file for 'train': ptb.train.txt, wiki.train.tokens")
    ) { try TextParts(contentsOf: scratch.path) }
    let empty = try Scratch()
    #expect(
      throws: DatasetError.unsuitable(
        path: empty.path, reason: "needs a file with 'train' and one with 'valid' in its name")
    ) { try TextParts(contentsOf: empty.path) }
    _ = try empty.write([0x61], "Train.txt")
    _ = try empty.write([0x62], "dev.txt")
    #expect(try TextParts(contentsOf: empty.path).test == nil)
    let file = try scratch.write(Array("0123456789".utf8), "one")
    #expect(try TextParts(contentsOf: file).validation.string == "9")
  }

  @Test func aCorpusIsNumberedByItsTrainingPart() throws {
    let parts = TextParts(train: Text("abab"), validation: Text("ab"), test: Text("ba"))
    let closed = try Corpus(parts, level: .characters)
    #expect(closed.vocabulary.tokens == ["a", "b"] && closed.notes.isEmpty)
    #expect(closed.train == [0, 1, 0, 1] && closed.validation == [0, 1] && closed.test == [1, 0])
    let wider = TextParts(train: Text("abab"), validation: Text("ac", name: "v"))
    let open = try Corpus(wider, level: .characters)
    #expect(open.vocabulary.tokens == ["a", "b", "<unk>"] && open.validation == [0, 2])
    #expect(
      open.notes == ["v: 1 token is not in the vocabulary and read as <unk>: \"c\" (U+0063)"])
    #expect(open.test == nil)
    // A model's vocabulary stays as it is.
    let stored = Corpus(wider, closed.vocabulary)
    #expect(stored.vocabulary.count == 2 && stored.validation == [0])
    #expect(
      stored.notes == ["v: 1 token is not in the vocabulary and skipped: \"c\" (U+0063)"])
  }
}
