import Foundation
import TandemDatasets
import Testing

@Suite struct VocabularyTests {
  @Test func charactersAreScalarsInTheirOrder() throws {
    // The second é is an e with a combining accent: another text, though it looks the same.
    let vocabulary = try Vocabulary(of: Text("baé\ne\u{301}b"), level: .characters)
    #expect(
      vocabulary.tokens.map { $0.unicodeScalars.map(\.value) } == [
        [10], [97], [98], [101], [233], [0x301],
      ])
    #expect(vocabulary.count == 6 && vocabulary.lineEnd == 0 && vocabulary.unknown == nil)
    let encoding = vocabulary.encode("abé\ne\u{301}")
    #expect(encoding.tokens == [1, 2, 4, 0, 3, 5])
    #expect(encoding.note == nil)
    let text = vocabulary.decode(encoding.tokens)
    #expect(text.unicodeScalars.elementsEqual("abé\ne\u{301}".unicodeScalars))
  }

  @Test func charactersThatLookTheSameAreTwo() throws {
    // The Kelvin sign and the letter K are equal as strings after normalisation.
    let vocabulary = try Vocabulary(of: Text("K\u{212A}\u{E9}"), level: .characters)
    #expect(vocabulary.count == 3)
    #expect(vocabulary.encode("\u{212A}K").tokens == [2, 0])
    let other = try Vocabulary(level: .characters, tokens: ["K", "\u{C9}", "\u{212A}"])
    #expect(vocabulary != other)
    #expect(
      try Vocabulary(level: .words, tokens: ["<unk>", "<eos>", "\u{E9}", "e\u{301}"]).count == 4)
  }

  @Test func unseenCharactersAreSkippedAndTold() throws {
    let vocabulary = try Vocabulary(of: Text("abc"), level: .characters)
    let encoding = vocabulary.encode("aéb\u{1F600}écxyzw")
    #expect(encoding.tokens == [0, 1, 2])
    #expect(encoding.unseen.map(\.token) == ["é", "\u{1F600}", "x", "y", "z", "w"])
    #expect(encoding.unseen.map(\.count) == [2, 1, 1, 1, 1, 1])
    #expect(
      encoding.note == "7 tokens are not in the vocabulary and skipped: \"é\" (U+00E9),"
        + " \"\u{1F600}\" (U+1F600), \"x\" (U+0078), \"y\" (U+0079), \"z\" (U+007A), …")
    #expect(vocabulary.encode("\u{1F600}").tokens.isEmpty)
    let known = try Vocabulary(of: Text("abc"), level: .characters, unknown: true)
    #expect(known.tokens == ["a", "b", "c", "<unk>"] && known.unknown == 3)
    #expect(known == vocabulary.withUnknown() && known == known.withUnknown())
    #expect(known.encode("aéb").tokens == [0, 3, 1])
    #expect(
      known.encode("é").note == "1 token is not in the vocabulary and read as <unk>: \"é\" (U+00E9)"
    )
    #expect(known.decode([0, 3, 1]) == "a<unk>b")
    // The characters of "<unk>" in a text are characters.
    #expect(known.encode("<unk>").tokens == [3, 3, 3, 3, 3])
  }

  @Test func bytesAreAllKnown() throws {
    let vocabulary = try Vocabulary(of: Text("a"), level: .bytes)
    #expect(vocabulary == .bytes && vocabulary.count == 256 && vocabulary.lineEnd == 10)
    let encoding = vocabulary.encode("é\n")
    #expect(encoding.tokens == [0xC3, 0xA9, 10] && encoding.note == nil)
    #expect(vocabulary.decode(encoding.tokens) == "é\n")
    #expect(vocabulary.decode([104, 256, 105, -1]) == "h\u{FFFD}i\u{FFFD}")
  }

  @Test func wordsComeByFrequencyThenByScalars() throws {
    let text = Text("the  cat\tsat\n\n on the mat\nthe end")
    let vocabulary = try Vocabulary(of: text, level: .words)
    #expect(
      vocabulary.tokens == ["<eos>", "the", "cat", "end", "mat", "on", "sat", "<unk>"])
    #expect(vocabulary.lineEnd == 0 && vocabulary.unknown == 7)
    let encoding = vocabulary.encode("the dog sat\non the")
    #expect(encoding.tokens == [1, 7, 6, 0, 5, 1])
    #expect(encoding.note == "1 token is not in the vocabulary and read as <unk>: \"dog\"")
    #expect(vocabulary.decode(encoding.tokens) == "the <unk> sat\non the")
    #expect(vocabulary.encode(text).tokens == [1, 2, 6, 0, 0, 5, 1, 4, 0, 1, 3])
  }

  @Test func theRarestWordsMakeRoom() throws {
    let text = Text("a a a b b c c d\n")
    func tokens(_ size: Int?) throws -> [String] {
      try Vocabulary(of: text, level: .words, maximumSize: size).tokens
    }
    #expect(try tokens(nil) == ["a", "b", "c", "<eos>", "d", "<unk>"])
    #expect(try tokens(6) == ["a", "b", "c", "<eos>", "d", "<unk>"])
    #expect(try tokens(5) == ["a", "b", "c", "<eos>", "<unk>"])
    #expect(try tokens(3) == ["a", "<eos>", "<unk>"])
    // A text prepared as the Penn Treebank's has the word <unk> itself.
    let prepared = Text("a <unk> <unk> b <unk> b\n")
    #expect(
      try Vocabulary(of: prepared, level: .words, maximumSize: 3).tokens == ["<unk>", "b", "<eos>"])
    #expect(throws: DatasetError.self) { try tokens(2) }
    #expect(throws: DatasetError.self) {
      try Vocabulary(of: text, level: .characters, maximumSize: 10)
    }
    #expect(
      throws: DatasetError.invalid(parameter: "vocabulary", reason: "text has no words")
    ) { try Vocabulary(of: Text(" "), level: .words) }
    #expect(throws: DatasetError.self) { try Vocabulary(of: Text(""), level: .characters) }
  }

  @Test func aStoredVocabularyIsTheSame() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/vocabulary.json"
    let texts = Text("\0/\"\\\u{2028}é e\u{301}\u{1F600}\r\n\u{FEFF}")
    for vocabulary in [
      try Vocabulary(of: texts, level: .characters, unknown: true),
      try Vocabulary(of: texts, level: .words), .bytes,
    ] {
      try vocabulary.write(to: path)
      let read = try Vocabulary(contentsOf: path)
      #expect(read == vocabulary && read.hashValue == vocabulary.hashValue)
      #expect(read.encode(texts).tokens == vocabulary.encode(texts).tokens)
      #expect(read.unknown == vocabulary.unknown && read.lineEnd == vocabulary.lineEnd)
    }
    #expect(throws: DatasetError.self) { try Vocabulary.bytes.write(to: "/nowhere/v.json") }
  }

  @Test func aStoredVocabularyThatIsNoneIsTold() throws {
    let scratch = try Scratch()
    let notJSON = #"not a vocabulary: {"level": …, "tokens": […]} in JSON"#
    for (json, reason) in [
      (#"{"level":"characters","tokens":[]}"#, "not a vocabulary: there are no tokens"),
      (#"{"level":"characters"}"#, "not a vocabulary: there are no tokens"),
      (
        #"{"level":"characters","tokens":["a","b","a"]}"#,
        "not a vocabulary: token 2 repeats an earlier one: \"a\""
      ),
      (
        #"{"level":"characters","tokens":["a","bc"]}"#,
        "not a vocabulary: token 1 is not one of characters: \"bc\""
      ),
      (
        #"{"level":"characters","tokens":[""]}"#,
        "not a vocabulary: token 0 is not one of characters: \"\""
      ),
      (
        #"{"level":"words","tokens":["<unk>","<eos>","a b"]}"#,
        "not a vocabulary: token 2 is not one of words: \"a b\""
      ),
      (#"{"level":"words","tokens":["<eos>"]}"#, "not a vocabulary: words need the token <unk>"),
      (#"{"level":"words","tokens":["<unk>"]}"#, "not a vocabulary: words need the token <eos>"),
      (
        #"{"level":"bytes","tokens":["a"]}"#,
        "not a vocabulary: bytes are all known: there is no list of them"
      ),
      (#"{"level":"morphemes","tokens":["a"]}"#, notJSON), (#"{"tokens":["a"]}"#, notJSON),
      (#"{"level":"words","tokens":[1]}"#, notJSON), ("{", notJSON),
    ] {
      let path = try scratch.write(Array(json.utf8), "v.json")
      #expect(throws: DatasetError.damaged(path: path, reason: reason)) {
        try Vocabulary(contentsOf: path)
      }
    }
    #expect(
      throws: DatasetError.unreadable(
        path: "/nowhere/v.json", reason: "No such file or directory")
    ) { try Vocabulary(contentsOf: "/nowhere/v.json") }
  }

  @Test func bytesAreReleasedWhenTheirSequenceIsWhole() {
    var decoder = StreamDecoder(.bytes)
    // h, é in two, 😀 in four, then a broken three-byte sequence and an x.
    let bytes: [Int32] = [104, 0xC3, 0xA9, 0xF0, 0x9F, 0x98, 0x80, 0xE2, 0x82, 120, 0xC3]
    let pieces = bytes.map { decoder.append($0) }
    #expect(pieces == ["h", "", "é", "", "", "", "\u{1F600}", "", "", "\u{FFFD}x", ""])
    #expect(decoder.finish() == "\u{FFFD}")
    #expect(decoder.finish() == "")
  }

  /// Against the standard library, which replaces maximal subparts as Unicode recommends.
  @Test func brokenBytesAreReplacedAsTheStandardSays() {
    let lead: [UInt8] = [
      0x41, 0x80, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5,
      0xFF,
      0x8F, 0x90, 0x9F, 0xA0,
    ]
    for first in lead {
      for second in lead {
        for third in lead {
          for fourth in lead {
            let bytes = [first, second, third, fourth]
            let expected = String(decoding: bytes, as: UTF8.self)
            let found = Vocabulary.bytes.decode(bytes.map(Int32.init))
            #expect(found.unicodeScalars.elementsEqual(expected.unicodeScalars), "\(bytes)")
          }
        }
      }
    }
  }

  @Test func streamedPiecesMakeTheDecodedText() throws {
    let text = Text("the cat é\u{1F600}\nsat  on\n\nthe mat\n")
    for level in Vocabulary.Level.allCases {
      let vocabulary = try Vocabulary(of: text, level: level)
      let tokens = vocabulary.encode(text).tokens
      var decoder = StreamDecoder(vocabulary)
      let pieces = tokens.map { decoder.append($0) }.joined() + decoder.finish()
      #expect(pieces == vocabulary.decode(tokens))
      #expect(pieces == (level == .words ? "the cat é\u{1F600}\nsat on\n\nthe mat\n" : text.string))
    }
  }
}
